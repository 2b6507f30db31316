"""A company on both messengers: pairs of somebody who asks and his superior, each on the other one's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.messenger.dingtalk.model import DingTalkQuirks
from bot.messenger.dingtalk.shown import CardShown
from bot.messenger.model import Shown
from bot.messenger.quirks import Quirks
from domain.actor import SYSTEM, Address, Cause
from domain.services import approval_flow, approvals, people
from domain.services.approvals import Request
from domain.tables import Account, Approval, Customer, Opportunity, Outbox, Person, Queued
from domain.uow import UnitOfWork
from domain.when import Local
from tests.dingtalk.seen import seen as seen_on_dingtalk
from tests.dingtalk.stage import DingTalkStage, staged
from tests.seen import Seen, seen
from tests.stage import PATIENCE, QUEUES

ZONE = ZoneInfo("Asia/Shanghai")
WECOM, DINGTALK = "wecom", "dingtalk"
YES, BACK = "同意", "撤回"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Who asks and who decides, each on one messenger; `asker` and `boss` are ids of people."""

    number: int
    asker: int
    boss: int
    asker_on: str
    boss_on: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a pair, about a customer that nothing else is about."""

    pair: Pair
    id: int
    called: str


class Company:
    """What its people see and do, and what is on record."""

    def __init__(self, stage: DingTalkStage, pairs: list[Pair]) -> None:
        self.stage, self.pairs = stage, pairs

    async def asks(self, number: int) -> Asked:
        """The next pair's asker asks; both get a card of it."""
        pair, database = self.pairs[number % len(self.pairs)], self.stage.app.database
        customer = await self._customer(pair, f"第{number}家")
        async with database.unit(SYSTEM, Cause("stage")) as uow:
            uow.actor = await people.actor_of(uow.session, pair.asker)
            request = Request(customer_id=customer, discount=8500, text="申请85折", product="系统")
            approval_id = await approvals.ask(uow, request, Local(uow.now, ZONE))
            about = approval_flow.ref(await uow.get(Approval, approval_id))
            uow.tell(Address.person(pair.asker), approval_flow.SENT, about, approval_id=approval_id)
        return Asked(pair, approval_id, f"第{number}家")

    async def _customer(self, pair: Pair, called: str) -> int:
        now = self.stage.clock.now()
        row = {"name": f"{called}设备有限公司", "short_name": called, "level": "B", "owner_id": pair.asker}
        sale = {"owner_id": pair.asker, "product": "系统", "amount": 1_000_000, "stage_since": now, "created_at": now}
        async with self.stage.app.database.begin() as connection:
            made = insert(Customer).values(created_at=now, **row).returning(col(Customer.id))
            customer = int((await connection.execute(made)).scalar_one())
            await connection.execute(insert(Opportunity).values(customer_id=customer, **sale))
        return customer

    async def says_yes(self, asked: Asked) -> None:
        """The superior taps 同意."""
        await self._tap(asked.pair.boss_on, f"boss{asked.pair.number}", asked, YES)

    async def takes_back(self, asked: Asked) -> None:
        """The asker taps 撤回."""
        await self._tap(asked.pair.asker_on, f"asker{asked.pair.number}", asked, BACK)

    async def _tap(self, channel: str, userid: str, asked: Asked, label: str) -> None:
        card = self._card(channel, userid, asked)
        key = next((button.key for button in card.buttons if button.text == label), None)
        if key is not None:  # else it is gone from under the finger
            await (self.stage.server if channel == WECOM else self.stage.dingtalk).tap(userid, card.id, key)

    def cards(self, asked: Asked) -> tuple[Seen, Seen]:
        """The asker's card of the request and the superior's, as they stand."""
        pair = asked.pair
        shown = (
            self._card(pair.asker_on, f"asker{pair.number}", asked),
            self._card(pair.boss_on, f"boss{pair.number}", asked),
        )
        asker, boss = ((seen_on_dingtalk if isinstance(each, CardShown) else seen)(each) for each in shown)
        return asker, boss

    def final(self, asked: Asked) -> bool:
        """Whether nothing can be decided on either card any more."""
        return not any({YES, BACK} & {*card.buttons} for card in self.cards(asked))

    def _card(self, channel: str, userid: str, asked: Asked) -> Shown:
        """The newest card of the request itself, not what was told of its end."""
        chat = (self.stage.server if channel == WECOM else self.stage.dingtalk).chat(userid)
        return next(card for card in reversed(chat) if asked.called in (title := _title(card)) and title[:2] != "批了")

    async def state(self, asked: Asked) -> str:
        async with self.stage.app.database.read() as session:
            query = select(col(Approval.state)).where(col(Approval.id) == asked.id)
            return str((await session.execute(query)).scalar_one())

    async def amiss(self, requests: list[Asked]) -> list[str]:
        """Requests that are not decided, or whose asker was not told of a yes once, and what was given up."""
        async with self.stage.app.database.read() as session:
            news = select(col(Outbox.subject_id)).where(
                col(Outbox.kind) == "approval.approved", col(Outbox.mode) == "send"
            )
            told = list((await session.scalars(news)).all())
            dead = (await session.scalars(select(col(Outbox.last_error)).where(col(Outbox.state) == "dead"))).all()
        states = {each: await self.state(each) for each in requests}
        wrong = [
            f"{each.called}: {state}, told {told.count(each.id)} times"
            for each, state in states.items()
            if state not in ("approved", "withdrawn") or told.count(each.id) != (state == "approved")
        ]
        return [*wrong, *(f"given up: {each}" for each in dead)]

    async def quiet(self) -> None:
        """Return when nothing can be begun at this moment of the clock, and what was begun is done to its end."""
        async with asyncio.timeout(PATIENCE):
            while await self._startable():  # noqa: ASYNC110 - what other tasks do sets no event
                await asyncio.sleep(0.01)

    async def _startable(self) -> int:
        now, count = self.stage.clock.now(), sum(len(worker._busy) for worker in self.stage.app._workers.values())
        async with self.stage.app.database.read() as session:
            for table in QUEUES:
                count += int((await session.execute(_startable(table, now))).scalar_one())
        return count


@asynccontextmanager
async def company(database_url: str, pairs: int, *, still: bool) -> AsyncIterator[Company]:
    """genjin on both messengers with their own limits; `still`: on a clock that stands."""
    members = [{"userid": f"{who}{n}", "name": f"{name}{n}"} for n in range(pairs) for who, name in _CALLED.items()]
    limits = DingTalkQuirks(callback_seconds=PATIENCE)
    given: dict[str, Any] = {"quirks": limits, "wecom": Quirks(callback_timeout=PATIENCE), "both": True, "still": still}
    async with staged(database_url, "远山科技", members, **given) as stage:
        async with stage.app.database.unit(SYSTEM, Cause("stage")) as uow:
            known = [await _pair(uow, number) for number in range(pairs)]
        yield Company(stage, known)


def _startable(table: type[Queued], now: datetime) -> Any:
    """How many rows can be begun: due, and in a lane in which nothing waits for another try."""
    other = aliased(table)
    waits = (col(other.lane) == col(table.lane), col(other.state) == "waiting", col(other.retry_at) > now)
    free = ~select(other.id).where(*waits).exists()
    return select(func.count()).select_from(table).where(col(table.state) == "waiting", col(table.due_at) <= now, free)


_CALLED = {"boss": "主管", "asker": "销售"}


async def _pair(uow: UnitOfWork, number: int) -> Pair:
    asker_on, boss_on = (WECOM, DINGTALK) if number % 2 else (DINGTALK, WECOM)
    met: dict[str, Any] = {"greeted_at": uow.now, "created_at": uow.now}
    boss = await uow.add(Person(name=f"主管{number}", roles=["manager"], **met))
    asker = await uow.add(Person(name=f"销售{number}", roles=["sales"], manager_id=boss.id, **met))
    await uow.add(Account(person_id=boss.id, channel=boss_on, userid=f"boss{number}"))
    await uow.add(Account(person_id=asker.id, channel=asker_on, userid=f"asker{number}"))
    return Pair(number=number, asker=asker.id, boss=boss.id, asker_on=asker_on, boss_on=boss_on)


def _title(shown: Shown) -> str:
    return shown.title if isinstance(shown, CardShown) else seen(shown).title

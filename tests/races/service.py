"""Two people who decide the same thing at the same moment, against the service: one of them does, once."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Text, cast, func, insert, select
from sqlmodel import col

from domain.actor import SYSTEM, Cause
from domain.errors import Refused
from domain.services import approvals, decisions, ownership, people
from domain.services.approvals import Request
from domain.tables import Approval, AuditEntry, Customer, Due, Opportunity, Outbox
from domain.uow import UnitOfWork
from tests.approvals.office import NOW, Office, office

AT_ONCE = 12  # races that run side by side
HEAD_START = 0.004  # seconds by which one of the two is ahead, at most
ASKER, APPROVER, ABOVE, COLLEAGUE = "林越", "周波", "李岩", "陈晨"
NEWS = {"approved": "approval.approved", "refused": "approval.refused", "withdrawn": None}
DONE, LATE = "done", "late"

Try: TypeAlias = Callable[[], Awaitable[str]]


@dataclass(slots=True)
class Won:
    """`first` counts who was first, by kind of race; `wrong` says what should not have been."""

    races: int = 0
    first: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


async def trial(database_url: str, races: int, seed: int = 1, kinds: Sequence[str] = ()) -> Won:
    """So many races on an empty database, of these `KINDS` in turns; of all where none is named."""
    chance, won = random.Random(seed), Won()
    async with office(database_url) as here:
        customers = await _customers(here, races)
        chosen = [KINDS[name] for name in kinds or KINDS]
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> None:
            async with gate:
                await chosen[number % len(chosen)](_Race(here, chance, won, customers[number]))

        await asyncio.gather(*(one(number) for number in range(races)))
        won.wrong += [line async for line in _amiss(here)]
    return won


@dataclass(slots=True)
class _Race:
    here: Office
    chance: random.Random
    won: Won
    customer: int

    async def asked(self) -> int:
        request = Request(customer_id=self.customer, discount=8500, text="申请85折", product="系统")
        async with self.here.acting(ASKER) as uow:
            return await approvals.ask(uow, request, self.here.local)

    @asynccontextmanager
    async def acting(self, name: str) -> AsyncIterator[UnitOfWork]:
        await asyncio.sleep(self.chance.uniform(0, HEAD_START))
        async with self.here.acting(name) as uow:
            yield uow

    async def run(self, kind: str, **tries: Try) -> None:
        """Both at once; exactly one of them does it."""
        self.won.races += 1
        came = dict(zip(tries, await asyncio.gather(*(each() for each in tries.values())), strict=True))
        first = [name for name, outcome in came.items() if outcome == DONE]
        self.won.first[f"{kind}: {first[0]}" if len(first) == 1 else f"{kind}: wrong"] += 1
        if len(first) != 1:
            self.won.wrong.append(f"{kind} of customer {self.customer}: {came}")


async def _two_approvers(race: _Race) -> None:
    """The approver says yes at the moment at which the request goes up to his superior, who says no."""
    approval_id = await race.asked()

    async def approver() -> str:
        async with race.acting(APPROVER) as uow:
            return await decisions.approve(uow, approval_id, 1)

    async def superior() -> str:
        async with race.here.database.unit(SYSTEM, Cause("due")) as uow:
            await decisions.run_out(uow, approval_id, race.here.people[APPROVER], race.here.local)
        return await _or_refused(race, ABOVE, lambda uow: decisions.refuse(uow, approval_id, 1))

    await race.run("two approvers", approver=approver, superior=superior)


async def _two_taps(race: _Race) -> None:
    """One approver, two telephones: yes on one messenger and no on the other."""
    approval_id = await race.asked()

    async def yes() -> str:
        async with race.acting(APPROVER) as uow:
            return await decisions.approve(uow, approval_id, 1)

    async def no() -> str:
        async with race.acting(APPROVER) as uow:
            return await decisions.refuse(uow, approval_id, 1)

    await race.run("one approver twice", yes=yes, no=no)


async def _taken_back(race: _Race) -> None:
    """The approver says yes while the asker takes it back."""
    approval_id = await race.asked()

    async def approver() -> str:
        async with race.acting(APPROVER) as uow:
            return await decisions.approve(uow, approval_id, 1)

    async def asker() -> str:
        async with race.acting(ASKER) as uow:
            return DONE if await approvals.withdraw(uow, approval_id) else LATE

    await race.run("approver and asker", approver=approver, asker=asker)


async def _claimed(race: _Race) -> None:
    """Two want the same customer out of the pool."""
    async with race.here.database.unit(SYSTEM, Cause("test")) as uow:
        (await uow.lock(Customer, race.customer)).owner_id = None

    def claims(name: str) -> Try:
        return lambda: _or_refused(race, name, lambda uow: _claim(uow, race.customer))

    await race.run("two who claim", one=claims(ASKER), other=claims(COLLEAGUE))


KINDS: Mapping[str, Callable[[_Race], Awaitable[None]]] = {
    "approvers": _two_approvers,
    "telephones": _two_taps,
    "asker": _taken_back,
    "claims": _claimed,
}


async def _claim(uow: UnitOfWork, customer: int) -> str:
    await ownership.claim(uow, customer)
    return DONE


async def _or_refused(race: _Race, name: str, act: Callable[[UnitOfWork], Awaitable[str]]) -> str:
    """What came of it; who is too late by a refusal must be told by whom, or whose turn it was."""
    try:
        async with race.acting(name) as uow:
            return await act(uow)
    except Refused as refused:
        who = await _named(race.here)
        return LATE if any(each in refused.said for each in who) else f"nobody is named: {refused.said}"


async def _named(here: Office) -> list[str]:
    async with here.database.read() as session:
        known = await people.names(session, set(here.people.values()))
    return [each.called for each in known.values()]


async def _customers(here: Office, count: int) -> list[int]:
    """So many customers of the asker, each with a sale."""
    owner = here.people[ASKER]
    rows: list[dict[str, Any]] = [
        {"name": f"第{n}家设备有限公司", "short_name": f"第{n}家", "level": "B", "owner_id": owner, "created_at": NOW}
        for n in range(count)
    ]
    async with here.database.begin() as connection:
        await connection.execute(insert(Customer), rows)
        query = select(col(Customer.id)).where(col(Customer.id) != here.customer).order_by(col(Customer.id))
        ids = list((await connection.execute(query)).scalars())
        sale = {"owner_id": owner, "product": "系统", "amount": 1_000_000, "stage_since": NOW, "created_at": NOW}
        await connection.execute(insert(Opportunity), [{"customer_id": each, **sale} for each in ids])
    return ids


async def _amiss(here: Office) -> AsyncIterator[str]:
    """What the database has more or less often than once."""
    async with here.database.read() as session:
        for state, news in NEWS.items():
            ids = set((await session.scalars(select(col(Approval.id)).where(col(Approval.state) == state))).all())
            told = Counter((await session.scalars(_told())).all())
            if wrong := [each for each in ids if told[each] != (0 if news is None else 1)]:
                yield f"{state}, and its asker was not told once: {wrong[:5]}"
        waits = select(func.count()).select_from(Approval).where(col(Approval.state) == "waiting")
        due = select(func.count()).select_from(Due).where(col(Due.state) == "waiting")
        allowed = select(func.count()).select_from(Opportunity).where(col(Opportunity.discount).is_not(None))
        granted = select(func.count()).select_from(Approval).where(col(Approval.state) == "approved")
        numbers = [int((await session.execute(each)).scalar_one()) for each in (waits, due, allowed, granted)]
        if numbers[0] or numbers[1] or numbers[2] != numbers[3]:
            yield f"undecided {numbers[0]}, still due {numbers[1]}, allowed {numbers[2]} of {numbers[3]}"
        if twice := list((await session.execute(_decided_twice())).scalars()):
            yield f"decided more than once: {twice[:5]}"


def _told() -> Any:
    news = [kind for kind in NEWS.values() if kind is not None]
    return select(col(Outbox.subject_id)).where(col(Outbox.kind).in_(news), col(Outbox.mode) == "send")


def _decided_twice() -> Any:
    """Requests of which the audit knows two decisions: `decided_at` is written once."""
    decided = cast(col(AuditEntry.changes), Text).contains('"decided_at"')
    return (
        select(col(AuditEntry.row_id))
        .where(col(AuditEntry.kind) == Approval.kind, col(AuditEntry.op) == "update", decided)
        .group_by(col(AuditEntry.row_id))
        .having(func.count() > 1)
    )

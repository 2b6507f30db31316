"""Every row of the table of errcodes, played by the messenger: what becomes of the message, and who is told."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlmodel import col, func, select

from bot.adapters.wecom.errors import DEEDS, TABLE, Row, failure
from bot.commands.export_kinds import KINDS
from domain.actor import SYSTEM, Address, Cause, Ref
from domain.errors import ChannelError
from domain.services import directory
from domain.tables import Account, Attachment, Inbox, Outbox
from domain.views import dead
from tests.sending import send_one
from tests.stage import PATIENCE, Stage, staged

LIN, LI, CHEN = "lin.yue", "li.ming", "chen.gong"
PEOPLE: list[dict[str, Any]] = [
    {"userid": LIN, "name": "林越", "title": "销售", "department": "华东"},
    {"userid": LI, "name": "李明", "title": "销售", "department": "华东"},
    {"userid": CHEN, "name": "陈工", "title": "管理员", "department": "总部"},
]
LATER = (1, 5, 30, 300, 3600)  # seconds after which a failure is tried again
SENT = [row for row in TABLE if row.does not in ("again", "anew", "push", "stop")]
DAY, MOMENT = timedelta(days=1), timedelta(minutes=3)


@dataclass(slots=True)
class World:
    """A genjin in which 林越 has something sent to 李明; 陈工 is the administrator."""

    stage: Stage
    ids: dict[str, int] = field(default_factory=dict)
    inbox: int = 0
    said: int = 0

    async def send(
        self, errcode: int, times: int, kind: str = "plain.text", *, pause: timedelta = DAY, **params: Any
    ) -> int:
        """Something to 李明 because of what 林越 said, which the messenger refuses so many times; returns its row."""
        self.stage.clock.advance(pause)
        self.stage.server.faults.refuse("message/send", errcode, times)
        self.said += 1
        subject = Ref("attachment", params["attachment"]) if "attachment" in params else None
        if kind == "plain.text":
            params["text"] = f"第{self.said}件"
        async with self.stage.app.database.unit(SYSTEM, Cause("inbox", self.inbox)) as uow:
            uow.tell(Address.person(self.ids[LI]), kind, subject, key=f"walk-{self.said}", **params)
        return await self.rests(f"walk-{self.said}")

    async def rests(self, key: str) -> int:
        """Return when the row is done with, or waits for a later moment."""
        async with asyncio.timeout(PATIENCE):
            while True:
                row, now = await self.read(key), self.stage.clock.now()
                if row is not None and (row.state != "waiting" or max(row.due_at, row.retry_at or now) > now):
                    return row.id
                await asyncio.sleep(0.005)

    async def read(self, key: str | int) -> Outbox | None:
        column = col(Outbox.key) if isinstance(key, str) else col(Outbox.id)
        async with self.stage.app.database.read() as session:
            return (await session.execute(select(Outbox).where(column == key))).scalar_one_or_none()

    async def after(self, seconds: float, row_id: int) -> Outbox:
        """The row after that time, and what it brought."""
        before = await self.read(row_id)
        assert before is not None
        self.stage.clock.advance(timedelta(seconds=seconds * 1.2))  # pauses are spread by up to so much
        await self.rests(before.key)
        found = await self.read(row_id)
        assert found is not None
        return found

    async def sends_picture(self) -> None:
        """李明 sends a picture, which is answered."""
        self.stage.clock.advance(DAY)
        await send_one(self.stage.server, LI, {"image": f"{self.said}.jpg"})
        await self.stage.app.settled()

    def told(self, userid: str) -> list[str]:
        """What stands in somebody's chat by now."""
        return [seen.text or seen.title for seen in self.stage.chat(userid)]


@pytest_asyncio.fixture(scope="module")
async def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    path = tmp_path_factory.mktemp("errcodes") / "genjin.db"
    shutil.copyfile(sqlite_template, path)
    async with staged(f"sqlite:///{path}", "远山软件", PEOPLE) as stage:
        made = World(stage)
        async with stage.app.database.unit(SYSTEM, Cause("test")) as uow:
            for each in PEOPLE:
                await directory.put(uow, directory.Entry(userid=each["userid"], name=each["name"], team="华东"))
        async with stage.app.database.unit(SYSTEM, Cause("test")) as uow:
            await directory.make_admin(uow, CHEN)
            for account in (await uow.session.execute(select(Account))).scalars():
                made.ids[account.userid] = account.person_id
        await stage.say(LIN, "在吗")
        async with stage.app.database.read() as session:
            made.inbox = (await session.execute(select(Inbox))).scalars().one().id
        yield made


def ends(row: Row) -> list[int]:
    """The first and the last code of a row: those between are read in the same way."""
    return list(dict.fromkeys((row.codes[0], row.codes[-1])))


def test_no_code_stands_in_two_rows() -> None:
    counted = Counter(code for row in TABLE for code in row.codes)

    assert [code for code, times in counted.items() if times > 1] == []
    assert {row.does for row in TABLE} == set(DEEDS)


def test_a_code_that_nobody_knows_is_worth_another_try() -> None:
    assert type(failure(123456, "message/send")) is ChannelError


@pytest.mark.parametrize(
    ("row", "code"), [pytest.param(row, code, id=f"{row.does}-{code}") for row in SENT for code in ends(row)]
)
async def test_a_message_that_is_refused_fares_as_its_row_says(world: World, row: Row, code: int) -> None:
    if row.does == "refresh":
        await world.send(0, 0)  # so that there is a token, and a young one
    before = {userid: len(world.told(userid)) for userid in (LIN, LI, CHEN)}
    match row.does:
        case "refresh":
            await _is_refreshed(world, code)
        case "wait":
            await _waits(world, code, row.wait)
        case "retry":
            await _is_tried_again(world, code)
        case "setup":
            await _is_tried_until_mended(world, code)
        case _:
            await _is_given_up(world, code, "Unreachable" if row.does == "nobody" else "Rejected")
    await world.stage.app.settled()
    new = {userid: world.told(userid)[count:] for userid, count in before.items()}
    assert {userid for userid, told in new.items() if told} == TOLD[row.does]
    assert all(len(told) == 1 for told in new.values() if told)
    if row.does in ("nobody", "refuse"):
        assert new[LIN][0].startswith("没发到")
    if row.does in ("setup", "refuse"):
        assert str(code) in new[CHEN][0]


# Whom something new reaches: 李明 in the end, else 林越 who caused it, and 陈工 who can mend it.
TOLD = {
    "retry": {LI},
    "refresh": {LI},
    "wait": {LI},
    "setup": {LIN, CHEN},
    "nobody": {LIN},
    "refuse": {LIN, CHEN},
}


async def _is_refreshed(world: World, code: int) -> None:
    fetched = world.stage.server.calls["gettoken"]
    row = await world.read(await world.send(code, 1, pause=MOMENT))
    assert row is not None
    assert (row.state, row.failures) == ("done", 0)
    assert world.stage.server.calls["gettoken"] == fetched + 1


async def _waits(world: World, code: int, wait: timedelta) -> None:
    row_id = await world.send(code, 1)
    row = await world.read(row_id)
    assert row is not None
    assert (row.state, row.failures) == ("waiting", 0)
    assert row.due_at - world.stage.clock.now() == wait
    assert (await world.after(wait.total_seconds(), row_id)).state == "done"


async def _is_tried_again(world: World, code: int) -> None:
    row_id = await world.send(code, 2)
    for failures, pause in enumerate(LATER[:2], 1):
        row = await world.read(row_id)
        assert row is not None
        assert (row.state, row.failures) == ("waiting", failures)
        last = await world.after(pause, row_id)
    assert last.state == "done"


async def _is_tried_until_mended(world: World, code: int) -> None:
    """Here it is not."""
    row_id = await world.send(code, len(LATER) + 1)
    for pause in LATER:
        row = await world.read(row_id)
        assert row is not None
        assert row.state == "waiting"
        assert row.last_error.startswith(f"Misconfigured: wecom message/send: errcode {code}")
        last = await world.after(pause, row_id)
    assert last.state == "dead"


async def _is_given_up(world: World, code: int, kind: str) -> None:
    row = await world.read(await world.send(code, 1))
    assert row is not None
    assert (row.state, row.fence) == ("dead", 1)
    assert row.last_error.startswith(f"{kind}: wecom message/send: errcode {code}")
    async with world.stage.app.database.read() as session:
        assert await dead.count(session) > 0  # which genjin doctor says
        exported = (await session.execute(KINDS["deliveries"].query)).mappings().all()
    told = next(each for each in exported if each["id"] == row.id)
    assert (told["state"], told["error"]) == ("dead", row.last_error)


async def test_a_file_whose_id_is_gone_is_uploaded_again_and_arrives(world: World) -> None:
    uploads = world.stage.server.calls["media/upload"]
    await world.sends_picture()
    row = await world.read(await world.send(40007, 1, "attachment.file", attachment=1))

    assert row is not None
    assert (row.state, row.failures) == ("done", 0)
    assert world.stage.server.calls["media/upload"] == uploads + 2
    assert world.stage.server.chat(LI)[-1].kind == "image"


async def test_a_card_whose_code_was_used_is_shown_anew_once(world: World) -> None:
    await world.sends_picture()
    before = len(world.told(LI))
    world.stage.server.faults.refuse("message/update_template_card", 42022)

    async with world.stage.app.database.unit(SYSTEM, Cause("test")) as uow:
        newest = await uow.session.scalar(select(func.max(Attachment.id)))
        await uow.refresh(Ref("attachment", newest), kinds=("attachment.whose",))
    await world.stage.app.settled()

    assert [(seen.title, seen.note[:4]) for seen in world.stage.chat(LI)[before:]] == [("归到哪家？", "更新 ·")]


@pytest.mark.parametrize(("code", "does"), [(846605, "push"), (846608, "push"), (853000, "stop")])
def test_what_only_the_robot_meets_is_known_to_its_own_tests(code: int, does: str) -> None:
    """tests/robot/test_link.py plays them on the long connection."""
    assert type(failure(code, "aibot_send_msg")).__name__ == {"push": "NotAnswerable", "stop": "BadCredentials"}[does]
    assert [row.does for row in TABLE if code in row.codes] == [does]

"""Two processes over one database: one holds the robot, the other takes over, and nothing that was said is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import web
from sqlalchemy import select

from bot.app import App, listening, running
from bot.messenger.people import Organisation
from bot.messenger.robot.server import PATH, RobotServer
from bot.roles import Role
from config.clock import ShiftableClock
from config.settings import Settings
from domain.tables import Account, Outbox
from scheduler import holder
from tests.dialogues.records import Records
from tests.robot.conftest import CUSTOMER, PEOPLE
from tests.robot.link_stage import ROBOT
from tests.stage import NOW
from tests.waiting import until

LEASE = timedelta(seconds=60)
NOTE = "下午拜访了北辰仪器的何总，预算大概50万，下周三之前给方案"


@dataclass
class Two:
    server: RobotServer
    apps: list[App]
    stack: AsyncExitStack
    settings: Settings
    clock: ShiftableClock

    async def another(self, role: Role = Role.WORKER) -> App:
        app = await self.stack.enter_async_context(running(self.settings, self.clock, role=role))
        self.apps.append(app)
        return app

    def holding(self) -> list[bool]:
        return [app.robot is not None and app.robot.link.connection is not None for app in self.apps]


@asynccontextmanager
async def world(database_url: str) -> AsyncIterator[Two]:
    """The robot alone, without the app: its server, and processes that share a database and a clock.

    Who lets go is followed at once; only who dies is waited for a lease, which a busy machine must not run into else.
    """
    clock = ShiftableClock(NOW)
    members = [{name: each.get(name, "") for name in ("userid", "name", "title")} for each in PEOPLE.values()]
    server = RobotServer(Organisation.build("远山科技", members), ROBOT, clock)
    application = web.Application()
    application.add_routes(server.routes())
    async with listening(application, "127.0.0.1", 0) as port, AsyncExitStack() as stack:
        wecom = {"bot_id": ROBOT.bot_id, "bot_secret": ROBOT.secret, "bot_ws_url": f"ws://127.0.0.1:{port}{PATH}"}
        tree = {
            "database_url": database_url,
            "secret_key": "k" * 40,
            "wecom": wecom,
            "lease_seconds": LEASE.total_seconds(),
        }
        two = Two(server, [], stack, Settings.model_validate(tree), clock)
        records = Records((await two.another()).database)
        await records.cast(PEOPLE, {"华南": {"lead": "马林"}})
        await records.customer("北辰仪器", CUSTOMER)
        await until(lambda: two.holding() == [True])
        yield two


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holder, "ASK", 0.05)


async def test_one_connection_among_processes_and_the_next_takes_over(database_url: str) -> None:
    async with world(database_url) as two:
        first, second = two.apps[0], await two.another()
        await two.server.say("Shen.Qing", NOTE)
        await until(lambda: len(two.server.chat("Shen.Qing")) >= 2)
        assert two.holding() == [True, False]

        await first.drain()
        await until(lambda: two.holding() == [False, True])
        await two.server.say("Shen.Qing", "北辰仪器")
        await until(lambda: any(said.text.startswith("北辰仪器 ·") for said in two.server.chat("Shen.Qing")))

        assert second.robot is not None
        assert len([f for f in two.server.line.log if f["cmd"] == "aibot_subscribe"]) == 2


async def test_a_holder_that_dies_is_followed_within_its_lease(database_url: str) -> None:
    async with world(database_url) as two:
        await two.another()
        dead = two.apps[0].robot
        assert dead is not None
        assert dead._holder._task is not None
        dead._holder._database = None  # type: ignore[assignment] - as after a kill: it neither renews nor lets go
        two.server.line.cut()
        two.clock.advance(LEASE)

        await until(lambda: two.holding() == [False, True])

        await two.server.say("tao.yi", NOTE)
        await until(lambda: len(two.server.chat("tao.yi")) >= 2)


async def test_what_waits_for_the_robot_is_sent_by_whoever_holds_it(database_url: str) -> None:
    async with world(database_url) as two:
        await two.server.say("Shen.Qing", NOTE)
        await until(lambda: len(two.server.chat("Shen.Qing")) >= 2)
        await two.apps[0].drain()
        other = await two.another()
        await until(lambda: two.holding()[1])

        async with other.database.read() as session:
            rows = (await session.execute(select(Outbox.channel, Outbox.state))).all()
            channels = set((await session.execute(select(Account.channel))).scalars())
        assert {state for _, state in rows} == {"done"}
        assert channels == {"wecom", "wecom.robot"}
        await asyncio.sleep(0)

"""The robot's server on a real port, and genjin's side of the long connection alone, with pauses made short."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import aiohttp
from aiohttp import web
from pydantic import SecretStr

from bot.adapters.wecom_robot.channel import RobotChannel
from bot.adapters.wecom_robot.connection import Timing
from bot.adapters.wecom_robot.link import RobotLink
from bot.adapters.wecom_robot.outgoing import RobotFiles
from bot.app import listening
from bot.message import Message
from bot.messenger.people import Organisation
from bot.messenger.robot.model import RobotCredentials, RobotQuirks
from bot.messenger.robot.server import PATH, RobotServer
from config.clock import ShiftableClock
from config.messengers import WeComRobotSettings
from domain.files import FileStore
from tests.waiting import PATIENCE, until

START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
ROBOT = RobotCredentials("aibTest01", "secret-of-the-robot")
PEOPLE = [{"userid": "Shen.Qing", "name": "沈青"}, {"userid": "tao.yi", "name": "陶一"}]
# Pauses are short, and nothing runs out while a machine stands still: who tests that brings seconds of his own.
SHORT = Timing(
    opening=PATIENCE,
    beat=PATIENCE,
    ack=PATIENCE,
    late=2 * PATIENCE,
    first_pause=0.02,
    longest_pause=0.1,
    thinking=PATIENCE,
    longest_thought=PATIENCE,
    settling=0,
)
QUICK = replace(SHORT, ack=0.2, late=0.4)  # for acknowledgements that do not come, or come late


@dataclass
class Rig:
    """`told` is what was accepted; `refusing` makes the next so many refusals of the store, `presence` is
    told when the connection comes and goes. `held` is what the next who ask whether the hold is still theirs are told;
    then it is. Nobody is told while `asking` is not set."""

    server: RobotServer
    clock: ShiftableClock
    url: str
    http: aiohttp.ClientSession
    told: list[Message] = field(default_factory=list)
    refusing: int = 0
    presence: Mock = field(default_factory=Mock)
    held: list[bool] = field(default_factory=list)
    asking: asyncio.Event = field(default_factory=asyncio.Event)

    async def holds(self) -> bool:
        await self.asking.wait()
        return self.held.pop(0) if self.held else True

    async def accept(self, message: Message) -> None:
        if self.refusing:
            self.refusing -= 1
            raise OSError("the disk is full")
        self.told.append(message)

    def link(self, timing: Timing = SHORT, secret: str = ROBOT.secret) -> RobotLink:
        settings = WeComRobotSettings(bot_id=ROBOT.bot_id, bot_secret=SecretStr(secret), bot_ws_url=self.url)
        presence: Any = self.presence
        told: dict[str, Any] = {"connected": lambda: None, "mine": self.holds}
        return RobotLink(settings, self.http, self.accept, self.clock, presence, **told, timing=timing)

    def channel(self, link: RobotLink) -> RobotChannel:
        return RobotChannel(link, self.clock, RobotFiles(FileStore(Path("/nowhere")), self.clock))

    @asynccontextmanager
    async def linked(self, timing: Timing = SHORT) -> AsyncIterator[RobotLink]:
        """A link at work, subscribed."""
        link = self.link(timing)
        task = asyncio.create_task(link.work())
        try:
            await until(lambda: link.connection is not None)
            yield link
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def patient(link: RobotLink) -> None:
    """What goes out from now on is waited for, however slow the machine is; what is under way runs out as it would."""
    assert link.connection is not None
    link.connection._timing = replace(SHORT, late=SHORT.ack)


@asynccontextmanager
async def rigged(**quirks: Any) -> AsyncIterator[Rig]:
    """A robot's server with these quirks."""
    clock = ShiftableClock(START, still=True)
    server = RobotServer(Organisation.build("远山科技", PEOPLE), ROBOT, clock, quirks=RobotQuirks(**quirks))
    application = web.Application()
    application.add_routes(server.routes())
    async with listening(application, "127.0.0.1", 0) as port, aiohttp.ClientSession() as http:
        made = Rig(server, clock, f"ws://127.0.0.1:{port}{PATH}", http)
        made.asking.set()
        yield made

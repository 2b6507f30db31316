"""The robot's server on a real port, and genjin's side of the long connection alone, with seconds made short."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
from config.settings import WeComRobotSettings
from domain.files import FileStore

START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
ROBOT = RobotCredentials("aibTest01", "secret-of-the-robot")
PEOPLE = [{"userid": "Shen.Qing", "name": "沈青"}, {"userid": "tao.yi", "name": "陶一"}]
SHORT = Timing(opening=2, beat=0.05, ack=0.2, first_pause=0.02, longest_pause=0.1, thinking=30.0, longest_thought=30.0)
PATIENCE = 60.0


@dataclass
class Rig:
    """`told` is what was accepted; `refusing` makes the next so many refusals of the store."""

    server: RobotServer
    clock: ShiftableClock
    url: str
    http: aiohttp.ClientSession
    told: list[Message] = field(default_factory=list)
    refusing: int = 0

    async def accept(self, message: Message) -> None:
        if self.refusing:
            self.refusing -= 1
            raise OSError("the disk is full")
        self.told.append(message)

    def link(self, timing: Timing = SHORT, secret: str = ROBOT.secret) -> RobotLink:
        settings = WeComRobotSettings(bot_id=ROBOT.bot_id, bot_secret=SecretStr(secret), bot_ws_url=self.url)
        return RobotLink(settings, self.http, self.accept, self.clock, connected=lambda: None, timing=timing)

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


async def until(true: Callable[[], Any]) -> None:
    """Return once it is so."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if true():
                return
            await asyncio.sleep(0.002)


@asynccontextmanager
async def rigged(**quirks: Any) -> AsyncIterator[Rig]:
    """A robot's server with these quirks."""
    clock = ShiftableClock(START, still=True)
    server = RobotServer(Organisation.build("远山科技", PEOPLE), ROBOT, clock, quirks=RobotQuirks(**quirks))
    application = web.Application()
    application.add_routes(server.routes())
    async with listening(application, "127.0.0.1", 0) as port, aiohttp.ClientSession() as http:
        yield Rig(server, clock, f"ws://127.0.0.1:{port}{PATH}", http)

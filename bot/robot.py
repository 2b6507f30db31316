"""The smart robot of one process: its channels, and what starts and stops with the process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiohttp

from bot.adapters.wecom.read import CHANNEL as APP
from bot.adapters.wecom_robot.called import CalledRobotChannel
from bot.adapters.wecom_robot.channel import RobotChannel
from bot.adapters.wecom_robot.checkup import hold_name
from bot.adapters.wecom_robot.connection import Timing
from bot.adapters.wecom_robot.link import RobotLink
from bot.adapters.wecom_robot.media import RobotMedia
from bot.adapters.wecom_robot.outgoing import RobotFiles
from bot.adapters.wecom_robot.read import CHANNEL as ROBOT
from bot.message import Accept
from cards.model import Channel
from config.messengers import WeComRobotSettings
from config.settings import Settings
from domain.database import Database
from domain.files import FileStore
from scheduler.holder import Holder
from scheduler.presence import Presence

__all__ = ["ROBOT", "TIMING", "CalledRobot", "Robot"]

TIMING = Timing()


class CalledRobot:
    """The robot by callbacks: whoever handles a message makes its answer, whoever was called gives it."""

    def __init__(
        self, settings: Settings, robot: WeComRobotSettings, database: Database, http: aiohttp.ClientSession
    ) -> None:
        self.channels: tuple[Channel, ...] = tuple(
            CalledRobotChannel(database, http, name=name) for name in _names(settings)
        )
        self.media = RobotMedia(http, robot.bot_aes_key.get_secret_value())

    def start(self) -> None:
        """Nothing is held."""

    async def stop(self) -> None:
        """Nothing was begun."""


class Robot:
    """The robot over its long connection, which one process of all holds."""

    def __init__(
        self,
        settings: Settings,
        robot: WeComRobotSettings,
        database: Database,
        http: aiohttp.ClientSession,
        accept: Accept,
        connected: Callable[[], None],
        files: FileStore,
    ) -> None:
        lease, clock = settings.lease, database.clock
        self._presence = Presence(database, settings.zone, ROBOT)
        self._holder = Holder(database, hold_name(robot), self._work, lease=lease, says=self._says)
        mine = self._holder.confirmed
        self.link = RobotLink(robot, http, accept, clock, self._presence, connected=connected, mine=mine, timing=TIMING)
        sent = RobotFiles(files, clock)
        made = (RobotChannel(self.link, clock, sent, name=name) for name in _names(settings))
        self.channels: tuple[Channel, ...] = tuple(made)
        self.media = RobotMedia(http)

    def start(self) -> None:
        self._presence.start()
        self._holder.start()

    async def stop(self) -> None:
        await self._holder.stop()
        await self._presence.stop()

    async def _work(self) -> None:
        await self.link.work()

    def _says(self) -> dict[str, Any]:
        return self.link.says()


def _names(settings: Settings) -> tuple[str, ...]:
    """Where there is no app, whoever has never written to the robot is tried there all the same."""
    return (ROBOT,) if settings.wecom is not None else (ROBOT, APP)

"""The smart robot of one process: its channels, and what starts and stops with the process."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp

from bot.adapters.wecom.read import CHANNEL as APP
from bot.adapters.wecom_robot.channel import RobotChannel
from bot.adapters.wecom_robot.link import Accept, RobotLink
from cards.model import Channel
from config.settings import Settings, WeComRobotSettings
from domain.database import Database
from scheduler.holder import Holder

HOLD = "wecom.robot"


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
    ) -> None:
        self.link = RobotLink(robot, http, accept, database.clock, connected=connected)
        # Where there is no app, whoever has never written to the robot is tried there all the same.
        names = ("wecom.robot",) if settings.wecom is not None else ("wecom.robot", APP)
        self.channels: tuple[Channel, ...] = tuple(RobotChannel(self.link, database.clock, name=name) for name in names)
        lease = settings.lease
        self._holder = Holder(database, f"{HOLD}:{robot.bot_id}", self.link.work, lease=lease, says=self.link.says)

    def start(self) -> None:
        self._holder.start()

    async def stop(self) -> None:
        await self._holder.stop()

"""The smart robot beside the app: members talk to it alone and in groups, and its connection has bad days too.

Nothing acknowledges what the robot is told, and WeCom does not tell it again. So a note must be on record unless its
connection broke before genjin had stored it: nobody was connected, or the process that held the connection died. Of
one chat genjin stores in order, so what was told before a stored note was stored too, and is lost if it is not there.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.in_group import NOTED
from bot.messenger.people import Organisation
from bot.messenger.robot.faults import RobotFaults
from bot.messenger.robot.model import RobotCredentials, RobotQuirks
from bot.messenger.robot.replies import TOO_FAST
from bot.messenger.robot.server import PATH, RobotServer
from bot.messenger.switches import Switch
from config.clock import Clock
from tests.faults.storm import MOST, message_key
from tests.faults.world import Member

CREDENTIALS = RobotCredentials("aibFaults01", "secret-of-the-robot-of-faults")
GROUPS = 3
PATIENCE = 60.0  # seconds until a robot that does not connect counts as broken
SENDS = ("aibot_respond_msg", "aibot_send_msg", "aibot_respond_update_msg")
WAYS: dict[str, Callable[[RobotFaults, str], None]] = {
    "robot busy": lambda faults, cmd: faults.refuse(cmd, -1),
    "robot refuses for haste": lambda faults, cmd: faults.refuse(cmd, 45033),
    "robot's answer lost": lambda faults, cmd: faults.drop_ack(cmd),
    "robot half a second late": lambda faults, cmd: faults.delay(cmd, 0.5),
    "robot's connection cut": lambda faults, cmd: faults.cut(cmd),
}


class StormyFaults(RobotFaults):
    """Spoils `rate` of what genjin sends over the connection; `sends` and `sent` are called around each."""

    def __init__(self, dice: random.Random, rate: float, sends: Callable[[], None], sent: Callable[[], None]) -> None:
        super().__init__()
        self._dice, self._rate, self._sends, self._sent = dice, rate, sends, sent
        self._spoiled: Counter[str] = Counter()
        self.server: RobotServer | None = None
        self.calls = 0
        self.ways: Counter[str] = Counter()

    def errcode(self, cmd: str) -> int:
        if cmd in SENDS and self.server is not None:
            self._sends()
            self.calls += 1
            self._spoil(cmd, message_key(self.server.line.log[-1]["body"]))
        return super().errcode(cmd)

    def resets(self, cmd: str) -> bool:
        if cmd in SENDS:
            self._sent()
        return super().resets(cmd)

    def _spoil(self, cmd: str, message: str) -> None:
        if self._dice.random() < self._rate and self._spoiled[message] < MOST:
            self._spoiled[message] += 1
            way = self._dice.choice(list(WAYS))
            self.ways[way] += 1
            WAYS[way](self, cmd)


@dataclass(frozen=True, slots=True)
class Told:
    """One note to the robot: in which chat, over which connection; None where nobody was connected."""

    tag: str
    place: str
    connection: web.WebSocketResponse | None


@dataclass(slots=True)
class RobotSide:
    """The robot's server, the groups that it is in, and what it was told, in order."""

    server: RobotServer
    groups: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    async def say(self, member: Member, tag: str, text: str, chatid: str | None) -> None:
        """A member says something to the robot, alone or in a group."""
        connection = self.server.line.live
        if chatid is None:
            sent = await self.server.say(member.userid, text)
        else:
            text = f"@{CREDENTIALS.name} {text}"
            sent = await self.server.group_say(chatid, member.userid, text)
        self.told.append(Told(tag, chatid or member.userid, connection if sent.accepted else None))

    async def connected(self) -> None:
        """Return when some process holds the connection."""
        async with asyncio.timeout(PATIENCE):
            await self.server.line.subscribed.wait()

    async def told_more(self, count: int) -> None:
        """Return when some process holds the connection and was told so many notes more."""
        wanted = len(self.told) + count
        async with asyncio.timeout(PATIENCE):
            while len(self.told) < wanted or not self.server.line.subscribed.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    def group_of(self, member: Member, company: list[Member]) -> str:
        return self.groups[company.index(member) % GROUPS]

    def heard(self, stored: set[str]) -> set[str]:
        """The tags that must be on record, with those that are."""
        certain = set(stored)
        for number, told in enumerate(self.told):
            beside = (told.place, told.connection)
            later = [each.tag for each in self.told[number + 1 :] if (each.place, each.connection) == beside]
            lives = told.connection is self.server.line.live
            if told.connection is not None and (lives or not stored.isdisjoint(later)):
                certain.add(told.tag)
        return certain

    @property
    def refused(self) -> int:
        """How many messages were beyond WeCom's limits for a chat."""
        refused = sum(frame["errcode"] == TOO_FAST for frame in self.server.line.log)
        return refused - self.server.faults.struck[Switch.LIMITED]

    def lines(self) -> Counter[str]:
        """How often each group was told that a note is on record; several lines may have become one message."""
        said = {group.chatid: [m.text for m in group.messages if m.sender == "app"] for group in self.server.groups()}
        return Counter({chatid: sum(text.count(NOTED) for text in texts) for chatid, texts in said.items()})


def settled(
    organisation: Organisation, company: list[Member], clock: Clock, faults: RobotFaults, **pace: int
) -> RobotSide:
    """The robot of this company, in groups of which each member is in one; `pace` are limits that are not WeCom's."""
    quirks = RobotQuirks(subscribes_per_minute=10_000, **pace)
    server = RobotServer(organisation, CREDENTIALS, clock, quirks=quirks, faults=faults)
    side = RobotSide(server)
    for number in range(GROUPS):
        members = [member.userid for member in company[number::GROUPS]]
        side.groups.append(server.add_group(f"wrFaults{number}", f"{number + 1}组", members).chatid)
    if isinstance(faults, StormyFaults):
        faults.server = server
    return side


def environment(api_port: int) -> dict[str, str]:
    """The settings of a genjin process that has the robot too."""
    return {
        "GENJIN_WECOM__BOT_ID": CREDENTIALS.bot_id,
        "GENJIN_WECOM__BOT_SECRET": CREDENTIALS.secret,
        "GENJIN_WECOM__BOT_WS_URL": f"ws://127.0.0.1:{api_port}{PATH}",
    }

"""What the messengers give this process: channels to send on, files, groups, the address book, customers outside, what
is posted to us, and what starts and stops with the process.

Each messenger adds its own (`bot.messengers`); nobody else knows what it is made of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from bot.adapters.tokens import Tokens
from bot.groups import MakesGroups
from bot.message import Accept
from bot.outside import OFF, OutsideErrands
from bot.roles import Role
from bot.web.seals import Seals
from bot.web.signin import Gate
from cards.model import Channel
from config.clock import Clock
from config.settings import Settings
from domain.database import Database
from domain.files import FileStore
from domain.names import Names
from domain.secrets import Box
from scheduler.directory import DirectoryErrands
from scheduler.mirror import MirrorErrands
from scheduler.ports import Calendar, Directory, Media, Outside, Todos
from scheduler.timed import Errand


class Line(Protocol):
    """What a messenger does as long as the process works; it ends once what was in hand went out."""

    def start(self) -> None: ...

    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a messenger stands on. `accept` stores what came in; `box` seals what is kept as long as the database."""

    settings: Settings
    http: aiohttp.ClientSession
    tokens: Tokens
    database: Database
    files: FileStore
    seals: Seals
    box: Box
    role: Role
    accept: Accept

    @property
    def clock(self) -> Clock:
        return self.database.clock


@dataclass(slots=True)
class Reach:
    """By channel, but for `routes`, what is posted to us, and `lines`; `gates` know who opens a page, `links` says that
    some messenger shows links for buttons, `welcome` greets customers."""

    channels: dict[str, Channel] = field(default_factory=dict)
    makers: dict[str, MakesGroups] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    directories: dict[str, Directory] = field(default_factory=dict)
    outsides: dict[str, Outside] = field(default_factory=dict)
    todos: dict[str, Todos] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)
    routes: list[web.RouteDef] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    links: bool = False
    welcome: str = OFF

    def errands(self, database: Database, names: Names, zone: ZoneInfo) -> dict[str, Errand]:
        """What jobs have fetched before they run, by their kind."""
        return {
            **DirectoryErrands(database, self.directories).all(),
            **MirrorErrands(database, self.todos, self.calendars, zone).all(),
            **OutsideErrands(database, self.outsides, names, self.welcome).all(),
        }

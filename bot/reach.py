"""What genjin has of a messenger besides saying and hearing: files, groups, the address book, customers outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import aiohttp

from bot.adapters.tokens import Tokens
from bot.adapters.wecom.addressbook import WeComDirectory
from bot.adapters.wecom.api import WeComApi
from bot.adapters.wecom.channel import WeComChannel
from bot.adapters.wecom.media import WeComMedia
from bot.adapters.wecom.outgoing import OutgoingFiles
from bot.adapters.wecom.outside import WeComOutside
from bot.groups import MakesGroups
from bot.outside import OFF, OutsideErrands
from cards.model import Channel
from config.clock import Clock
from config.settings import WeComSettings
from domain.database import Database
from domain.files import FileStore
from domain.names import Names
from scheduler.directory import DirectoryErrands
from scheduler.ports import Directory, Media, Outside
from scheduler.timed import Errand


@dataclass(slots=True)
class Reach:
    """By channel. `api` is that of WeCom's app, None where there is none; `welcome` greets customers."""

    channels: dict[str, Channel] = field(default_factory=dict)
    makers: dict[str, MakesGroups] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    directories: dict[str, Directory] = field(default_factory=dict)
    outsides: dict[str, Outside] = field(default_factory=dict)
    api: WeComApi | None = None
    welcome: str = OFF

    def errands(self, database: Database, names: Names) -> Iterator[tuple[str, Errand]]:
        """What jobs have fetched before they run, by their kind."""
        yield from DirectoryErrands(database, self.directories).all().items()
        yield from OutsideErrands(database, self.outsides, names, self.welcome).all().items()


def reach(
    wecom: WeComSettings | None, http: aiohttp.ClientSession, tokens: Tokens, clock: Clock, files: FileStore
) -> Reach:
    """All that the settings give."""
    found = Reach()
    if wecom is None:
        return found
    found.api = api = WeComApi(wecom, http, tokens)
    kept = WeComMedia(api, clock)
    channel = WeComChannel(wecom, api, clock, OutgoingFiles(kept, files))
    found.channels[channel.name] = found.makers[channel.name] = channel
    found.media[channel.name] = kept
    found.outsides[channel.name] = WeComOutside(api)
    found.welcome = wecom.welcome
    if wecom.contacts:
        found.directories[channel.name] = WeComDirectory(api, wecom.agent_id)
    return found

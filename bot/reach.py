"""What genjin has of a messenger besides saying and hearing: files, groups, the address book, customers outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import aiohttp

from bot.adapters.dingtalk.addressbook import DingTalkDirectory
from bot.adapters.dingtalk.api import CHANNEL, DingTalkApi
from bot.adapters.dingtalk.cards import DingTalkCards
from bot.adapters.dingtalk.channel import DingTalkChannel
from bot.adapters.dingtalk.media import DingTalkMedia
from bot.adapters.nowhere import Nowhere
from bot.adapters.tokens import Tokens
from bot.adapters.wecom.addressbook import WeComDirectory
from bot.adapters.wecom.api import WeComApi
from bot.adapters.wecom.channel import WeComChannel
from bot.adapters.wecom.media import WeComMedia
from bot.adapters.wecom.outgoing import OutgoingFiles
from bot.adapters.wecom.outside import WeComOutside
from bot.adapters.wecom.read import CHANNEL as WECOM
from bot.groups import MakesGroups
from bot.outside import OFF, OutsideErrands
from cards.model import Channel
from config.clock import Clock
from config.settings import DingTalkSettings, Settings, WeComSettings
from domain.database import Database
from domain.files import FileStore
from domain.names import Names
from scheduler.directory import DirectoryErrands
from scheduler.ports import Directory, Media, Outside
from scheduler.timed import Errand


@dataclass(slots=True)
class Reach:
    """By channel. `api` is that of WeCom's app and `dingtalk` that of DingTalk's, None where there is none; `welcome`
    greets customers."""

    channels: dict[str, Channel] = field(default_factory=dict)
    makers: dict[str, MakesGroups] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    directories: dict[str, Directory] = field(default_factory=dict)
    outsides: dict[str, Outside] = field(default_factory=dict)
    api: WeComApi | None = None
    dingtalk: DingTalkApi | None = None
    welcome: str = OFF

    def errands(self, database: Database, names: Names) -> Iterator[tuple[str, Errand]]:
        """What jobs have fetched before they run, by their kind."""
        yield from DirectoryErrands(database, self.directories).all().items()
        yield from OutsideErrands(database, self.outsides, names, self.welcome).all().items()


def reach(settings: Settings, http: aiohttp.ClientSession, tokens: Tokens, clock: Clock, files: FileStore) -> Reach:
    """All that the settings give."""
    found = Reach()
    if settings.wecom is not None:
        _wecom(found, settings.wecom, WeComApi(settings.wecom, http, tokens), clock, files)
    if settings.dingtalk is not None:
        if home_channel(settings) == CHANNEL:
            found.channels[WECOM] = Nowhere(WECOM)  # teams' groups are addressed to it where nobody set one
        _dingtalk(found, settings.dingtalk, DingTalkApi(settings.dingtalk, http, tokens), clock, files)
    return found


def home_channel(settings: Settings) -> str:
    """The messenger whose accounts a list of people has: WeCom's, unless DingTalk is the only one."""
    only = settings.dingtalk is not None and settings.wecom is None and settings.wecom_robot is None
    return CHANNEL if only else WECOM


def _wecom(found: Reach, wecom: WeComSettings, api: WeComApi, clock: Clock, files: FileStore) -> None:
    found.api, kept = api, WeComMedia(api, clock)
    channel = WeComChannel(wecom, api, clock, OutgoingFiles(kept, files))
    found.channels[channel.name] = found.makers[channel.name] = channel
    found.media[channel.name] = kept
    found.outsides[channel.name] = WeComOutside(api)
    found.welcome = wecom.welcome
    if wecom.contacts:
        found.directories[channel.name] = WeComDirectory(api, wecom.agent_id)


def _dingtalk(found: Reach, dingtalk: DingTalkSettings, api: DingTalkApi, clock: Clock, files: FileStore) -> None:
    found.dingtalk, media = api, DingTalkMedia(api, clock, files)
    cards = DingTalkCards(api, dingtalk.card_template_id, clock)
    channel = DingTalkChannel(api, cards, media, clock, dingtalk.oapi_base)
    found.channels[channel.name] = channel
    found.media[channel.name] = media
    if dingtalk.contacts:
        found.directories[channel.name] = DingTalkDirectory(api)

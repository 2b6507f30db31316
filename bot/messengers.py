"""The messengers that genjin speaks: a new one is an entry here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from bot.adapters.dingtalk import wiring as dingtalk
from bot.adapters.nowhere import Nowhere
from bot.adapters.wecom import wiring as wecom
from bot.checkup import Step
from bot.reach import Ground, Reach
from config.clock import Clock
from config.settings import Settings

Steps = Callable[[Settings, aiohttp.ClientSession, Clock, bool], list[tuple[Step, ...]]]


@dataclass(frozen=True, slots=True)
class Messenger:
    """One of them. `used` says whether the settings have it; `join` adds all that it gives, also where nothing of it is
    set, for a group's own robot needs no settings; `steps` is its part of `genjin doctor`: behind a step that fails the
    others of its row wait, and the flag says that what can be put right by itself is."""

    channel: str
    used: Callable[[Settings], bool]
    join: Callable[[Ground, Reach], None]
    steps: Steps


# The first that is used is the one whose accounts a list of people has, and to which teams' groups are addressed.
MESSENGERS = (
    Messenger(wecom.CHANNEL, wecom.used, wecom.join, wecom.steps),
    Messenger(dingtalk.CHANNEL, dingtalk.used, dingtalk.join, dingtalk.steps),
)
HOME = MESSENGERS[0].channel


def reach(ground: Ground) -> Reach:
    """All that the settings give."""
    found = Reach()
    if home_channel(ground.settings) != HOME:
        found.channels[HOME] = Nowhere(HOME)  # teams' groups are addressed to it where nobody set one
    for messenger in MESSENGERS:
        messenger.join(ground, found)
    return found


def home_channel(settings: Settings) -> str:
    """The messenger whose accounts a list of people has."""
    return next((each.channel for each in MESSENGERS if each.used(settings)), HOME)

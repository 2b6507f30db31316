"""What DingTalk gives a process: the app with its robot, over the Stream and over HTTP, and groups' own robots."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp

from bot.adapters.dingtalk import callback, checkup
from bot.adapters.dingtalk.addressbook import DingTalkDirectory
from bot.adapters.dingtalk.api import CHANNEL, DingTalkApi
from bot.adapters.dingtalk.calendar import DingTalkCalendar
from bot.adapters.dingtalk.card_route import CardRoute
from bot.adapters.dingtalk.cards import DingTalkCards
from bot.adapters.dingtalk.channel import DingTalkChannel
from bot.adapters.dingtalk.link import TAPS, StreamLink
from bot.adapters.dingtalk.media import DingTalkMedia
from bot.adapters.dingtalk.oauth import DingTalkSignIn
from bot.adapters.dingtalk.pace import CallPace
from bot.adapters.dingtalk.people import UnionIds
from bot.adapters.dingtalk.todo import NOWHERE, DingTalkTodos
from bot.adapters.dingtalk_webhook.channel import CHANNEL as WEBHOOK
from bot.adapters.dingtalk_webhook.channel import DingTalkWebhooks
from bot.checkup import Step
from bot.groups import WebhookKeys
from bot.reach import Ground, Reach
from bot.web.one_time import OneTimeLinks
from bot.web.todo_page import TODO_AT
from cards.links import BY
from config.clock import Clock
from config.messengers import DINGTALK_OAPI, DingTalkSettings
from config.settings import Settings
from domain.services import upkeep
from domain.uow import UnitOfWork
from scheduler.presence import Presence

__all__ = ["CHANNEL", "join", "steps", "used"]


def used(settings: Settings) -> bool:
    return settings.dingtalk is not None


def join(ground: Ground, found: Reach) -> None:
    """Add what the settings give; a group's own robot needs none."""
    dingtalk = ground.settings.dingtalk
    base = dingtalk.oapi_base if dingtalk is not None else DINGTALK_OAPI
    keys = WebhookKeys(ground.database, ground.box, WEBHOOK)
    found.channels[WEBHOOK] = DingTalkWebhooks(base, ground.http, keys, ground.clock)
    if dingtalk is None:
        return
    name = TAPS if dingtalk.calls_back else CHANNEL
    presence = Presence(ground.database, ground.settings.zone, name, _look if dingtalk.todos else None)
    pace = CallPace(CHANNEL, dingtalk.calls_per_second, lambda: presence.processes)
    api = DingTalkApi(dingtalk, ground.http, ground.tokens, pace)
    _app(ground, found, dingtalk, api)
    if ground.role.works:
        # Every process that works has a socket of its own.
        found.lines.append(StreamLink(api, ground.http, ground.accept, ground.clock, presence))
    if dingtalk.calls_back:
        found.routes += callback.routes(dingtalk, api, ground.accept, ground.clock)


def steps(settings: Settings, http: aiohttp.ClientSession, clock: Clock, fix: bool) -> list[tuple[Step, ...]]:
    """What `genjin doctor` tries; nothing here can be put right by itself."""
    if settings.dingtalk is None:
        return []
    return [checkup.steps(settings.dingtalk, settings.public_url, http, clock)]


def _app(ground: Ground, found: Reach, dingtalk: DingTalkSettings, api: DingTalkApi) -> None:
    media = DingTalkMedia(api, ground.clock, ground.files)
    route = CardRoute(api, dingtalk, ground.settings.public_url, ground.clock)
    cards = DingTalkCards(api, dingtalk.card_template_id, ground.clock, route)
    links = _links(ground, found)
    found.channels[CHANNEL] = DingTalkChannel(api, cards, media, ground.clock, dingtalk.oapi_base, links)
    found.media[CHANNEL] = media
    if dingtalk.sign_in and ground.settings.public_url is not None:
        found.gates[CHANNEL] = DingTalkSignIn(dingtalk, api)
    unions = UnionIds(api)
    if dingtalk.todos:
        found.todos[CHANNEL] = DingTalkTodos(api, unions, _pages(ground, signed_in=CHANNEL in found.gates))
    if dingtalk.calendar:
        found.calendars[CHANNEL] = DingTalkCalendar(api, unions, ground.settings.zone)
    if dingtalk.contacts:
        found.directories[CHANNEL] = DingTalkDirectory(api)


def _look(uow: UnitOfWork) -> None:
    """What was ticked while no connection was up was told to nobody."""
    upkeep.plan_look(uow, CHANNEL, uow.now)


def _pages(ground: Ground, *, signed_in: bool) -> Callable[[int], str]:
    """Where the page of a task is; nowhere of ours where nobody could sign in to it."""
    base = ground.settings.public_url
    if base is None or not signed_in:
        return lambda _: NOWHERE
    return lambda task: f"{base.rstrip('/')}{TODO_AT.replace('{id}', str(task))}?{BY}={CHANNEL}"


def _links(ground: Ground, found: Reach) -> OneTimeLinks | None:
    """What stands for buttons where there are no cards, if browsers reach genjin."""
    settings = ground.settings
    if settings.public_url is None:
        return None
    found.links = True
    return OneTimeLinks(ground.seals, settings.public_url, ground.clock, CHANNEL)

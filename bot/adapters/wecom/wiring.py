"""What WeCom gives a process: the self-built app, and groups' own webhooks. The smart robot is `bot.robot`."""

from __future__ import annotations

from functools import partial

import aiohttp

from bot.adapters.wecom import callback, checkup, menu
from bot.adapters.wecom.addressbook import WeComDirectory
from bot.adapters.wecom.api import WeComApi
from bot.adapters.wecom.channel import WeComChannel
from bot.adapters.wecom.media import WeComMedia
from bot.adapters.wecom.oauth import WeComSignIn
from bot.adapters.wecom.outgoing import OutgoingFiles
from bot.adapters.wecom.outside import WeComOutside
from bot.adapters.wecom.read import CHANNEL
from bot.adapters.wecom_robot import checkup as robot_checkup
from bot.adapters.wecom_webhook.channel import CHANNEL as WEBHOOK
from bot.adapters.wecom_webhook.channel import WebhookChannel
from bot.checkup import Step
from bot.groups import WebhookKeys
from bot.reach import Ground, Reach
from config.clock import Clock
from config.messengers import OFFICIAL, WeComSettings
from config.settings import Settings

__all__ = ["CHANNEL", "join", "steps", "used"]


def used(settings: Settings) -> bool:
    """The smart robot alone is WeCom too."""
    return settings.wecom is not None or settings.wecom_robot is not None


def join(ground: Ground, found: Reach) -> None:
    """Add what the settings give; a group's webhook needs none."""
    wecom = ground.settings.wecom
    base = wecom.api_base if wecom is not None else OFFICIAL
    found.channels[WEBHOOK] = WebhookChannel(base, ground.http, WebhookKeys(ground.database, ground.box, WEBHOOK))
    if wecom is not None:
        _app(ground, found, wecom)


def steps(settings: Settings, http: aiohttp.ClientSession, clock: Clock, fix: bool) -> list[tuple[Step, ...]]:
    """What `genjin doctor` tries of the app and of the robot; with `fix` the app gets its menu, and customers outside
    are read."""
    rows = []
    if settings.wecom is not None:
        rows.append(checkup.steps(settings, settings.wecom, http, clock, fix=fix))
    if (robot := settings.wecom_robot) is not None:
        look = partial(robot_checkup.look, settings, robot, clock)
        called = partial(robot_checkup.call, settings, robot, http, clock)
        rows.append((Step("wecom robot", called if robot.calls_back else look),))
    return rows


def _app(ground: Ground, found: Reach, wecom: WeComSettings) -> None:
    api = WeComApi(wecom, ground.http, ground.tokens)
    kept = WeComMedia(api, ground.clock)
    channel = WeComChannel(wecom, api, ground.clock, OutgoingFiles(kept, ground.files))
    found.channels[CHANNEL] = found.makers[CHANNEL] = channel
    found.media[CHANNEL] = kept
    found.outsides[CHANNEL] = WeComOutside(api)
    found.welcome = wecom.welcome
    if wecom.contacts:
        found.directories[CHANNEL] = WeComDirectory(api, wecom.agent_id)
    if ground.settings.public_url is not None:
        found.gates[CHANNEL] = WeComSignIn(wecom, api)
    found.lines.append(menu.Menu(api, wecom.agent_id))
    found.routes += callback.routes(wecom, ground.accept, ground.clock)

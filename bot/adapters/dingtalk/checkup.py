"""The set-up between genjin and DingTalk, tried step by step, as an administrator would mend it.

Whether DingTalk is reached, takes the app's secret, lets it open a Stream and read the address book, and whether the
robot and its cards are allowed. No socket is opened: it would take messages from the one that serves.
"""

from __future__ import annotations

import secrets

import aiohttp

from bot.adapters.dingtalk import frames
from bot.adapters.dingtalk.addressbook import DingTalkDirectory
from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.dingtalk.errors import NoCards
from bot.adapters.tokens import TokenCache
from bot.checkup import Step, Unwell
from cards.renderers import dingtalk as renderer
from config.clock import Clock
from config.settings import DingTalkSettings
from domain.actor import JSON
from domain.addressbook import Member
from domain.errors import ChannelError, Misconfigured, NotUpdatable, Rejected, Unreachable

_CONSOLE = "open-dev.dingtalk.com → 应用开发 → the app"


def steps(settings: DingTalkSettings, http: aiohttp.ClientSession, clock: Clock) -> tuple[Step, ...]:
    """What to try, in this order."""
    tried = _Checkup(settings, DingTalkApi(settings, http, TokenCache(clock)))
    return (
        Step("dingtalk credentials", tried.credentials),
        Step("dingtalk stream", tried.stream),
        Step("dingtalk robot", tried.robot),
        Step("dingtalk cards", tried.cards),
        Step("dingtalk contacts", tried.contacts),
    )


class _Checkup:
    def __init__(self, settings: DingTalkSettings, api: DingTalkApi) -> None:
        self._settings, self._api = settings, api

    async def credentials(self) -> str:
        """Whether DingTalk is reached, and takes the app's secret."""
        try:
            await self._api.token()
        except Misconfigured:
            raise Unwell(
                f"DingTalk refuses Client ID or Client Secret: copy both again from {_CONSOLE} → 凭证与基础信息 to "
                "GENJIN_DINGTALK__CLIENT_ID and GENJIN_DINGTALK__CLIENT_SECRET"
            ) from None
        except ChannelError as wrong:
            raise Unwell(
                f"{self._settings.api_base} is not reached ({wrong}); this machine needs the way out to it: firewall, "
                "DNS, proxy"
            ) from None
        return f"app {self._settings.client_id} takes the secret"

    async def stream(self) -> str:
        """Whether the gateway would let a socket in."""
        try:
            endpoint, _ = await self._api.open_stream([dict(each) for each in frames.SUBSCRIPTIONS])
        except ChannelError as wrong:
            raise Unwell(f"no socket is given ({wrong}); choose Stream模式 under {_CONSOLE} → 机器人") from None
        return f"the gateway gives a socket at {endpoint.partition('?')[0]}"

    async def robot(self) -> str:
        """Whether the robot may write to people: a message to nobody is refused for that alone."""
        nobody = f"genjin-doctor-{secrets.token_hex(4)}"
        body: dict[str, JSON] = {"robotCode": self._api.robot_code, "userIds": [nobody]}
        body |= {"msgKey": "sampleText", "msgParam": '{"content":"genjin doctor"}'}
        try:
            await self._api.call("POST", "robot/oToMessages/batchSend", body)
        except (Unreachable, Rejected):
            pass
        except ChannelError as wrong:
            raise Unwell(
                f"the robot cannot write to people ({wrong}); add the ability 机器人 and tick qyapi_robot_sendmsg "
                f"under {_CONSOLE} → 权限管理, then publish a version of the app"
            ) from None
        return f"robot {self._api.robot_code} may write to people"

    async def cards(self) -> str:
        """Whether cards are allowed: one that never was cannot be changed, for that alone."""
        never = f"genjin-doctor-{secrets.token_hex(4)}"
        body: dict[str, JSON] = {"outTrackId": never, "cardData": {"cardParamMap": {"title": "x"}}}
        try:
            await self._api.call("PUT", "card/instances", body)
        except (NotUpdatable, NoCards, Rejected):
            pass
        except ChannelError as wrong:
            raise Unwell(
                f"cards are not allowed ({wrong}); tick Card.Instance.Write under {_CONSOLE} → 权限管理. Until then "
                "people get words, and type their answers"
            ) from None
        if self._settings.card_template_id is None:
            return f"allowed; the public template {renderer.PUBLIC} is used, as none of the company's own is set"
        return f"allowed; the company's own template {self._settings.card_template_id} is used"

    async def contacts(self) -> str:
        """Whether the address book can be read, and whether numbers come with it."""
        if not self._settings.contacts:
            return "off (GENJIN_DINGTALK__CONTACTS); people come from genjin import people"
        directory = DingTalkDirectory(self._api)
        try:
            units = await directory.units()
            batch: list[Member] = await anext(directory.members(units), [])
        except ChannelError as wrong:
            raise Unwell(
                f"the address book is not read ({wrong}); tick qyapi_get_department_list, "
                f"qyapi_get_department_member and qyapi_get_member under {_CONSOLE} → 权限管理, or set "
                "GENJIN_DINGTALK__CONTACTS=false and import people"
            ) from None
        if not batch:
            raise Unwell(f"the app sees nobody; choose who under {_CONSOLE} → 权限管理 → 通讯录接口权限范围")
        numbers = "with" if any(member.mobile for member in batch) else "without"
        return f"{len(units)} departments, and people {numbers} their mobile numbers"

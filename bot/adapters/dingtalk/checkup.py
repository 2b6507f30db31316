"""The set-up between genjin and DingTalk, tried step by step, as an administrator would mend it.

Whether DingTalk is reached, takes the app's secret, lets it open a Stream and read the address book, and whether the
robot and its cards are allowed. No socket is opened: it would take messages from the one that serves.
"""

from __future__ import annotations

import secrets
from functools import partial
from urllib.parse import urlencode

import aiohttp

from bot.adapters.bodies import beginning
from bot.adapters.callbacks import BadCallback
from bot.adapters.dingtalk import frames
from bot.adapters.dingtalk.addressbook import DingTalkDirectory
from bot.adapters.dingtalk.api import CHANNEL, DingTalkApi
from bot.adapters.dingtalk.callback import crypto_of
from bot.adapters.dingtalk.card_route import PATH, CardRoute
from bot.adapters.dingtalk.errors import NoCards
from bot.adapters.dingtalk.frames import readable
from bot.adapters.dingtalk.oauth import BY_UNION
from bot.adapters.knock import PATIENCE, Door, Try, knock
from bot.adapters.seal import CallbackCrypto
from bot.adapters.tokens import TokenCache
from bot.checkup import Step, Unwell
from cards.renderers import dingtalk as renderer
from config.clock import Clock
from config.messengers import DingTalkSettings
from domain.actor import JSON
from domain.addressbook import Member
from domain.errors import ChannelError, Misconfigured, NotUpdatable, Rejected, Throttled, Unreachable

_NOBODY = frozenset({"60121", "33012"})
_CONSOLE = "open-dev.dingtalk.com → 应用开发 → the app"


def steps(
    settings: DingTalkSettings, public_url: str | None, http: aiohttp.ClientSession, clock: Clock
) -> tuple[Step, ...]:
    """What to try, in this order."""
    api = DingTalkApi(settings, http, TokenCache(clock))
    tried = _Checkup(settings, api, CardRoute(api, settings, public_url, clock))
    called = Step("dingtalk callback", partial(_called, settings, public_url, http, clock))
    return (
        Step("dingtalk credentials", tried.credentials),
        Step("dingtalk stream", tried.stream),
        Step("dingtalk robot", tried.robot),
        Step("dingtalk cards", tried.cards),
        Step("dingtalk contacts", tried.contacts),
        *((Step("dingtalk todos", tried.todos),) if settings.todos else ()),
        *((Step("dingtalk calendar", tried.calendar),) if settings.calendar else ()),
        Step("dingtalk pages", partial(tried.pages, public_url)),
        *((called,) if settings.calls_back else ()),
    )


async def _called(settings: DingTalkSettings, public_url: str | None, http: aiohttp.ClientSession, clock: Clock) -> str:
    """Whether what DingTalk posts in HTTP mode arrives here, and is understood."""
    door = Door(
        messenger="DingTalk",
        path=PATH,
        entry="机器人」 → 「消息接收地址」, 「事件订阅」 → 「HTTP推送",
        settings="GENJIN_DINGTALK__TOKEN, AES_KEY or CLIENT_ID",
    )
    return await knock(public_url, door, check_url(http, crypto_of(settings), clock))


def check_url(http: aiohttp.ClientSession, crypto: CallbackCrypto, clock: Clock) -> Try:
    """Tries an address as DingTalk does when an administrator presses save."""

    async def call(url: str) -> tuple[int, bool]:
        sealed, nonce = crypto.seal(b'{"EventType":"check_url"}'), secrets.token_hex(8)
        stamp = str(int(clock.now().timestamp() * 1000))
        query = {"msg_signature": crypto.signature(stamp, nonce, sealed).decode(), "timestamp": stamp, "nonce": nonce}
        address, body = f"{url}?{urlencode(query)}", {"encrypt": sealed}
        async with http.post(address, json=body, timeout=PATIENCE, allow_redirects=False) as answer:
            return answer.status, _succeeds(crypto, await beginning(answer, 4096), clock)

    return call


def _succeeds(crypto: CallbackCrypto, raw: bytes, clock: Clock) -> bool:
    said = readable(raw.decode("utf-8", "replace")) or {}
    parts = [said.get(name) for name in ("msg_signature", "timeStamp", "nonce", "encrypt")]
    if not all(isinstance(part, str) for part in parts):
        return False
    signature, stamp, nonce, sealed = map(str, parts)
    try:
        plain = crypto.open(signature=signature, timestamp=stamp, nonce=nonce, encrypted=sealed, now=clock.now())
    except BadCallback:
        return False
    return plain == b"success"


class _Checkup:
    def __init__(self, settings: DingTalkSettings, api: DingTalkApi, route: CardRoute) -> None:
        self._settings, self._api, self._route = settings, api, route

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
        taps = await self._taps()
        if self._settings.card_template_id is None:
            return (
                f"allowed, {taps}; the public template {renderer.PUBLIC} is used, as none of the company's own is set"
            )
        return f"allowed, {taps}; the company's own template {self._settings.card_template_id} is used"

    async def _taps(self) -> str:
        """How taps come back."""
        if self._route.address is None:
            return "taps come over the Stream"
        try:
            posted = await self._route.register(force=False)
        except ChannelError as wrong:
            return f"taps come over the Stream, for their address is refused ({wrong})"
        if posted != self._route.address:
            raise Unwell(
                f"taps are posted to {posted}, not to {self._route.address}: another genjin shares the app, or "
                "GENJIN_PUBLIC_URL has changed; genjin serve puts its own address there with its next card"
            )
        return f"taps are posted to {posted}"

    async def todos(self) -> str:
        """Whether tasks may stand in 待办."""
        what, rights, setting = "tasks may not stand in 待办", "Todo.Todo.Read and Todo.Todo.Write", "TODOS"
        await self._permitted("todo/users/{0}/tasks/{0}?operatorId={0}", what, rights, setting)
        return "tasks may stand in 待办; ticks come back if 待办任务更新 is ticked under 事件订阅"

    async def calendar(self) -> str:
        """Whether appointments may stand in the calendar."""
        what, rights = "appointments may not stand in the calendar", "Calendar.Event.Read and Calendar.Event.Write"
        await self._permitted("calendar/users/{0}/calendars/primary/events/{0}", what, rights, "CALENDAR")
        return "appointments may stand in the calendar"

    async def _permitted(self, path: str, what: str, rights: str, setting: str) -> None:
        """Whether one may take something away: what is nobody's is refused for that alone."""
        nobody = f"genjin-doctor-{secrets.token_hex(4)}"
        try:
            await self._api.call("DELETE", path.format(nobody), {})
        except Misconfigured as wrong:
            raise Unwell(
                f"{what} ({wrong}); tick {rights} under {_CONSOLE} → 权限管理, or set GENJIN_DINGTALK__{setting}=false"
            ) from None
        except Throttled as busy:
            raise Unwell(f"{busy}; try again") from None
        except ChannelError:
            pass

    async def pages(self, public_url: str | None) -> str:
        """Whether people can sign in to the pages behind cards, as far as that is seen without one who does."""
        if public_url is None:
            return "set GENJIN_PUBLIC_URL to have pages behind cards"
        if not self._settings.sign_in:
            return "nobody signs in with DingTalk (GENJIN_DINGTALK__SIGN_IN): a link is good for whoever has it"
        try:
            await self._api.old(BY_UNION, {"unionid": "genjin-doctor"}, expected=_NOBODY, under="topapi")
        except ChannelError as wrong:
            raise Unwell(
                f"who signs in cannot be looked up ({wrong}); tick qyapi_get_member and Contact.User.Read under "
                f"{_CONSOLE} → 权限管理"
            ) from None
        back = f"{public_url.rstrip('/')}/auth/{CHANNEL}/callback"
        where = f"{_CONSOLE} → 安全设置 → 重定向URL"
        return f"people sign in at {self._settings.login_base}, if {back} stands under {where}"

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

"""The set-up between genjin and WeCom, tried step by step, as an administrator would mend it.

First whether WeCom is reached at all and the clocks agree, then the corp's secret, the app, who sees it, and at last
the callback: it is asked as WeCom asks when an address is saved (protocol reference 1.4), so that a proxy that leads
elsewhere, another Token and another AES key show before WeCom shows them.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import urlsplit

import aiohttp
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.knock import Door, knock, why
from bot.adapters.seal import CallbackCrypto
from bot.adapters.tokens import TokenCache
from bot.adapters.wecom import customers_checkup, menu
from bot.adapters.wecom.addressbook import WeComDirectory
from bot.adapters.wecom.advice import advice
from bot.adapters.wecom.answers import Answer, code, words
from bot.adapters.wecom.api import WeComApi
from bot.adapters.wecom.callback import PATH
from bot.adapters.wecom.echo import echo
from bot.adapters.wecom.read import CHANNEL
from bot.checkup import Step, Unwell
from config.clock import Clock
from config.messengers import WeComSettings
from config.settings import Settings
from domain.actor import JSON, SYSTEM, Cause
from domain.addressbook import Member
from domain.database import Database
from domain.errors import ChannelError
from domain.services import upkeep

_PATIENCE = aiohttp.ClientTimeout(total=10, connect=5)
_MOST_APART = timedelta(minutes=2)  # callbacks whose time is ten minutes off are refused
_VISIBLE = (("allow_userinfos", "user"), ("allow_partys", "partyid"), ("allow_tags", "tagid"))


def steps(
    settings: Settings, wecom: WeComSettings, http: aiohttp.ClientSession, clock: Clock, *, fix: bool
) -> tuple[Step, ...]:
    """What to try, in this order; with `fix` the app gets its menu, and customers outside are read."""
    tried = _Checkup(settings, wecom, http, clock)
    return (
        Step("wecom address", tried.address),
        Step("wecom credentials", tried.credentials),
        Step("wecom app", tried.app),
        Step("wecom contacts", tried.contacts),
        Step("wecom customers", partial(tried.customers, fix=fix)),
        Step("wecom menu", partial(tried.menu, fix=fix)),
        Step("wecom callback", tried.callback),
        Step("wecom pages", tried.pages),
    )


class _Checkup:
    def __init__(self, settings: Settings, wecom: WeComSettings, http: aiohttp.ClientSession, clock: Clock) -> None:
        self._public_url = settings.public_url
        self._database_url = settings.database
        self._wecom = wecom
        self._http = http
        self._clock = clock
        self._api = WeComApi(wecom, http, TokenCache(clock))

    async def address(self) -> str:
        """Whether WeCom's API is reached, and what time it is there."""
        base = self._wecom.api_base
        try:
            async with self._http.get(f"{base}/cgi-bin/gettoken", timeout=_PATIENCE, allow_redirects=False) as answer:
                status, said, kind = answer.status, answer.headers.get("Date", ""), answer.content_type
        except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
            raise Unwell(
                f"{base} is not reached ({why(broken)}); this machine needs the way out to it: firewall, DNS, proxy"
            ) from None
        if status != 200 or "json" not in kind:
            raise Unwell(
                f"{base} answers HTTP {status} with {kind}, not as WeCom's API does; a proxy may stand in between: let "
                "this address through, or correct GENJIN_WECOM__API_BASE"
            )
        self._same_time(said)
        return f"{base} answers, and the clocks agree"

    def _same_time(self, said: str) -> None:
        try:
            theirs = parsedate_to_datetime(said).astimezone(UTC)
        except ValueError:
            return  # a proxy may leave the date out; then nothing is known
        apart = self._clock.now() - theirs
        if abs(apart) > _MOST_APART:
            way = "ahead of" if apart > timedelta() else "behind"
            raise Unwell(
                f"this machine's clock is {abs(apart) // timedelta(seconds=1)} s {way} WeCom's; set it by NTP: "
                "callbacks and reminders go by it"
            )

    async def credentials(self) -> str:
        """Whether corp id and secret go together."""
        wecom = self._wecom
        asked = {"corpid": wecom.corp_id, "corpsecret": wecom.secret.get_secret_value()}
        _must(await self._answer("gettoken", asked))
        return f"corp {wecom.corp_id} takes the secret"

    async def app(self) -> str:
        """Whether it is the app that is meant, switched on, and seen by anybody."""
        try:
            token = await self._api.token()
        except ChannelError as wrong:
            raise Unwell(f"{wrong}; try again") from None
        asked = {"access_token": token, "agentid": str(self._wecom.agent_id)}
        about = _must(await self._answer("agent/get", asked))
        if about.get("close") == 1:
            raise Unwell(advice({"errcode": 50003, "errmsg": ""}))
        if not any(_some(about, outer, inner) for outer, inner in _VISIBLE):
            raise Unwell(
                "nobody sees the app; choose departments under 「可见范围」 on 「应用管理」 → the app's own page"
            )
        return f"app {self._wecom.agent_id} 「{words(about.get('name'), 40)}」 is on, and people see it"

    async def contacts(self) -> str:
        """Whether the address book can be read: departments, people, their names."""
        if not self._wecom.contacts:
            return "off (GENJIN_WECOM__CONTACTS); people come from genjin import people"
        directory = WeComDirectory(self._api, self._wecom.agent_id)
        try:
            units = await directory.units()
            batch: list[Member] = await anext(directory.members(units), [])
        except ChannelError as wrong:
            raise Unwell(
                f"the address book is not read ({wrong}); let the app read it: 「管理工具」 → 「通讯录同步」 → "
                "「可调用接口的应用」, or widen 「可见范围」; without it, set GENJIN_WECOM__CONTACTS=false and import "
                "people"
            ) from None
        if not batch:
            raise Unwell(
                "the app sees nobody; choose departments under 「可见范围」 on 「应用管理」 → the app's own page"
            )
        if not any(member.name for member in batch):
            return f"{len(units)} departments; names are not given, so genjin asks each person once"
        return f"{len(units)} departments, and people with their names"

    async def customers(self, *, fix: bool) -> str:
        """Whether customer contact can be read; `fix` has the running genjin read all of it again."""
        found = await customers_checkup.look(self._api)
        if not fix or found.startswith(customers_checkup.UNUSED):
            return found
        database = Database(self._database_url, self._clock)
        try:
            async with database.unit(SYSTEM, Cause("doctor")) as uow:
                upkeep.plan_outside(uow, CHANNEL, uow.now)
        except (SQLAlchemyError, OSError):
            raise Unwell("the database does not take the order to read them; see the lines above") from None
        finally:
            await database.close()
        return f"{found}; all customers are read anew by the running genjin"

    async def menu(self, *, fix: bool) -> str:
        """Whether genjin's menu is at the foot of the app's chat; `fix` puts it there."""
        agent_id = self._wecom.agent_id
        try:
            if await menu.is_set(self._api, agent_id):
                return "今天, 记一笔, 待审批 and 帮助 are at the foot of the app's chat"
            if fix:
                await menu.put(self._api, agent_id)
                return "set: 今天, 记一笔, 待审批, 帮助; the chat shows it within minutes"
        except ChannelError as wrong:
            raise Unwell(f"cannot be read or set ({wrong}); try again") from None
        raise Unwell("the app has another menu, or none; genjin doctor --fix sets genjin's in its place")

    async def callback(self) -> str:
        """Whether what WeCom sends to the public address arrives here, and is understood."""
        door = Door(
            messenger="WeCom",
            path=PATH,
            entry="接收消息」 → 「设置API接收",
            settings="GENJIN_WECOM__TOKEN, AES_KEY or CORP_ID",
        )
        return await knock(self._public_url, door, echo(self._http, CallbackCrypto(self._wecom), self._clock))

    async def pages(self) -> str:
        """Whether WeCom lets members sign in to the pages behind cards."""
        if self._public_url is None:
            return "set GENJIN_PUBLIC_URL to have pages behind cards"
        host = urlsplit(self._public_url).netloc
        try:
            asked = {"access_token": await self._api.token(), "agentid": str(self._wecom.agent_id)}
        except ChannelError as wrong:
            raise Unwell(f"{wrong}; try again") from None
        trusted = words(_must(await self._answer("agent/get", asked)).get("redirect_domain"))
        if trusted != host:
            raise Unwell(
                f"members cannot sign in to the pages behind cards: the app trusts {trusted or 'no domain'}; set "
                f"{host} as 「可信域名」 under 「网页授权及JS-SDK」 on 「应用管理」 → the app's own page"
            )
        return f"members sign in at {host}"

    async def _answer(self, path: str, query: dict[str, str]) -> Answer:
        try:
            return await self._api.bare(path, query)
        except ChannelError as wrong:
            raise Unwell(f"{wrong}; try again, and look at what stands between this machine and WeCom") from None


def _must(answer: Answer) -> Answer:
    if code(answer):
        raise Unwell(advice(answer))
    return answer


def _some(answer: Answer, outer: str, inner: str) -> bool:
    held: JSON = answer.get(outer)
    return bool(held.get(inner)) if isinstance(held, dict) else bool(held)

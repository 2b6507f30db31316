"""Links that do what a button would, for where a messenger shows buttons that only open pages.

Each is sealed for one person, one button of one card and three days, and is good once. Opening it does nothing, for
chat clients look at links by themselves: the page has a button that does it, and says what came of it. Where people of
that messenger can sign in, it is there for that person alone; else it is good for whoever is given it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.message import Conversation, Message
from bot.web.html import button, page
from bot.web.seals import Seals
from bot.web.signin import SignIn
from cards.model import Action, Button, Card
from cards.registry import draw
from config.clock import Clock
from domain.actor import Actor
from domain.database import Database
from domain.errors import NotFound
from domain.services import people
from domain.views import taps
from domain.when import Local

AT = "/h5/do/"  # where the session's cookie goes
LIFE = timedelta(days=3)
PATIENCE, LOOK = 3.0, 0.05  # seconds for which the page waits for what comes of it, and between two looks
_ROUTE = f"{AT}{{sealed:[A-Za-z0-9_-]{{16,2400}}\\.[0-9a-f]{{64}}}}"
_PURPOSE = "tap"
_TITLE = 40
_GONE = "这个链接过期了，或者不完整。在和跟进的聊天里直接说要做什么就行"
_USED = "这个链接点过了，一个只能用一次。结果在和跟进的聊天里"
_TAKEN = "收到了，正在办，结果发在和跟进的聊天里"
_DONE = "收到了，结果在和跟进的聊天里"
_ANOTHERS = "这个按钮是发给别的同事的，什么也没办"
_STRANGER = "这个账号不在跟进里了，什么也没办。找管理员"

Accept = Callable[[Message], Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """What a link does: `key` is that of the delivery whose button it stands for, `card` that card's title."""

    channel: str
    userid: str
    key: str
    action: str
    label: str
    card: str

    def message(self, sealed: str, clock: Clock) -> Message:
        """The tap as a message; the same link makes the same one, which is stored once."""
        return Message(
            channel=self.channel,
            message_id=f"link:{hashlib.sha256(sealed.encode()).hexdigest()[:40]}",
            conversation=Conversation(self.userid),
            sender=self.userid,
            sent_at=clock.now(),
            kind="action",
            action=Action.unpack(self.action),
            card=self.key,
        )


class OneTimeLinks:
    """Makes them, for one messenger."""

    def __init__(self, seals: Seals, public_url: str, clock: Clock, channel: str) -> None:
        self._seals, self._base, self._clock, self._channel = seals, public_url.rstrip("/"), clock, channel

    def __call__(self, userid: str, key: str, card: Card, tapped: Button) -> str:
        """The address that does what this button of the card does."""
        if not isinstance(tapped.action, Action):
            return tapped.action.url
        told = (self._channel, userid, key, tapped.action.pack(), tapped.label, card.title[:_TITLE])
        sealed = self._seals.seal(_PURPOSE, json.dumps(told, ensure_ascii=False), self._clock.now() + LIFE)
        return f"{self._base}{AT}{sealed}"


class OneTimePages:
    """The page behind them."""

    def __init__(
        self, database: Database, seals: Seals, accept: Accept, zone: ZoneInfo, sign_in: SignIn | None = None
    ) -> None:
        self._database, self._seals, self._accept, self._zone = database, seals, accept, zone
        self._sign_in = sign_in

    def routes(self) -> list[web.RouteDef]:
        return [web.get(_ROUTE, self._asks), web.post(_ROUTE, self._does)]

    async def _asks(self, request: web.Request) -> web.Response:
        """What it would do; nothing is done."""
        tap = self._opened(request)
        if tap is None:
            return page("打不开", _GONE, status=403)
        if (kept_out := await self._kept_out(request, tap)) is not None:
            return kept_out
        return page(tap.card or tap.label, "点一下就办，只算一次", (button(tap.label),), posts=True)

    async def _does(self, request: web.Request) -> web.Response:
        tap = self._opened(request)
        if tap is None:
            return page("打不开", _GONE, status=403)
        if (kept_out := await self._kept_out(request, tap)) is not None:
            return kept_out
        message = tap.message(request.match_info["sealed"], self._database.clock)
        if not await self._accept(message):
            return page(tap.card or tap.label, _USED, status=409)
        came = await self._came(message)
        return await self._told(tap, came)

    async def _kept_out(self, request: web.Request, tap: Tap) -> web.Response | None:
        """What somebody gets who is not, or not yet, known as the one whom the link is for."""
        directory = people.directory_of(tap.channel)
        if self._sign_in is None or directory not in self._sign_in.channels:
            return None
        person_id = self._sign_in.person(request)
        if person_id is None:
            return self._sign_in.begin(request.path, directory)
        his = await self._sign_in.is_his(person_id, directory, tap.userid)
        return None if his else page("打不开", _ANOTHERS, status=403)

    def _opened(self, request: web.Request) -> Tap | None:
        value = self._seals.open(_PURPOSE, request.match_info["sealed"], self._database.clock.now())
        if value is None:
            return None
        names = ("channel", "userid", "key", "action", "label", "card")
        return Tap(**dict(zip(names, json.loads(value), strict=True)))

    async def _came(self, message: Message) -> taps.Came:
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while True:
            async with self._database.read() as session:
                came = await taps.came(session, message.channel, message.message_id)
            if came.done or loop.time() > until:
                return came
            await asyncio.sleep(LOOK)

    async def _told(self, tap: Tap, came: taps.Came) -> web.Response:
        """What became of it, as whoever tapped may see it."""
        if came.done and came.person_id is None:
            return page("没办成", _STRANGER, status=403)
        card = await self._drawn(came)
        if card is None:
            return page(tap.card or tap.label, _DONE if came.done else _TAKEN)
        if card.is_text:
            return page(tap.card or tap.label, card.text)
        return page(card.title, " · ".join(filter(None, (card.note, card.state))))

    async def _drawn(self, came: taps.Came) -> Card | None:
        if came.kind is None or came.person_id is None:
            return None
        given: dict[str, Any] = dict(came.params or {})
        async with self._database.read() as session:
            viewer: Actor | None = await people.viewer(session, came.person_id)
            try:
                now = Local(self._database.clock.now(), self._zone)
                return await draw(session, viewer, now, came.kind, given) if viewer is not None else None
            except NotFound:
                return None

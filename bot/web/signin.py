"""Signing in to the pages behind cards, by the messenger in which the card was opened.

What is begun in one browser ends there alone and once: the state lies in a sealed cookie of that browser, and is spent
in the database. Where it goes on is sealed with it, so nobody is sent to a page that is not ours.
"""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from datetime import timedelta
from typing import Protocol
from urllib.parse import quote

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from bot.web.html import page
from bot.web.seals import Seals
from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.errors import ChannelError
from domain.services import signing

log = logging.getLogger(__name__)
START, BACK = "/auth/wecom/start", "/auth/wecom/callback"
BEGUN, SESSION = "genjin_begun", "genjin_session"
SESSION_AT = "/h5"
BEGUN_LIFE, SESSION_LIFE = timedelta(minutes=10), timedelta(hours=8)
_OURS = re.compile(r"/h5/[a-z]{1,20}/\d{1,18}")
AGAIN = "登录没成，回企业微信再点一次卡片"
STRANGER = "只有在跟进里的同事能看，让管理员把你加进来"


class Gate(Protocol):
    """A messenger that knows who opens a page."""

    channel: str

    def address(self, back: str, state: str) -> str: ...

    async def who(self, given: str) -> str | None: ...


class SignIn:
    """The two routes, and the session that comes of them. `public_url` is how browsers reach genjin."""

    def __init__(self, database: Database, gate: Gate, seals: Seals, public_url: str) -> None:
        self._database, self._gate, self._seals = database, gate, seals
        self._public_url = public_url.rstrip("/")

    def routes(self) -> list[web.RouteDef]:
        return [web.get(START, self._start), web.get(BACK, self._back)]

    def person(self, request: web.Request) -> int | None:
        """Who is signed in."""
        value = self._seals.open("session", request.cookies.get(SESSION, ""), self._database.clock.now())
        return int(value) if value is not None else None

    def begin(self, page_wanted: str) -> web.Response:
        """Send a browser to sign in first."""
        return _moved(f"{START}?next={quote(page_wanted, safe='/')}")

    async def _start(self, request: web.Request) -> web.Response:
        wanted = request.query.get("next", "")
        if not _OURS.fullmatch(wanted):
            return page("打不开", AGAIN, status=400)
        state = secrets.token_hex(16)
        answer = _moved(self._gate.address(f"{self._public_url}{BACK}", state))
        until = self._database.clock.now() + BEGUN_LIFE
        self._set(answer, BEGUN, self._seals.seal("begun", f"{state} {wanted}", until), BEGUN_LIFE, "/auth")
        return answer

    async def _back(self, request: web.Request) -> web.Response:
        begun = self._seals.open("begun", request.cookies.get(BEGUN, ""), self._database.clock.now())
        state, _, wanted = (begun or "").partition(" ")
        given = request.query.get("state", "")
        if not begun or not given.isascii() or not hmac.compare_digest(state, given) or not _OURS.fullmatch(wanted):
            return self._refused("state", AGAIN)
        code = request.query.get("code", "")
        if not code or len(code) > 512 or not await self._spent(state):
            return self._refused("code or a second time", AGAIN)
        try:
            userid = await self._gate.who(code)
        except ChannelError:
            return self._refused("the messenger", AGAIN, status=502)
        if userid is None:
            return self._refused("nobody", AGAIN)
        return await self._let_in(userid, wanted)

    async def _let_in(self, userid: str, wanted: str) -> web.Response:
        async with self._database.unit(SYSTEM, Cause("web")) as uow:
            person_id = await signing.person_of(uow, self._gate.channel, userid)
        if person_id is None:
            return self._refused("a stranger", STRANGER)
        answer = _moved(wanted)
        answer.del_cookie(BEGUN, path="/auth")
        until = self._database.clock.now() + SESSION_LIFE
        self._set(answer, SESSION, self._seals.seal("session", str(person_id), until), SESSION_LIFE, SESSION_AT)
        return answer

    async def _spent(self, state: str) -> bool:
        """Whether this is the first time that it ends."""
        try:
            async with self._database.unit(SYSTEM, Cause("web")) as uow:
                return await signing.spend(uow, state)
        except IntegrityError:
            return False

    def _refused(self, why: str, said: str, *, status: int = 403) -> web.Response:
        log.warning("a sign-in was refused", extra={"reason": why})
        answer = page("打不开", said, status=status)
        answer.del_cookie(BEGUN, path="/auth")
        return answer

    def _set(self, answer: web.Response, name: str, value: str, life: timedelta, path: str) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=int(life.total_seconds()),
            path=path,
            httponly=True,
            secure=self._public_url.startswith("https://"),
            samesite="Lax",
        )


def _moved(to: str) -> web.Response:
    """303, never kept by anybody on the way."""
    return web.Response(status=303, headers={"Location": to, "Cache-Control": "no-store"})

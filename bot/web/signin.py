"""Signing in to the pages behind cards, by the messenger in which the card was opened.

What is begun in one browser ends there alone and once: the state lies in a sealed cookie of that browser, and is spent
in the database. Where it goes on is sealed with it, so nobody is sent to a page that is not ours.
"""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
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
AUTH = "/auth"
BEGUN, SESSION = "genjin_begun", "genjin_session"
SESSION_AT = "/h5"
BEGUN_LIFE, SESSION_LIFE = timedelta(minutes=10), timedelta(hours=8)
_OURS = re.compile(r"/h5/(?:[a-z]{1,20}/\d{1,18}|do/[A-Za-z0-9_-]{16,2400}\.[0-9a-f]{64})")
STRANGER = "只有在跟进里的同事能看，让管理员把你加进来"


class Gate(Protocol):
    """A messenger that knows who opens a page. `called` is its name, `code_name` what the code is called with which
    the browser comes back."""

    channel: str
    called: str
    code_name: str

    def address(self, back: str, state: str) -> str: ...

    async def who(self, given: str) -> str | None: ...


class SignIn:
    """Two routes for each gate, and the session that comes of them. `gates` are by channel, the first for whoever does
    not say where he comes from; `public_url` is how browsers reach genjin."""

    def __init__(self, database: Database, gates: Mapping[str, Gate], seals: Seals, public_url: str) -> None:
        self._database, self._gates, self._seals = database, gates, seals
        self._public_url = public_url.rstrip("/")

    @property
    def channels(self) -> frozenset[str]:
        """The messengers whose people can sign in."""
        return frozenset(self._gates)

    def routes(self) -> list[web.RouteDef]:
        gates = self._gates.values()
        begin = [web.get(f"{AUTH}/{gate.channel}/start", partial(self._start, gate)) for gate in gates]
        return [*begin, *(web.get(f"{AUTH}/{gate.channel}/callback", partial(self._back, gate)) for gate in gates)]

    def person(self, request: web.Request) -> int | None:
        """Who is signed in."""
        value = self._seals.open("session", request.cookies.get(SESSION, ""), self._database.clock.now())
        return int(value) if value is not None else None

    def begin(self, page_wanted: str, channel: str = "") -> web.Response:
        """Send a browser to sign in first, with the messenger from which it came."""
        by = channel if channel in self._gates else next(iter(self._gates))
        return _moved(f"{AUTH}/{by}/start?next={quote(page_wanted, safe='/')}")

    async def is_his(self, person_id: int, channel: str, userid: str) -> bool:
        """Whether this account is that of whoever is signed in."""
        async with self._database.unit(SYSTEM, Cause("web")) as uow:
            return await signing.person_of(uow, channel, userid) == person_id

    async def _start(self, gate: Gate, request: web.Request) -> web.Response:
        wanted = request.query.get("next", "")
        if not _OURS.fullmatch(wanted):
            return page("打不开", _again(gate), status=400)
        state = secrets.token_hex(16)
        answer = _moved(gate.address(f"{self._public_url}{AUTH}/{gate.channel}/callback", state))
        until = self._database.clock.now() + BEGUN_LIFE
        begun = self._seals.seal("begun", f"{gate.channel} {state} {wanted}", until)
        self._set(answer, BEGUN, begun, BEGUN_LIFE, AUTH)
        return answer

    async def _back(self, gate: Gate, request: web.Request) -> web.Response:
        begun = self._seals.open("begun", request.cookies.get(BEGUN, ""), self._database.clock.now())
        channel, state, wanted = [*(begun or "").split(" "), "", "", ""][:3]
        given, again = request.query.get("state", ""), _again(gate)
        right = given.isascii() and hmac.compare_digest(state, given) and channel == gate.channel
        if not begun or not right or not _OURS.fullmatch(wanted):
            return self._refused("state", again)
        code = request.query.get(gate.code_name, "")
        if not code or len(code) > 512 or not await self._spent(state):
            return self._refused("code or a second time", again)
        try:
            userid = await gate.who(code)
        except ChannelError as wrong:
            log.warning("the messenger does not say who signs in", extra={"reason": str(wrong)})
            return self._refused("the messenger", again, status=502)
        if userid is None:
            return self._refused("nobody", again)
        return await self._let_in(gate, userid, wanted)

    async def _let_in(self, gate: Gate, userid: str, wanted: str) -> web.Response:
        async with self._database.unit(SYSTEM, Cause("web")) as uow:
            person_id = await signing.person_of(uow, gate.channel, userid)
        if person_id is None:
            return self._refused("a stranger", STRANGER)
        answer = _moved(wanted)
        answer.del_cookie(BEGUN, path=AUTH)
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
        answer.del_cookie(BEGUN, path=AUTH)
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


def _again(gate: Gate) -> str:
    return f"登录没成，回{gate.called}再点一次卡片"


def _moved(to: str) -> web.Response:
    """303, never kept by anybody on the way."""
    return web.Response(status=303, headers={"Location": to, "Cache-Control": "no-store"})

"""A member's client where it opens a page of the app: it says who the member is, and takes him to sign in silently.

Each member has a client of his own with a browser in it; on this messenger's page all of them share one browser. So
whose client opens a page is remembered in a cookie, and who was signed in to the app's pages before is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, unquote, urlsplit

from aiohttp import web

from bot.messenger.model import Refusal
from bot.messenger.oauth import OAuth
from bot.messenger.page.face import Faces, Login, account
from bot.messenger.page.files import is_here

OPEN = "/open"
_WHO = "messenger_member"


class Client:
    """`GET /open?as=&url=` and each messenger's page of authorisation. `forget` are the cookies, name and path, by
    which the app's pages know a browser."""

    def __init__(self, home: OAuth, beside: Faces, forget: Sequence[tuple[str, str]]) -> None:
        self._home, self._beside, self._forget = home, beside, forget

    def routes(self) -> list[web.RouteDef]:
        logins = [self._home, *(face.login for face in self._beside.all)]
        return [web.get(OPEN, self._open), *(web.get(login.path, self._authorise) for login in logins)]

    def _login(self, member: str) -> Login:
        there = self._beside.of(member)
        return self._home if there is None else there.login

    async def _open(self, request: web.Request) -> web.Response:
        """As this member to a page of the app, and nowhere else."""
        url, member = request.query.get("url", ""), request.query.get("as", "")
        parts = urlsplit(url)
        if not is_here(request) or not member or parts.scheme not in ("http", "https"):
            raise web.HTTPBadRequest
        try:
            login = self._login(member)
        except KeyError:
            raise web.HTTPBadRequest from None
        if not login.trusted or parts.netloc != login.trusted:
            raise web.HTTPBadRequest
        answer = _moved(url)
        answer.set_cookie(_WHO, quote(member, safe=""), path=login.path, httponly=True, samesite="Lax")
        for name, path in self._forget:
            answer.del_cookie(name, path=path)
        return answer

    async def _authorise(self, request: web.Request) -> web.Response:
        """On to the app with a code. A browser keeps the fragment to itself, so it is taken as it must be."""
        member = unquote(request.cookies.get(_WHO, ""))
        if not is_here(request) or not member:
            return web.Response(text="请在客户端打开链接", status=403)
        try:
            return _moved(self._login(member).open(f"{request.path_qs}#wechat_redirect", account(member)))
        except KeyError:
            return web.Response(text="请在客户端打开链接", status=403)
        except Refusal as why:
            return web.Response(text=f"{why} ({why.errcode})", status=400)


def _moved(to: str) -> web.Response:
    return web.Response(status=303, headers={"Location": to, "Cache-Control": "no-store"})

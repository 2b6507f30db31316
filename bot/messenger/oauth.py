"""Signing in to a page (protocol reference 6.2): the client sends a member on with a code, the app asks whose it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.messenger.model import AppCredentials, Ids, JSONObject, Refusal
from bot.messenger.people import Organisation
from config.clock import Clock

CODE_LIFE = timedelta(minutes=5)
PATH = "/connect/oauth2/authorize"
_STATE = re.compile(r"[A-Za-z0-9]{0,128}")


@dataclass(slots=True)
class _Code:
    userid: str
    until: datetime
    used: bool = False


class OAuth:
    """`trusted` is the app's trusted domain (网页授权及JS-SDK可信域名), empty while none is set."""

    path = PATH

    def __init__(self, app: AppCredentials, organisation: Organisation, clock: Clock, ids: Ids) -> None:
        self._app, self._organisation, self._clock, self._ids = app, organisation, clock, ids
        self._codes: dict[str, _Code] = {}
        self.trusted = ""

    def open(self, address: str, userid: str) -> str:
        """A member's client opens this address; returns where it goes then. An outsider has any other id.

        Raises `Refusal` where the client would show an error.
        """
        parts = urlsplit(address)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path != PATH or parts.fragment != "wechat_redirect" or query.get("response_type") != "code":
            raise Refusal(40035, "not an address of authorisation")
        if query.get("appid") != self._app.corp_id:
            raise Refusal(40013, "invalid corpid")
        if query.get("scope") != "snsapi_base" or not _STATE.fullmatch(query.get("state", "")):
            raise Refusal(40035, "invalid scope or state")
        back = query.get("redirect_uri", "")
        if not self.trusted or urlsplit(back).netloc != self.trusted:
            raise Refusal(50001, "redirect domain is not registered")
        code = self._ids("oauth")
        self._codes[code] = _Code(userid, self._clock.now() + CODE_LIFE)
        return f"{back}{'&' if '?' in back else '?'}{urlencode({'code': code, 'state': query.get('state', '')})}"

    def who(self, query: Mapping[str, str]) -> JSONObject:
        """`auth/getuserinfo`: whose code it is, once."""
        code = self._codes.get(query.get("code", ""))
        if code is None or code.used or code.until < self._clock.now():
            raise Refusal(40029, "invalid code")
        code.used = True
        member = self._organisation.find(code.userid)
        if member is None:
            return {"openid": f"o-{code.userid}", "external_userid": code.userid}
        return {"userid": member.userid}

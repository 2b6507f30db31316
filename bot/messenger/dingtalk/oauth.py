"""Signing in to a page (protocol reference 7.2): the login page sends a member on with an `authCode`, the app asks
whose it is. What the app may then ask as that person takes that person's own token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.messenger.dingtalk.model import DingTalkCredentials, OapiRefusal, V1Refusal
from bot.messenger.model import Ids, JSONObject, Refusal
from bot.messenger.people import Organisation
from config.clock import Clock

CODE_LIFE = timedelta(minutes=5)
PATH = "/oauth2/auth"
_SCOPES = ("openid", "openid corpid")


@dataclass(slots=True)
class _Code:
    userid: str
    until: datetime
    scope: str
    used: bool = False


class DingTalkOAuth:
    """`trusted` is the host of the registered redirect URL (重定向URL), empty while there is none."""

    path = PATH

    def __init__(self, app: DingTalkCredentials, organisation: Organisation, clock: Clock, ids: Ids) -> None:
        self._app, self._organisation, self._clock, self._ids = app, organisation, clock, ids
        self._codes: dict[str, _Code] = {}
        self._tokens: dict[str, str] = {}  # of people, by token
        self.trusted = ""
        self.allowed = True  # whether the app has the permission to read who signed in

    def open(self, address: str, userid: str) -> str:
        """A person opens this address and agrees; returns where he goes then. An outsider has any other id.

        Raises `Refusal` where the login page would show an error.
        """
        parts = urlsplit(address)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        wanted = query.get("response_type") == "code" and query.get("scope") in _SCOPES
        if parts.path != PATH or not wanted or query.get("prompt") != "consent":
            raise Refusal(40035, "not an address of the login page")
        if query.get("client_id") != self._app.client_id:
            raise Refusal(40013, "invalid client_id")
        back = query.get("redirect_uri", "")
        if not self.trusted or urlsplit(back).netloc != self.trusted:
            raise Refusal(50001, "redirect URL is not registered")
        code = self._ids("oauth")
        self._codes[code] = _Code(userid, self._clock.now() + CODE_LIFE, query["scope"])
        return f"{back}{'&' if '?' in back else '?'}{urlencode({'authCode': code, 'state': query.get('state', '')})}"

    def user_token(self, body: JSONObject) -> JSONObject:
        """`POST /v1.0/oauth2/userAccessToken`: a person's token for a code, once."""
        right = compare_digest(str(body.get("clientSecret")).encode(), self._app.client_secret.encode())
        if body.get("clientId") != self._app.client_id or not right:
            raise V1Refusal("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        code = self._codes.get(str(body.get("code")))
        if body.get("grantType") != "authorization_code" or code is None or code.used or code.until < self._clock.now():
            raise V1Refusal("invalidAuthCode", "无效的code")
        code.used = True
        token = self._ids("usertoken")
        self._tokens[token] = code.userid
        told: JSONObject = {"accessToken": token, "refreshToken": self._ids("refresh"), "expireIn": 7200}
        return told | ({"corpId": self._app.corp_id} if "corpid" in code.scope else {})

    def me(self, headers: Mapping[str, str]) -> JSONObject:
        """`GET /v1.0/contact/users/me`, with the person's token."""
        userid = self._tokens.get(headers.get("x-acs-dingtalk-access-token", ""))
        if userid is None:
            raise V1Refusal("InvalidAuthentication", "不合法的access_token")
        if not self.allowed:
            raise V1Refusal("Forbidden.AccessDenied.AccessTokenPermissionDenied", "Contact.User.Read", 403)
        member = self._organisation.find(userid)
        return {"nick": member.name if member else "外部", "unionId": f"uni-{member.userid if member else userid}"}

    def by_union(self, body: JSONObject) -> JSONObject:
        """`POST /topapi/user/getbyunionid`."""
        member = self._organisation.find(str(body.get("unionid", "")).removeprefix("uni-"))
        if member is None or member.status == 5:
            raise OapiRefusal(60121, "找不到该用户")
        return {"result": {"contact_type": 0, "userid": member.userid}}

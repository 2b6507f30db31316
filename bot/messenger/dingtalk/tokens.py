"""DingTalk's access tokens: the same one within its two hours, renewed by each request, good for both APIs."""

from __future__ import annotations

from datetime import datetime, timedelta
from hmac import compare_digest

from aiohttp import web

from bot.messenger.dingtalk.model import DingTalkCredentials, DingTalkQuirks, OapiRefusal, V1Refusal
from bot.messenger.model import Ids, JSONObject
from config.clock import Clock

HEADER = "x-acs-dingtalk-access-token"


class DingTalkTokens:
    """What the token calls give, and whether a call may use it."""

    def __init__(self, credentials: DingTalkCredentials, clock: Clock, quirks: DingTalkQuirks, ids: Ids) -> None:
        self._credentials, self._clock, self._quirks, self._ids = credentials, clock, quirks, ids
        self._token, self._until = "", clock.now()

    def give(self, body: JSONObject) -> JSONObject:
        """`POST /v1.0/oauth2/accessToken`."""
        if not body.get("appKey") or not body.get("appSecret"):
            raise V1Refusal("MissingappKey" if not body.get("appKey") else "MissingappSecret")
        if not self._known(str(body["appKey"]), str(body["appSecret"])):
            raise V1Refusal("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        return {"accessToken": self._renewed(), "expireIn": self._quirks.token_seconds}

    def give_old(self, appkey: str, appsecret: str) -> JSONObject:
        """`GET /gettoken`."""
        if not self._known(appkey, appsecret):
            raise OapiRefusal(40089, "不合法的corpid或corpsecret")
        return {"access_token": self._renewed(), "expires_in": self._quirks.token_seconds}

    def check_header(self, request: web.Request) -> None:
        """Refuses a call of the new API without a good token in its header."""
        token = request.headers.get(HEADER, "")
        if not token:
            raise V1Refusal("AuthenticationFailed.MissingParameter", "x-acs-dingtalk-access-token is mandatory")
        if not self._good(token):
            raise V1Refusal("InvalidAuthentication", "不合法的access_token")

    def check_query(self, request: web.Request) -> None:
        """Refuses a call of the old API without a good token in its query."""
        token = request.query.get("access_token", "")
        if not self._good(token):
            raise OapiRefusal(88, "不合法的access_token", "40014" if token else "40000")

    def expire(self) -> None:
        """The token is good no more; the next request for one gives another."""
        self._token = ""

    def _renewed(self) -> str:
        now: datetime = self._clock.now()
        if not self._token or self._until <= now:
            self._token = self._ids("token")
        self._until = now + timedelta(seconds=self._quirks.token_seconds)
        return self._token

    def _known(self, key: str, secret: str) -> bool:
        right = compare_digest(secret.encode(), self._credentials.client_secret.encode())
        return right and key == self._credentials.client_id

    def _good(self, token: str) -> bool:
        return (
            bool(self._token)
            and compare_digest(token.encode(), self._token.encode())
            and (self._until > self._clock.now())
        )

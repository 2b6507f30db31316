"""Access tokens: one per secret, the same one as long as it is valid, dead after 7200 s by the given clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hmac import compare_digest

from bot.messenger.model import AppCredentials, Ids, JSONObject, Refusal
from bot.messenger.quirks import Quirks
from config.clock import Clock


class Tokens:
    """What gettoken gives out, and whether a call may use it."""

    def __init__(self, app: AppCredentials, clock: Clock, quirks: Quirks, ids: Ids) -> None:
        self._app = app
        self._clock = clock
        self._quirks = quirks
        self._ids = ids
        self._current: str | None = None
        self._known: dict[str, datetime] = {}
        self.revoked = False

    def give(self, query: Mapping[str, str]) -> JSONObject:
        """`gettoken`."""
        for name, errcode in (("corpid", 41002), ("corpsecret", 41004)):
            if not query.get(name):
                raise Refusal(errcode, f"{name} missing")
        if query["corpid"] != self._app.corp_id:
            raise Refusal(40013, "invalid corpid")
        if self.revoked or not compare_digest(query["corpsecret"].encode(), self._app.secret.encode()):
            raise Refusal(40001, "invalid credential")
        now = self._clock.now()
        if self._current is None or self._known[self._current] <= now:
            self._current = self._ids("token")
            self._known[self._current] = now + timedelta(seconds=self._quirks.token_lifetime)
        left = int((self._known[self._current] - now).total_seconds())
        return {"access_token": self._current, "expires_in": left}

    def check(self, query: Mapping[str, str]) -> None:
        """Raises 41001 missing, 40014 unknown, 42001 expired."""
        token = query.get("access_token")
        if not token:
            raise Refusal(41001, "access_token missing")
        if token not in self._known:
            raise Refusal(40014, "invalid access_token")
        if self.revoked:
            raise Refusal(self._quirks.revoked_token_errcode, "invalid access_token")
        if self._known[token] <= self._clock.now():
            raise Refusal(42001, "access_token expired")

    def expire(self) -> None:
        """All tokens given so far have expired, whatever they promised."""
        self._known = dict.fromkeys(self._known, self._clock.now())

    def forget(self) -> None:
        """All tokens given so far are unknown."""
        self._known.clear()
        self._current = None

"""Who opens a page, by DingTalk's sign-in (protocol reference 7.2): in its client one tap, elsewhere a QR code."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from bot.adapters.dingtalk.api import CHANNEL, DingTalkApi
from bot.adapters.words import ident
from config.messengers import DingTalkSettings

ME = "contact/users/me"
BY_UNION = "user/getbyunionid"
_NOBODY = frozenset({"60121", "33012", "50002"})
_COLLEAGUE = 0  # the kind of contact that is no outsider


class DingTalkSignIn:
    """`bot.web.signin.Gate` of one app."""

    channel, called, code_name = CHANNEL, "钉钉", "authCode"

    def __init__(self, settings: DingTalkSettings, api: DingTalkApi) -> None:
        self._settings, self._api = settings, api

    def address(self, back: str, state: str) -> str:
        """Where the browser is sent; it comes back to `back` with a code and the state."""
        query = {
            "client_id": self._settings.client_id,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "openid corpid",
            "prompt": "consent",
            "state": state,
        }
        return f"{self._settings.login_base}/oauth2/auth?{urlencode(query, quote_via=quote)}"

    async def who(self, given: str) -> str | None:
        """The colleague's id for a code; None for a code that is worth nothing, and for whoever is no colleague."""
        token = await self._api.user_token(given)
        union = ident(await self._api.as_user(ME, token), "unionId", 64) if token else ""
        if not union:
            return None
        answer = await self._api.old(BY_UNION, {"unionid": union}, expected=_NOBODY, under="topapi")
        found = answer.get("result")
        if not isinstance(found, dict) or found.get("contact_type", _COLLEAGUE) != _COLLEAGUE:
            return None
        return ident(found, "userid", 64) or None

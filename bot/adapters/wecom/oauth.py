"""Who opens a page, by WeCom's OAuth (protocol reference 6.2): silently, because the client knows who he is."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.adapters.wecom.answers import code, ident
from bot.adapters.wecom.api import WeComApi
from bot.adapters.wecom.read import CHANNEL
from config.messengers import WeComSettings

_USED = frozenset({40029, 42022})


class WeComSignIn:
    """`bot.web.signin.Gate` of one app."""

    channel, called, code_name = CHANNEL, "企业微信", "code"

    def __init__(self, settings: WeComSettings, api: WeComApi) -> None:
        self._settings = settings
        self._api = api

    def address(self, back: str, state: str) -> str:
        """Where the browser is sent; it comes back to `back` with a code and the state."""
        query = {
            "appid": self._settings.corp_id,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
            "agentid": str(self._settings.agent_id),
        }
        return f"{self._settings.oauth_base}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"

    async def who(self, given: str) -> str | None:
        """The member's id for a code, case-folded; None for a code that is worth nothing, and for an outsider."""
        answer = await self._api.get("auth/getuserinfo", expected=_USED, code=given)
        return (ident(answer, "userid", 64).casefold() or None) if code(answer) == 0 else None

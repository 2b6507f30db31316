"""Who somebody is to those parts of DingTalk that name people by union ids (protocol reference 7.3, 7.4)."""

from __future__ import annotations

from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.words import ident
from domain.errors import Unreachable

_KNOWN = 10_000  # union ids that are remembered


class UnionIds:
    """Of one app; what was asked once is remembered."""

    def __init__(self, api: DingTalkApi) -> None:
        self._api = api
        self._known: dict[str, str] = {}

    async def of(self, userid: str) -> str:
        """The union id of a colleague; raises `Unreachable` where he has none."""
        if (known := self._known.get(userid)) is not None:
            return known
        result = (await self._api.old("user/get", {"userid": userid})).get("result")
        union = ident(result, "unionid", 64) if isinstance(result, dict) else ""
        if not union:
            raise Unreachable("dingtalk user/get: no unionid")
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[userid] = union
        return union

"""Response codes: each allows one update of one sent card, within 72 h of when it was given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messenger.model import Ids, Refusal
from bot.messenger.quirks import Quirks
from config.clock import Clock


@dataclass(slots=True)
class _Code:
    msgid: str
    until: datetime
    spent: bool = False


class Codes:
    """Given when a card is sent and with each tap."""

    def __init__(self, clock: Clock, quirks: Quirks, ids: Ids) -> None:
        self._clock = clock
        self._quirks = quirks
        self._ids = ids
        self._codes: dict[str, _Code] = {}

    def give(self, msgid: str) -> str:
        """A new code for this message."""
        code = self._ids("code")
        until = self._clock.now() + timedelta(seconds=self._quirks.code_lifetime)
        self._codes[code] = _Code(msgid, until)
        return code

    def look(self, code: object) -> str:
        """The message that the code may change; raises `Refusal` for an unknown, spent or expired one."""
        known = self._codes.get(code) if isinstance(code, str) else None
        if known is None or known.spent or known.until <= self._clock.now():
            raise Refusal(self._quirks.used_code_errcode, "invalid response_code: unknown, used or expired")
        return known.msgid

    def spend(self, code: str) -> None:
        self._codes[code].spent = True

"""Frames that nobody misses: the sign that we are at it, the beginning of a long answer.

WeCom very probably counts each of them toward the chat's limit (protocol reference 5.6). So a chat gets a few, and its
messages (`channel.LIMITS`) leave room for twice as many: another process may have held the connection a moment ago.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from config.clock import Clock

A_MINUTE, AN_HOUR = 3, 50  # of one chat
_MINUTE, _HOUR = timedelta(seconds=62), timedelta(seconds=3602)  # clocks differ
_MOST = 2_000  # chats that are remembered


class Extras:
    """How many of them each chat has had."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._had: OrderedDict[str, deque[datetime]] = OrderedDict()

    def take(self, chat: str) -> bool:
        """Whether the chat may have one more now; if so it is counted."""
        now, had = self._clock.now(), self._had.setdefault(chat, deque())
        self._had.move_to_end(chat)
        while len(self._had) > _MOST:
            self._had.popitem(last=False)
        while had and had[0] <= now - _HOUR:
            had.popleft()
        if len(had) >= AN_HOUR or sum(at > now - _MINUTE for at in had) >= A_MINUTE:
            return False
        had.append(now)
        return True

"""What the smart robot's errcodes mean to whoever sends (protocol reference 2.3)."""

from __future__ import annotations

from datetime import timedelta

from bot.adapters.wecom.errors import failure
from domain.errors import ChannelError, Throttled, Unreachable

NO_SUCH_REQUEST = frozenset({846605, 846608})  # the request, or its stream, cannot be answered any more: push instead
BAD_CREDENTIALS = 853000
_NOBODY = {93001, 93004, 93006, 93008}  # never wrote to the robot, robot switched off, no such chat, not in the group


class NotAnswerable(ChannelError):
    """The message cannot be answered by its own way any more; a push can still reach the chat."""


class BadCredentials(ChannelError):
    """The server does not know the robot, or its secret is another."""


def robot_failure(code: int, call: str) -> ChannelError:
    """The error to raise for an acknowledgement of `call` with this errcode."""
    if code in NO_SUCH_REQUEST:
        return NotAnswerable(f"wecom {call}: errcode {code}")
    if code == BAD_CREDENTIALS:
        return BadCredentials(f"wecom {call}: errcode {code}")
    if code in _NOBODY:
        return Unreachable(f"wecom {call}: errcode {code}")
    return Throttled(timedelta(seconds=60)) if code == 45009 else failure(code, call)

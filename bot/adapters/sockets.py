"""Long connections of any messenger: the frames that come over a socket, and how long to pause before the next one."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import aiohttp

from config import measures

F = TypeVar("F")


async def frames_of(
    socket: aiohttp.ClientWebSocketResponse, decode: Callable[[str], F | None], channel: str
) -> AsyncIterator[F]:
    """Every frame until the socket ends; what is none is counted as refused by `channel`, and skipped."""
    async for message in socket:
        if message.type is not aiohttp.WSMsgType.TEXT:
            continue
        frame = decode(message.data)
        if frame is None:
            measures.REFUSED.add(channel, "frame")
        else:
            yield frame


def backoff(failures: int, first: float, longest: float) -> float:
    """Seconds to pause after so many failures in a row: `first`, doubled with each up to `longest`, and up to half of
    it more, so that not all come back at once."""
    pause = min(first * 2 ** min(max(failures - 1, 0), 10), longest)
    return float(pause * random.uniform(1.0, 1.5))  # noqa: S311 - no secret

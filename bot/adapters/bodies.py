"""The body of an answer, no longer than it may be. It comes in pieces: what is there at a moment may be half of it."""

from __future__ import annotations

import aiohttp


class TooLong(aiohttp.ClientPayloadError):
    """The body is longer than what is read of it."""


async def whole(response: aiohttp.ClientResponse, most: int) -> bytes:
    """All of it; one without an end is an error like a broken one: raises `TooLong` beyond `most` bytes."""
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > most:
            raise TooLong(f"more than {most} bytes")
    return bytes(raw)


async def beginning(response: aiohttp.ClientResponse, most: int) -> bytes:
    """All of it, or as much as `most` bytes: for answers that may be anybody's page."""
    raw = bytearray()
    while len(raw) < most and (chunk := await response.content.read(most - len(raw))):
        raw += chunk
    return bytes(raw)

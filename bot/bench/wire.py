"""The least HTTP that a bench needs, both ways, on bare asyncio: the load shares the machine with what it measures."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Answer = Callable[[bytes, bytes], bytes | None]  # the JSON of a 200, or None for a 503
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TAKEN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_REFUSED = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


class Caller(asyncio.Protocol):
    """One connection that is kept, and made again where it was closed; one request at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._answer: asyncio.Future[int] | None = None

    async def open(self) -> None:
        """Connect where there is no connection; raises OSError."""
        if self._transport is None or self._transport.is_closing():
            await asyncio.get_running_loop().create_connection(lambda: self, *self._address)

    async def call(self, request: bytes, patience: float) -> int:
        """Send a whole request; the status of its answer, or 0 where none came in so many seconds."""
        loop = asyncio.get_running_loop()
        self._buffer, self._answer = b"", loop.create_future()
        if self._transport is None or self._transport.is_closing():
            return 0
        self._transport.write(request)
        limit = loop.call_later(patience, self._settle, 0)
        try:
            status = await self._answer
        finally:
            limit.cancel()
        if not status:
            self.close()  # an answer that comes yet would be taken for the next request's
        return status

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        self._transport = None
        self._settle(0)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if (end := whole(self._buffer)) is not None and len(self._buffer) >= end:
            self._settle(int(self._buffer[9:12]))

    def _settle(self, status: int) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(status)


class _Listener(asyncio.Protocol):
    """A connection to a server that answers each request at once."""

    def __init__(self, answer: Answer, open_ones: set[asyncio.Transport]) -> None:
        self._answer = answer
        self._open_ones = open_ones
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self._open_ones.add(transport)

    def connection_lost(self, _error: Exception | None) -> None:
        if self._transport is not None:
            self._open_ones.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := whole(self._buffer)) is not None and len(self._buffer) >= end:
            head, _, body = self._buffer[:end].partition(b"\r\n\r\n")
            self._buffer = self._buffer[end:]
            said = self._answer(head, body)
            if self._transport is not None:
                self._transport.write(_REFUSED if said is None else _TAKEN % len(said) + said)


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    """A server whose `answer` gets the head and the body of each request; yields its address."""
    open_ones: set[asyncio.Transport] = set()
    server = await asyncio.get_running_loop().create_server(lambda: _Listener(answer, open_ones), "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for transport in open_ones:
            transport.abort()
        while open_ones:  # noqa: ASYNC110 - a transport is gone once the loop has come round
            await asyncio.sleep(0)


def whole(buffer: bytes) -> int | None:
    """How long the message at the start of the buffer is, head and body; None while its head is not complete."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    length = _LENGTH.search(buffer, 0, end + 2)
    return end + 4 + (int(length[1]) if length else 0)


def request(host: str, target: str, body: bytes) -> bytes:
    """A POST as it goes over the wire."""
    head = f"POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body

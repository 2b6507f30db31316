"""What every HTTP request meets before a route sees it: a limit to its size, to its time, and to what an answer tells.

Nothing here knows a messenger. A stranger learns from an answer that somebody listens, and no more: not what with,
and not what was wrong with what he sent.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

LIMIT = 64 * 1024  # bytes of a body; the longest that a messenger sends is far below
BODY_SECONDS = 10.0  # for a body to be there; a messenger hangs up after 5
IDLE_SECONDS = 75.0  # for the next request of a connection, its headers included; longer than a proxy keeps one
LINGER_SECONDS = 2.0  # for what is left of a refused body to run out, so that its sender hears the answer

_NAMELESS = {"Server": ""}  # without it the library names itself, its version and Python's

_log = logging.getLogger(__name__)


def site() -> web.Application:
    """An application whose routes find the whole body by `await request.read()`, at once."""
    application = web.Application(middlewares=[_guard], client_max_size=LIMIT)
    application.on_response_prepare.append(_anonymous)
    return application


@web.middleware
async def _guard(request: web.Request, handler: Any) -> web.StreamResponse:
    """The body is here, whole and small, before anybody looks at the request."""
    if (request.content_length or 0) > LIMIT:
        return _refuse(request, 413)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            await request.read()
    except web.HTTPRequestEntityTooLarge:
        return _refuse(request, 413)
    except TimeoutError:
        return _refuse(request, 408)
    except (web.RequestPayloadError, ConnectionError):  # chunks that are none, or a sender that hung up
        return _refuse(request, 400)
    answer: web.StreamResponse = await handler(request)
    return answer


def _refuse(request: web.Request, status: int) -> web.Response:
    _log.warning("request refused", extra={"status": status, "path": request.path[:80]})
    answer = web.Response(status=status)
    answer.force_close()
    return answer


async def _anonymous(_request: web.Request, answer: web.StreamResponse) -> None:
    answer.headers.update(_NAMELESS)


class Runner(web.AppRunner):
    """Serves an application to strangers: bodies are taken as they come, never unpacked, and nobody may dawdle."""

    def __init__(self, application: web.Application, *, shutdown_timeout: float) -> None:
        super().__init__(
            application,
            handle_signals=False,
            access_log=None,
            shutdown_timeout=shutdown_timeout,
            auto_decompress=False,
            keepalive_timeout=IDLE_SECONDS,
            lingering_time=LINGER_SECONDS,
        )

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(made.request_handler, request_factory=made.request_factory, loop=made._loop, **made._kwargs)


class _Server(web.Server):
    def __call__(self) -> RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)


class _Connection(RequestHandler):
    """One connection. What is no HTTP gets an empty 400, without the library's account of what it found."""

    __slots__ = ()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        if isinstance(exc, HttpProcessingError):
            _log.warning("request refused", extra={"status": status, "path": "", "reason": type(exc).__name__})
        else:
            super().handle_error(request, status, exc, message)
        answer = web.Response(status=status, headers=_NAMELESS)
        answer.force_close()
        return answer

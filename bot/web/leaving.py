"""What a process answers while it is being stopped: come again, somebody else is there soon."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.web.process import Process

_STILL = frozenset({"/healthz", "/metrics"})


def leaving(process: Process) -> Any:
    """503 from the moment on at which the process is to end: a messenger repeats what it could not deliver."""

    @web.middleware
    async def refuse(request: web.Request, handler: Any) -> web.StreamResponse:
        if not process.stopping or request.path in _STILL:
            answer: web.StreamResponse = await handler(request)
            return answer
        refused = web.Response(status=503, text="genjin is being stopped\n")
        refused.force_close()
        return refused

    return refuse

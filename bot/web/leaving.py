"""What a process answers while it is being stopped: come again, somebody else is there soon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from bot.app import App

_STILL = frozenset({"/healthz", "/metrics"})


def leaving(app: App) -> Any:
    """503 from the moment on at which the process is to end: a messenger repeats what it could not deliver."""

    @web.middleware
    async def refuse(request: web.Request, handler: Any) -> web.StreamResponse:
        if not app.stopping or request.path in _STILL:
            answer: web.StreamResponse = await handler(request)
            return answer
        refused = web.Response(status=503, text="genjin is being stopped\n")
        refused.force_close()
        return refused

    return refuse

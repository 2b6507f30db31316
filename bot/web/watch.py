"""What every callback of a messenger is counted by, whatever came of it."""

from __future__ import annotations

import time
from typing import Any

from aiohttp import web

from config import measures, tracing

_CALLBACKS = ("/callback", "/robot")


@web.middleware
async def watched(request: web.Request, handler: Any) -> web.StreamResponse:
    """Time the answers to callbacks, and count those that were not taken; what was taken is counted where it is."""
    tracing.begin()  # the requests of one connection run in one task: none inherits from the one before
    if request.method != "POST" or not request.path.endswith(_CALLBACKS) or request.match_info.http_exception:
        answer: web.StreamResponse = await handler(request)
        return answer
    channel, started = request.path.split("/")[1], time.monotonic()
    answer = await handler(request)
    measures.ACKNOWLEDGED.saw(time.monotonic() - started, channel)
    if answer.status >= 500:
        measures.CALLBACKS.add(channel, "failed")
    elif answer.status >= 400:
        measures.CALLBACKS.add(channel, "refused")
        if answer.status != 403:  # those are counted by what was wrong with them
            measures.REFUSED.add(channel, f"http_{answer.status}")
    return answer

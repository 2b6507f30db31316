"""A webhook of the simulated DingTalk on a bad day: what was ordered for its next call, or what the switches make of
it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web

from bot.messenger.dingtalk.faults import DingTalkFaults

Serve = Callable[[web.Request, int], Coroutine[Any, Any, web.Response]]


async def spoiled(faults: DingTalkFaults, request: web.Request, serve: Serve) -> web.Response:
    """Let `serve` answer, with the errcode to refuse by or 0, unless nobody answers."""
    fault = faults.next_call(request.path.strip("/"))
    if faults.down or (fault.status and not fault.errcode):
        return web.Response(status=fault.status or 503, text="<html>gateway</html>", content_type="text/html")
    if fault.seconds:
        await request.read()
        await asyncio.sleep(fault.seconds)
    answer = await serve(request, fault.errcode)
    if fault.drop and request.transport is not None:
        request.transport.abort()
    return answer

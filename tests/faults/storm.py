"""A messenger's API on a bad day: so many of its calls go wrong, each in another way."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.messenger.faults import Faults

PATHS = ("message/send", "appchat/send")
# Of the six tries that a delivery has: what fails for ever is nobody's message in the end, and a machine that stalls
# may fail one too.
MOST = 4
WAYS: dict[str, Callable[[Faults, str], None]] = {
    "HTTP 502": lambda faults, path: faults.fail(path, 502),
    "busy": lambda faults, path: faults.refuse(path, -1),
    "too many calls": lambda faults, path: faults.refuse(path, 45033),
    "garbage": lambda faults, path: faults.lie(path, b"<html>ok</html>"),
    "answer lost": lambda faults, path: faults.drop_answer(path),
    "half a second late": lambda faults, path: faults.delay(path, 0.5),
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Storm:
    """Spoils `rate` of the sends."""

    def __init__(self, faults: Faults, dice: random.Random, rate: float) -> None:
        self._faults, self._dice, self._rate = faults, dice, rate
        self._spoiled: Counter[str] = Counter()
        self.calls = 0
        self.ways: Counter[str] = Counter()

    @web.middleware
    async def blow(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        path = request.path.removeprefix("/cgi-bin/")
        if path not in PATHS:
            return await handler(request)
        message = message_key(await request.json())
        self.calls += 1
        if self._dice.random() < self._rate and self._spoiled[message] < MOST:
            self._spoiled[message] += 1
            way = self._dice.choice(list(WAYS))
            self.ways[way] += 1
            WAYS[way](self._faults, path)
        return await handler(request)


def message_key(body: dict[str, Any]) -> str:
    """The same for all tries of a delivery, though a card may say another time of day by then, and the robot may say
    its words in two ways."""
    card = body.get("template_card") or {}
    words = body.get("stream") or body.get("markdown") or {}
    return str(card.get("task_id") or words.get("content") or body)

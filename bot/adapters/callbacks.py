"""What the addresses that messengers call have in common: one answer to strangers, and 503 for what is not stored.

The answer says only whether to try again. Whatever is wrong with a call, its sender gets an empty 403: the reason is
for our log.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from aiohttp import web

from bot.message import Accept, Message
from config import measures

_log = logging.getLogger(__name__)


class BadCallback(Exception):
    """A callback that is not, or not understandably, from the messenger; the reason is for our log, never for the
    caller."""


def only(request: web.Request, name: str) -> str:
    """A parameter that is there once; aiohttp has decoded it, exactly once."""
    values = request.query.getall(name, [])
    if len(values) != 1:
        raise BadCallback(f"{name} not once in the query")
    return values[0]


def refused(channel: str, bad: BadCallback) -> web.Response:
    """What somebody gets who is not the messenger, or not understood: the reason is for our log."""
    measures.REFUSED.add(channel, str(bad))
    _log.warning("callback refused", extra={"status": 403, "reason": str(bad)})
    return web.Response(status=403)


async def all_stored(accept: Accept, messages: Iterable[Message]) -> bool:
    """Whether all of them are durable now, in their order; what is not, the messenger may send again."""
    for message in messages:
        try:
            await accept(message)
        except Exception:
            _log.exception("message not stored", extra={"message_id": message.message_id})
            return False
    return True

"""Storing what a messenger will not send again: tried until it is stored, and admitted where it never is."""

from __future__ import annotations

import asyncio
import logging

from bot.message import Accept, Message
from config import measures

STORE_AGAIN = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # seconds between tries
NOT_STORED = "这会儿存不下来，刚才那句没记上，过几分钟再发一次"

_log = logging.getLogger(__name__)


async def stored(accept: Accept, message: Message) -> bool:
    """Store it, and again until it is; False where it is lost, which who wrote it is to be told."""
    for pause in (*STORE_AGAIN, None):
        try:
            await accept(message)
        except Exception:
            _log.exception("message not stored", extra={"message_id": message.message_id})
        else:
            return True
        if pause is not None:
            await asyncio.sleep(pause)
    measures.CALLBACKS.add(message.channel, "failed")
    return False

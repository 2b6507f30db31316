"""Telling who wrote that his message is lost, by the only way that needs no database."""

from __future__ import annotations

import logging

from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.unrepeated import NOT_STORED
from bot.message import Message
from domain.errors import ChannelError

_log = logging.getLogger(__name__)


async def admit(api: DingTalkApi, message: Message) -> None:
    """Say so in the conversation that it came from, where that has a webhook."""
    url = message.handle.data.get("webhook") if message.handle is not None else None
    if url is None:
        return
    try:
        await api.webhook(url, {"msgtype": "text", "text": {"content": NOT_STORED}})
    except ChannelError as gone:
        _log.warning("a lost message could not be admitted", extra={"reason": str(gone)})

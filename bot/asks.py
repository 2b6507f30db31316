"""What an order still has to know, as the question that is its answer; several of them on one card."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any

from bot.message import Reply
from domain.actor import JSON
from domain.views.lookup import Option


class Asks(Exception):
    """One thing is missing or not clear: the question about it is the answer. What is `optional` is only asked beside
    something else."""

    def __init__(self, reply: Reply, *, optional: bool = False) -> None:
        super().__init__(reply.kind)
        self.reply = reply
        self.optional = optional

    @property
    def is_list(self) -> bool:
        """Whether there are answers to pick from."""
        return self.reply.kind == "order.ask"


async def gathered(wanted: Sequence[Coroutine[Any, Any, Any]]) -> tuple[list[Any], list[Asks]]:
    """What each gives, None for one that asks; and those that ask. A refusal ends it, and what is left is not begun."""
    found: list[Any] = []
    asking: list[Asks] = []
    try:
        for each in wanted:
            try:
                found.append(await each)
            except Asks as asks:
                found.append(None)
                asking.append(asks)
    finally:
        for each in wanted:
            each.close()
    return found, asking


def together(first: Asks, asking: Sequence[Asks], found: Sequence[Any]) -> Asks:
    """All that is asked, on one card where each has answers to pick from; else the first alone."""
    if len(asking) == 1 or not all(asks.is_list for asks in asking):
        return _about(first, found)
    asked = first.reply.params
    questions: list[JSON] = [dict(asks.reply.params) for asks in asking]
    params: dict[str, JSON] = {"inbox": asked["inbox"], "given": asked["given"], "questions": questions}
    return Asks(Reply("order.ask_several", params, first.reply.subject))


def _about(asks: Asks, found: Sequence[Any]) -> Asks:
    """The question with the customer that is known already above it."""
    known = next((each for each in found if isinstance(each, Option)), None)
    if known is None or not asks.is_list or "about" in asks.reply.params:
        return asks
    return Asks(replace(asks.reply, params={**asks.reply.params, "about": known.customer_id}))

"""A messenger that is not there: what is to go out by it is given up at once, not kept for ever."""

from __future__ import annotations

from cards.model import Card, Limits, Receipt, Recipient
from domain.actor import ReplyHandle
from domain.errors import Unreachable


class Nowhere:
    """Stands in for a messenger that nobody configured, where something may still be addressed to it."""

    limits = Limits(per_minute=1000, per_hour=60_000)

    def __init__(self, name: str) -> None:
        self.name = name

    def reachable(self) -> bool:
        return True

    async def send(self, to: Recipient, card: Card, *, key: str, handle: ReplyHandle | None = None) -> Receipt:
        raise Unreachable(f"{self.name} is not configured")

    async def update(
        self, to: Recipient, receipt: Receipt, card: Card, *, key: str, handle: ReplyHandle | None = None
    ) -> Receipt:
        raise Unreachable(f"{self.name} is not configured")

"""In the place of a messenger that was taken out of the settings: what becomes of what waits for it."""

from __future__ import annotations

from cards.model import Card, Limits, Receipt, Recipient
from domain.actor import ReplyHandle
from domain.errors import Absent, NotUpdatable


class AbsentChannel:
    """Takes nothing: what can goes another way, the rest is tried for an hour and then reported as not delivered."""

    limits = Limits(per_minute=1_000, per_hour=100_000)

    def __init__(self, name: str) -> None:
        self.name = name

    def reachable(self) -> bool:
        return True

    async def send(self, to: Recipient, card: Card, *, key: str, handle: ReplyHandle | None = None) -> Receipt:
        raise Absent(f"{self.name} is not in the settings any more")

    async def update(
        self, to: Recipient, receipt: Receipt, card: Card, *, key: str, handle: ReplyHandle | None = None
    ) -> Receipt:
        raise NotUpdatable

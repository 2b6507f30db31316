"""The terminal as a channel: it takes whatever is sent. `genjin ask` prints the cards itself, from the deliveries."""

from __future__ import annotations

from cards.model import Card, Limits, Receipt, Recipient
from domain.actor import ReplyHandle

CHANNEL = "terminal"


class TerminalChannel:
    """Takes every card at once; `name` lets it stand in for a messenger that is not configured."""

    limits = Limits(per_minute=10_000, per_hour=100_000)

    def __init__(self, name: str = CHANNEL) -> None:
        self.name = name

    def reachable(self) -> bool:
        return True

    async def send(self, to: Recipient, card: Card, *, key: str, handle: ReplyHandle | None = None) -> Receipt:
        return Receipt({"to": to.id})

    async def update(
        self, to: Recipient, receipt: Receipt, card: Card, *, key: str, handle: ReplyHandle | None = None
    ) -> Receipt:
        return receipt


class TerminalGroups:
    """Where nobody makes group chats, a team's group is called after the team and nothing is remembered."""

    async def chat_of(self, channel: str, team_id: int) -> str:
        return f"team:{team_id}"

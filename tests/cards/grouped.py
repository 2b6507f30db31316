"""Chat groups of a team with a long name: set, and given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.services import groups
from domain.services.groups import Place
from domain.tables import Team

if TYPE_CHECKING:
    from tests.cards.longest import Maker


async def grouped(maker: Maker, team: int) -> dict[str, int]:
    """What became of each, and its key."""
    places = {name: Place(channel="wecom.robot", chat_id=f"wr{name}") for name in ("team", "alerts", "gone", "lost")}
    async with maker.acting("admin") as uow:
        other = await uow.add(Team(name="华东区域战略大客户二组", created_at=uow.now))
        chats = {
            "team": await groups.set_use(uow, places["team"], "team", team),
            "gone": await groups.set_use(uow, places["gone"], "team", other.id),
            "lost": await groups.set_use(uow, places["lost"], "alerts"),
        }
        await groups.drop(uow, places["gone"])
        await groups.drop(uow, places["lost"])
        hook = Place(channel="wecom.webhook", chat_id=f"{'f' * 24}-9f21", sealed="sealed")
        chats["hook"] = await groups.set_use(uow, hook, "team", other.id)
        chats["alerts"] = await groups.set_use(uow, places["alerts"], "alerts")
        return {name: chat.id for name, chat in chats.items()}

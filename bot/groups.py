"""The chat groups of teams: made on first use, remembered, the same one however often it is asked for; and the keys of
those that have a webhook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.database import Database
from domain.errors import Unreachable
from domain.secrets import Box
from domain.tables import Account, GroupChat, Person, Team


class MakesGroups(Protocol):
    """A channel that can make a group chat; the id is ours, so that making it twice makes one."""

    async def create_group(self, name: str, owner: str, members: list[str], chatid: str) -> str: ...


class WebhookKeys:
    """The keys of one channel's webhooks, opened one at a time, for who sends there."""

    def __init__(self, database: Database, box: Box, channel: str) -> None:
        self._database, self._box, self._channel = database, box, channel

    async def __call__(self, chat_id: str) -> str | None:
        """The key of a group by what we call it; None where it is not on record or cannot be opened."""
        query = select(GroupChat).where(col(GroupChat.channel) == self._channel, col(GroupChat.chat_id) == chat_id)
        async with self._database.read() as session:
            row = (await session.execute(query)).scalar_one_or_none()
        return self._box.open(row.sealed, chat_id) if row is not None else None


class TeamGroups:
    """Implements `scheduler.ports.Groups` over the channels that can make groups."""

    def __init__(self, database: Database, makers: Mapping[str, MakesGroups]) -> None:
        self._database = database
        self._makers = makers

    async def chat_of(self, channel: str, team_id: int) -> str:
        async with self._database.read() as session:
            query = select(GroupChat).where(
                col(GroupChat.channel) == channel,
                col(GroupChat.team_id) == team_id,
                col(GroupChat.set_by_id).is_(None),
                col(GroupChat.gone_at).is_(None),
            )
            found = (await session.execute(query.limit(1))).scalar_one_or_none()
            if found is not None:
                return found.chat_id
            name, owner, members = await self._who(session, channel, team_id)
        if len(members) < 2 or channel not in self._makers:
            raise Unreachable(f"team {team_id} has no group on {channel} and too few members for one")
        chat_id = await self._makers[channel].create_group(name, owner, members, f"genjinteam{team_id}")
        await self._remember(channel, team_id, chat_id)
        return chat_id

    async def _who(self, session: AsyncSession, channel: str, team_id: int) -> tuple[str, str, list[str]]:
        team = await session.get(Team, team_id)
        query = (
            select(col(Account.userid), col(Account.person_id))
            .join(Person, col(Person.id) == col(Account.person_id))
            .where(col(Account.channel) == channel, col(Person.active).is_(True), col(Person.gone_at).is_(None))
            .where((col(Person.team_id) == team_id) | (col(Person.id) == (team.lead_id if team else None)))
            .order_by(col(Account.id))
        )
        rows = (await session.execute(query)).all()
        members = [userid for userid, _ in rows]
        owner = next((userid for userid, person in rows if team and person == team.lead_id), "")
        return (f"{team.name}销售群" if team else "销售群"), owner or next(iter(members), ""), members

    async def _remember(self, channel: str, team_id: int, chat_id: str) -> None:
        once = sqlite_insert if self._database.is_sqlite else pg_insert
        values = {"channel": channel, "team_id": team_id, "chat_id": chat_id, "use": "team", "sealed": ""}
        values["created_at"] = self._database.clock.now()
        async with self._database.begin() as connection:
            await connection.execute(
                once(GroupChat).values(values).on_conflict_do_nothing(index_elements=["channel", "chat_id"])
            )

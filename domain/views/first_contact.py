"""What is said to somebody once in his life: what he has, who is with him, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.actor import Actor
from domain.errors import NotFound
from domain.services import people
from domain.tables import Approval, Customer, Person, Team
from domain.when import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstContact:
    """`called` is the person, `customers` how many he owns; `below` how many people he leads, `waiting` how many
    requests wait for him. `colleagues` counts everybody, `led` those with a superior, `alone` the salespeople
    without."""

    role: str
    channel: str
    called: str
    team: str
    customers: int
    below: int
    waiting: int
    colleagues: int
    led: int
    alone: int


async def first_contact(
    session: AsyncSession, viewer: Actor, _moment: Local, *, person: int, role: str, channel: str
) -> FirstContact:
    """The counts for one person; nobody else is greeted with them."""
    row = await session.get(Person, person)
    if row is None or viewer.person_id not in (None, person):
        raise NotFound
    team = await session.get(Team, row.team_id) if row.team_id else None
    everybody = await session.scalars(select(Person).where(col(Person.active), col(Person.gone_at).is_(None)))
    active = list(everybody.all())
    return FirstContact(
        role=role,
        channel=channel,
        called=people.known(row).called,
        team=team.name if team else "",
        customers=await _count(session, Customer, owner_id=person),
        below=len((await people.below(session, person)) & {p.id for p in active}),
        waiting=await _count(session, Approval, approver_id=person, state="waiting"),
        colleagues=len(active),
        led=sum(p.manager_id is not None for p in active),
        alone=sum("sales" in p.roles and p.manager_id is None for p in active),
    )


async def _count(session: AsyncSession, table: type[Customer] | type[Approval], **equal: int | str) -> int:
    query = select(func.count()).select_from(table).where(col(table.gone_at).is_(None))
    for name, value in equal.items():
        query = query.where(getattr(table, name) == value)
    return await session.scalar(query) or 0

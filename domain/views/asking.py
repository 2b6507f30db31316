"""The question that an order asks when an argument is missing or not clear, with what may be offered to its reader."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.services import people
from domain.tables import Contact, Opportunity, Reminder, Task
from domain.tables.base import Record
from domain.views import lookup
from domain.when import Local

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One argument of an order that is missing: `options` are (answer, label). `about` is the customer it is about,
    `answer` what was typed as the answer."""

    inbox_id: int
    name: str
    sort: str
    question: str
    given: dict[str, Any]
    options: tuple[tuple[str, str], ...]
    about: str
    answer: str


async def question(
    session: AsyncSession,
    viewer: Actor,
    _local: Local,
    *,
    inbox: int,
    name: str,
    sort: str,
    question: str,
    given: dict[str, Any],
    offered: list[int],
    choices: list[list[str]],
    about: int | None = None,
    answer: str = "",
) -> Question:
    """The question with what may be offered to its reader."""
    load = _OFFERS.get(sort)
    rows = await load(session, viewer, offered) if load is not None and offered else []
    shown = [*((f"#{i}", label) for i, label in rows), *((value, label) for value, label in choices)]
    there = await lookup.by_ids(session, viewer, [about]) if about is not None else []
    return Question(
        inbox_id=inbox,
        name=name,
        sort=sort,
        question=question,
        given=given,
        options=tuple(shown),
        about=there[0].name if there else "",
        answer=answer,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """Two or three of them at once."""

    inbox_id: int
    given: dict[str, Any]
    asked: tuple[Question, ...]
    answer: str


async def several(
    session: AsyncSession,
    viewer: Actor,
    local: Local,
    *,
    inbox: int,
    given: dict[str, Any],
    questions: list[dict[str, Any]],
    answer: str = "",
) -> Questions:
    """Each with what may be offered to its reader."""
    asked = [await question(session, viewer, local, **each) for each in questions]
    return Questions(inbox_id=inbox, given=given, asked=tuple(asked), answer=answer)


Offer: TypeAlias = Callable[[AsyncSession, Actor, list[int]], Awaitable[list[tuple[int, str]]]]


async def _customers(session: AsyncSession, viewer: Actor, ids: list[int]) -> list[tuple[int, str]]:
    found = await lookup.by_ids(session, viewer, ids)
    shorts = [o.name for o in found]
    return [
        (o.customer_id, o.name if shorts.count(o.name) == 1 else f"{o.name}({o.owner or o.region or '公海'})")
        for o in found
    ]


async def _colleagues(session: AsyncSession, _viewer: Actor, ids: list[int]) -> list[tuple[int, str]]:
    found = await people.names(session, set(ids))
    return [(i, found[i].name) for i in ids if i in found]


async def _contacts(session: AsyncSession, viewer: Actor, ids: list[int]) -> list[tuple[int, str]]:
    rows = await _read(session, viewer, Contact, ids)
    return [(row.id, row.name or row.title or row.mobile) for row in rows]


async def _deals(session: AsyncSession, viewer: Actor, ids: list[int]) -> list[tuple[int, str]]:
    return [(row.id, row.product or row.stage) for row in await _read(session, viewer, Opportunity, ids)]


async def _tasks(session: AsyncSession, viewer: Actor, ids: list[int]) -> list[tuple[int, str]]:
    return [(row.id, row.text) for row in await _read(session, viewer, Task, ids)]


async def _reminders(session: AsyncSession, viewer: Actor, ids: list[int]) -> list[tuple[int, str]]:
    return [(row.id, row.text) for row in await _read(session, viewer, Reminder, ids)]


async def _read(session: AsyncSession, viewer: Actor, table: type[R], ids: list[int]) -> list[R]:
    """Those of the rows that the reader may see, in the order in which they are offered."""
    query = select(table).where(col(table.id).in_(ids), policy.rows(viewer, table))
    return sorted((await session.scalars(query)).all(), key=lambda row: ids.index(row.id))


_OFFERS: dict[str, Offer] = {
    "customer": _customers,
    "person": _colleagues,
    "contact": _contacts,
    "deal": _deals,
    "task": _tasks,
    "reminder": _reminders,
}

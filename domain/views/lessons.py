"""What was taught: one word, and the list of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.errors import NotFound
from domain.services import people
from domain.tables import Customer, Lesson
from domain.when import Local

PAGE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonView:
    """One word. `means` is what it stands for now, `at` the customer of a person, `taught_by` who said so; `gone` where
    it is forgotten."""

    id: int
    sort: str
    wording: str
    means: str
    at: str
    taught_by: str
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonsView:
    """A page of the words that the viewer may know of, newest first."""

    count: int
    offset: int
    rows: tuple[LessonView, ...]


async def lesson(session: AsyncSession, viewer: Actor, _moment: Local, *, lesson: int) -> LessonView:
    """One word that was taught, or is forgotten again."""
    row = await session.get(Lesson, lesson)
    if row is None:
        raise NotFound
    if row.customer_id is not None:
        customer = await session.get(Customer, row.customer_id)
        policy.require(customer is not None and policy.may_see(viewer, customer))
    return (await _views(session, [row]))[0]


@dataclass(frozen=True, slots=True)
class TaughtTogether:
    """Words of one message; `refused` are those that were not learned, each with why."""

    rows: tuple[LessonView, ...]
    refused: tuple[tuple[str, str], ...]


async def together(
    session: AsyncSession, viewer: Actor, _moment: Local, *, lessons: list[int], refused: list[list[str]] | None = None
) -> TaughtTogether:
    """The words that were taught at once, as they stand now."""
    query = select(Lesson).where(col(Lesson.id).in_(lessons)).order_by(col(Lesson.id))
    rows = [row for row in (await session.scalars(query)).all() if await _may_know(session, viewer, row)]
    return TaughtTogether(tuple(await _views(session, rows)), tuple((word, why) for word, why in refused or ()))


async def _may_know(session: AsyncSession, viewer: Actor, row: Lesson) -> bool:
    if row.customer_id is None:
        return True
    customer = await session.get(Customer, row.customer_id)
    return customer is not None and policy.may_see(viewer, customer)


async def lessons(session: AsyncSession, viewer: Actor, _moment: Local, *, offset: int = 0) -> LessonsView:
    """The words that hold."""
    visible = select(Lesson).where(policy.rows(viewer, Lesson))
    count = await session.scalar(select(func.count()).select_from(visible.subquery())) or 0
    offset = offset if 0 <= offset < count else 0
    page = visible.order_by(col(Lesson.id).desc()).offset(offset).limit(PAGE)
    rows = list((await session.scalars(page)).all())
    return LessonsView(count=count, offset=offset, rows=tuple(await _views(session, rows)))


async def _views(session: AsyncSession, rows: list[Lesson]) -> list[LessonView]:
    taught_by = await people.names(session, {row.person_id for row in rows})
    ids = {row.customer_id for row in rows if row.customer_id is not None}
    found = (await session.scalars(select(Customer).where(col(Customer.id).in_(ids)))).all() if ids else []
    called = {customer.id: customer.short_name or customer.name for customer in found}
    return [
        LessonView(
            id=row.id,
            sort=row.sort,
            wording=row.wording,
            means=called.get(row.customer_id or 0, row.means) if row.sort == "customer" else row.means,
            at=called.get(row.customer_id or 0, "") if row.sort == "person" else "",
            taught_by=taught_by[row.person_id].name if row.person_id in taught_by else "",
            gone=row.gone_at is not None,
        )
        for row in rows
    ]

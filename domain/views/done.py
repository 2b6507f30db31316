"""What was recorded in some days, by the viewer, one of his people, or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.services import people
from domain.tables import Activity, Customer
from domain.when import Local

PAGE = 6
MANY = 50  # people


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneLine:
    """One record: at which customer, on which day, by whom as colleagues say it, of which sort, in which words."""

    customer_id: int
    customer: str
    on: date
    who: str
    type: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneList:
    """A page of records, the newest first. `who` is whose they are as the viewer says it: 你, 林越, 团队; `label` the
    time in the words that were used. `sorts` counts them by sort, the most frequent first."""

    who: str
    label: str
    total: int
    customers: int
    sorts: tuple[tuple[str, int], ...]
    several: bool
    offset: int
    rows: tuple[DoneLine, ...]


async def done(
    session: AsyncSession,
    viewer: Actor,
    _local: Local,
    *,
    since: str,
    until: str,
    label: str,
    person: int | None = None,
    offset: int = 0,
) -> DoneList:
    """The days `since` to `until` (ISO, both included) of a person, else of all of the viewer's people."""
    whose = {person} if person is not None else set(viewer.people)
    mine = [
        policy.rows(viewer, Activity),
        _of(whose),
        col(Activity.occurred_on).between(date.fromisoformat(since), date.fromisoformat(until)),
        col(Activity.undone_at).is_(None),
    ]
    counted = select(col(Activity.type), func.count()).where(*mine).group_by(col(Activity.type))
    sorts = sorted(((str(kind), int(many)) for kind, many in (await session.execute(counted)).all()), key=_frequent)
    places = select(func.count(func.distinct(col(Activity.customer_id)))).where(*mine)
    query = select(Activity, Customer).join(Customer, col(Customer.id) == col(Activity.customer_id)).where(*mine)
    query = query.order_by(col(Activity.occurred_on).desc(), col(Activity.id).desc()).offset(offset).limit(PAGE)
    rows = (await session.execute(query)).all()
    known = await people.names(session, {a.person_id for a, _ in rows} | ({person} if person is not None else set()))
    me = person is not None and person == viewer.person_id
    return DoneList(
        who="你" if me else known[person].called if person in known else "团队",
        label=label,
        total=sum(many for _, many in sorts),
        customers=await session.scalar(places) or 0,
        sorts=tuple(sorts),
        several=person is None,
        offset=offset,
        rows=tuple(
            DoneLine(
                customer_id=customer.id,
                customer=customer.short_name or customer.name,
                on=activity.occurred_on,
                who=known[activity.person_id].called if activity.person_id in known else "",
                type=activity.type,
                words=activity.text,
            )
            for activity, customer in rows
        ),
    )


def _of(whose: set[int]) -> ColumnElement[bool]:
    """By whom. Of many people the index finds most records there are one after the other, which takes far longer than
    to read them all; an expression has no index."""
    written = col(Activity.person_id)
    return (written if len(whose) <= MANY else written + 0).in_(sorted(whose))


def _frequent(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]

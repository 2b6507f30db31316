"""Attachments as they are shown: one, those of a customer, and the file itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.errors import NotFound
from domain.services import people
from domain.tables import Attachment, Customer
from domain.views import lookup, placing
from domain.views.lookup import Option
from domain.when import Local

PAGE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentView:
    """One attachment, or `count` of them that were sent in a row: then `size` is that of all. `customer` is empty while
    it is on none; `sent_by` is how its sender is called."""

    id: int
    sort: str
    state: str
    name: str
    size: int
    media_type: str
    sha256: str
    text: str
    url: str
    customer_id: int | None
    customer: str
    activity_id: int | None
    sent_by: str
    mine: bool
    at: datetime
    gone: bool
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OffersView:
    """An attachment that waits for its customer, and the likely customers."""

    attachment: AttachmentView
    offered: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """The newest attachments of a customer from `offset` on, of `count`."""

    customer_id: int
    customer: str
    rows: tuple[AttachmentView, ...]
    count: int
    offset: int
    sort: str = ""
    about: str = ""
    missed: str = ""


async def attachment(
    session: AsyncSession, viewer: Actor, _moment: Local, *, attachment: int, more: Sequence[int] = ()
) -> AttachmentView:
    """One that the viewer may see, and `more` that were sent with it; what was taken back is its sender's alone."""
    row = await session.get(Attachment, attachment)
    if row is None:
        raise NotFound
    mine = row.person_id == viewer.person_id
    customer = await session.get(Customer, row.customer_id) if row.customer_id is not None else None
    if not mine and (row.gone_at is not None or customer is None or not policy.may_see(viewer, customer)):
        raise NotFound
    return await _with_more(session, (await _views(session, viewer, [(row, customer)]))[0], row, more)


async def _with_more(
    session: AsyncSession, view: AttachmentView, row: Attachment, more: Sequence[int]
) -> AttachmentView:
    """The view of all that were sent in a row."""
    if not more:
        return view
    sizes = select(func.count(), func.coalesce(func.sum(col(Attachment.size)), 0)).where(
        col(Attachment.id).in_(more), col(Attachment.person_id) == row.person_id
    )
    count, size = (await session.execute(sizes)).one()
    return replace(view, count=1 + count, size=view.size + int(size), name="")


async def offers(
    session: AsyncSession,
    viewer: Actor,
    _moment: Local,
    *,
    attachment: int,
    offered: list[int] | None = None,
    more: Sequence[int] = (),
) -> OffersView:
    """The question whose it is, with the customers that fit, else those that the sender wrote about last."""
    found = await session.get(Attachment, attachment)
    if found is None or found.person_id != viewer.person_id:
        raise NotFound
    likely = offered or await placing.recent(session, viewer)
    return OffersView(
        attachment=await _with_more(session, (await _views(session, viewer, [(found, None)]))[0], found, more),
        offered=tuple(await lookup.by_ids(session, viewer, likely)),
    )


async def of_customer(
    session: AsyncSession,
    viewer: Actor,
    _moment: Local,
    *,
    customer: int,
    offset: int = 0,
    sort: str = "",
    about: str = "",
    missed: str = "",
) -> ListView:
    """A page of what is on a customer, newest first: all, those of a sort, those whose names hold what they are
    `about`. `missed` is what was asked for and stands in no name."""
    row = await session.get(Customer, customer)
    if row is None or not policy.may_see(viewer, row):
        raise NotFound
    here = _those(viewer, customer, sort, about)
    count = await session.scalar(select(func.count()).select_from(Attachment).where(*here)) or 0
    query = select(Attachment).where(*here).order_by(col(Attachment.id).desc()).offset(max(offset, 0)).limit(PAGE)
    rows = (await session.scalars(query)).all()
    return ListView(
        customer_id=row.id,
        customer=row.short_name or row.name,
        rows=tuple(await _views(session, viewer, [(each, row) for each in rows])),
        count=count,
        offset=max(offset, 0),
        sort=sort,
        about=about,
        missed=missed,
    )


def _those(viewer: Actor, customer: int, sort: str, about: str) -> list[ColumnElement[bool]]:
    here = [policy.rows(viewer, Attachment), col(Attachment.customer_id) == customer]
    if sort:
        here.append(col(Attachment.sort) == sort)
    if about:
        here.append(col(Attachment.name).contains(about, autoescape=True))
    return here


async def matching(
    session: AsyncSession, viewer: Actor, customer: int, *, sort: str = "", about: str = ""
) -> list[int]:
    """Two at most of those that may be seen and sent, newest first: one is meant, two are to choose from."""
    here = (*_those(viewer, customer, sort, about), col(Attachment.state) == "kept", col(Attachment.sort) != "place")
    query = select(col(Attachment.id)).where(*here).order_by(col(Attachment.id).desc()).limit(2)
    return list((await session.scalars(query)).all())


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptThere:
    """What is on a customer besides words: how many, the newest one's sort and moment, and the last check-in."""

    count: int
    sort: str
    at: datetime | None
    place: str
    was_there: datetime | None


async def there(session: AsyncSession, viewer: Actor, customer: int) -> KeptThere:
    """A summary for the customer's card."""
    here = (policy.rows(viewer, Attachment), col(Attachment.customer_id) == customer)
    place = col(Attachment.sort) == "place"
    count = await session.scalar(select(func.count()).select_from(Attachment).where(*here, ~place)) or 0
    newest = select(Attachment).order_by(col(Attachment.id).desc()).limit(1)
    last = (await session.scalars(newest.where(*here, ~place))).first() if count else None
    visit = (await session.scalars(newest.where(*here, place))).first()
    return KeptThere(
        count=count,
        sort=last.sort if last is not None else "",
        at=last.created_at if last is not None else None,
        place=visit.text if visit is not None else "",
        was_there=visit.created_at if visit is not None else None,
    )


async def _views(
    session: AsyncSession, viewer: Actor, pairs: list[tuple[Attachment, Customer | None]]
) -> list[AttachmentView]:
    names = await people.names(session, {row.person_id for row, _ in pairs})
    return [
        AttachmentView(
            id=row.id,
            sort=row.sort,
            state=row.state,
            name=row.name,
            size=row.size,
            media_type=row.media_type,
            sha256=row.sha256,
            text=row.text,
            url=row.url,
            customer_id=row.customer_id,
            customer=(customer.short_name or customer.name) if customer is not None else "",
            activity_id=row.activity_id,
            sent_by=names[row.person_id].called if row.person_id in names else "",
            mine=row.person_id == viewer.person_id,
            at=row.created_at,
            gone=row.gone_at is not None,
        )
        for row, customer in pairs
    ]

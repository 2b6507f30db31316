"""A command whose subject genjin does not keep yet: its words stay, and what can be done instead is offered."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from domain.actor import Actor
from domain.errors import NotFound
from domain.services import people
from domain.tables import Inbox, Person
from domain.views import lookup
from domain.when import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYet:
    """`order` is the kind of the command, `customer` what it was about, `superior` whom the viewer reports to; each
    empty where there is none."""

    inbox_id: int
    order: str
    text: str
    customer: str
    superior: str


async def not_yet(
    session: AsyncSession, viewer: Actor, _local: Local, *, inbox: int, order: str, customer: int | None = None
) -> NotYet:
    """The words of a command that cannot be carried out."""
    row = await session.get(Inbox, inbox)
    if row is None:
        raise NotFound
    me = await session.get(Person, viewer.person_id) if viewer.person_id is not None else None
    above = me.manager_id if me is not None else None
    named = await people.names(session, {above} if above is not None else set())
    options = await lookup.by_ids(session, viewer, [customer]) if customer is not None else []
    return NotYet(
        inbox_id=inbox,
        order=order,
        text=" ".join(row.text.split()),
        customer=options[0].name if options and options[0].visible else "",
        superior=named[above].called if above in named else "",
    )

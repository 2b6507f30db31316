"""To a colleague: a customer is his now, or his too; what he has to know before he calls there."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from cards.budget import TITLE, cut
from cards.builders.customer import customer_360
from cards.model import Card
from cards.registry import Moment, card
from domain.actor import Actor
from domain.services import people
from domain.views import customer as views
from domain.views.customer import CustomerView
from domain.views.lookup import Option


async def _told(
    session: AsyncSession, viewer: Actor, moment: Moment, *, customer: int, by: int
) -> tuple[CustomerView | Option, str]:
    """The customer as it may be seen now, and who handed it over."""
    named = await people.names(session, {by})
    view = await views.customer(session, viewer, moment, customer=customer)
    return view, named[by].called if by in named else "同事"


@card("customer.handed", load=_told)
def handed(found: tuple[CustomerView | Option, str], moment: Moment) -> Card:
    """交给你了: where it stands, what was promised, what was said last."""
    return _news("customer.handed", "交给你了", "转来", found, moment)


@card("customer.shared", load=_told)
def shared(found: tuple[CustomerView | Option, str], moment: Moment) -> Card:
    """一起跟: the same for somebody who works on it too."""
    return _news("customer.shared", "一起跟", "共享给你", found, moment)


def _news(kind: str, state: str, how: str, found: tuple[CustomerView | Option, str], moment: Moment) -> Card:
    view, by = found
    shown = customer_360(view, moment)
    if isinstance(view, Option):
        return replace(shown, kind=kind)
    title = f"{state} · {cut(view.name, TITLE - len(state) - 3)}"
    note = " · ".join(filter(None, (f"{by}{how}", shown.note)))
    return replace(shown, kind=kind, title=title, note=note, more=(), text=f"{by}{how}：{shown.text}")

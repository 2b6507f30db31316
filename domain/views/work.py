"""What is to be done: one reminder, and whom to see first today, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import policy
from domain.actor import Actor
from domain.errors import NotFound
from domain.facts import NoteDraft
from domain.tables import Activity, Contact, Customer, Inbox, Reminder
from domain.when import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderView:
    """One reminder as its person sees it. `last_*` tell of the last contact with the customer.

    `carried` says that the customer was taken over from the thread, `changing` that the next typed line is awaited as
    the new time; `remark` is what should be known of how it was set.
    """

    id: int
    text: str
    state: str
    due_at: datetime
    done_at: datetime | None
    put_off: int
    customer_id: int | None
    customer: str
    contact: str
    phone: str
    last_on: date | None
    last_type: str
    last_words: str
    carried: bool
    changing: bool
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A reminder without a usable time: what it is about, and the moment that had passed, if one was named."""

    inbox_id: int
    text: str
    past: datetime | None


async def reminder(
    session: AsyncSession,
    viewer: Actor,
    _local: Local,
    *,
    reminder: int,
    carried: bool = False,
    changing: bool = False,
    remark: str = "",
) -> ReminderView:
    """One of the viewer's reminders."""
    return replace(await _read(session, viewer, reminder, carried=carried, changing=changing), remark=remark)


async def _read(
    session: AsyncSession, viewer: Actor, reminder_id: int, *, carried: bool = False, changing: bool = False
) -> ReminderView:
    """The reminder with what helps to act on it."""
    query = select(Reminder).where(col(Reminder.id) == reminder_id, policy.rows(viewer, Reminder))
    row = (await session.scalars(query)).first()
    if row is None:
        raise NotFound
    customer = await _customer(session, viewer, row.customer_id)
    contact = await session.get(Contact, row.contact_id) if row.contact_id is not None else None
    last = await _last(session, viewer, customer.id) if customer is not None else None
    reachable = contact is not None and customer is not None and policy.sees_contacts(viewer, customer)
    return ReminderView(
        id=row.id,
        text=row.text,
        state=row.state,
        due_at=row.due_at,
        done_at=row.done_at,
        put_off=row.put_off,
        customer_id=customer.id if customer is not None else None,
        customer=(customer.short_name or customer.name) if customer is not None else "",
        contact=contact.name if contact is not None else "",
        phone=contact.mobile if contact is not None and reachable else "",
        last_on=last.occurred_on if last is not None else None,
        last_type=last.type if last is not None else "",
        last_words=gist(last) if last is not None else "",
        carried=carried,
        changing=changing,
    )


async def due_reminder(
    session: AsyncSession, viewer: Actor, _local: Local, *, reminder: int, moved: str = "", changing: bool = False
) -> tuple[ReminderView, str]:
    """A reminder that came; `moved` says how it was put off last: by the hour, or to another day."""
    return await _read(session, viewer, reminder, changing=changing), moved


async def asked(
    session: AsyncSession, viewer: Actor, _local: Local, *, inbox: int, text: str, past: str = ""
) -> Asked | ReminderView:
    """The question when to remind, or the reminder once it was answered."""
    query = select(col(Reminder.id)).where(col(Reminder.inbox_id) == inbox, policy.rows(viewer, Reminder))
    made = (await session.scalars(query)).first()
    if made is not None:
        return await _read(session, viewer, made)
    if await session.get(Inbox, inbox) is None:
        raise NotFound
    return Asked(inbox, text, datetime.fromisoformat(past) if past else None)


def gist(activity: Activity) -> str:
    """What an activity leaves in mind: what worries them, else what they want, else the words themselves."""
    draft = NoteDraft.from_json(activity.facts) if activity.facts else None
    if draft is not None and draft.concerns:
        return _worry(draft.concerns[0].text)
    if draft is not None and draft.needs:
        return draft.needs[0].text
    if draft is not None and not draft.reached:
        return "没联系上"
    return activity.text


def _worry(words: str) -> str:
    return words if words.startswith(("担心", "怕", "顾虑", "嫌", "觉得")) else f"担心{words}"


async def _customer(session: AsyncSession, viewer: Actor, customer_id: int | None) -> Customer | None:
    if customer_id is None:
        return None
    query = select(Customer).where(col(Customer.id) == customer_id, policy.rows(viewer, Customer))
    return (await session.scalars(query)).first()


async def _last(session: AsyncSession, viewer: Actor, customer_id: int) -> Activity | None:
    found = await last_activities(session, viewer, customer_id, limit=1)
    return found[0] if found else None


async def last_activities(
    session: AsyncSession, viewer: Actor, customer_id: int, *, limit: int, skip: int = 0
) -> Sequence[Activity]:
    """The newest activities of one customer that the viewer may read and that stand."""
    query = (
        select(Activity)
        .where(col(Activity.customer_id) == customer_id, policy.rows(viewer, Activity))
        .where(col(Activity.undone_at).is_(None))
        .order_by(col(Activity.occurred_on).desc(), col(Activity.occurred_at).desc(), col(Activity.id).desc())
    )
    return (await session.scalars(query.offset(skip).limit(limit))).all()

"""Notes as they are shown: what was recorded, what it changed, where each value came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from domain import policy
from domain.actor import Actor, Address
from domain.errors import NotFound
from domain.facts import NoteDraft
from domain.prepared import Prepared
from domain.services import people
from domain.tables import Activity, Contract, Customer, Opportunity, Outbox, Payment, Reminder, Task, Team
from domain.when import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A promise of the note, with the moment of its reminder."""

    task_id: int
    text: str
    due_on: date | None
    due_at: datetime | None
    before: bool
    remind_at: datetime | None
    sort: str = "promise"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """One recorded note. `customer` is its short name."""

    id: int
    customer_id: int
    customer: str
    named: bool
    draft: NoteDraft
    type: str
    occurred_on: date
    occurred_at: datetime
    contacts: tuple[str, ...]
    tasks: tuple[TaskLine, ...]
    kept: tuple[str, ...]
    opportunity: str
    carried: bool
    corrected_at: datetime | None
    undone_at: datetime | None
    text: str
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    label: str
    amount: int | None
    share: int | None
    due_on: date | None
    condition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WinView:
    """A win as its writer sees it; `group` is the team whose group was told, `days` the length of the sale."""

    note: NoteView
    amount: int | None
    payments: tuple[PaymentLine, ...]
    days: int
    finance: str
    group: str
    group_amounts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWin:
    """A win as a group may see it: `amount` only where the group was opened for amounts. `accounts` are those of who
    won it, by messenger."""

    who: str
    accounts: tuple[tuple[str, str], ...]
    customer: str
    industry: str
    days: int
    amount: int | None
    undone: bool


async def note(session: AsyncSession, viewer: Actor, _moment: Local, *, activity: int) -> NoteView:
    """One note that the viewer may see."""
    return await _note(session, viewer, await _readable(session, viewer, activity))


async def many(session: AsyncSession, viewer: Actor, _moment: Local, *, inbox: int) -> tuple[NoteView, ...]:
    """Everything that one message was filed as."""
    query = select(col(Activity.id)).where(col(Activity.inbox_id) == inbox, policy.rows(viewer, Activity))
    found = [
        await _readable(session, viewer, i) for i in (await session.scalars(query.order_by(col(Activity.part)))).all()
    ]
    if not found:
        raise NotFound
    return tuple([await _note(session, viewer, each) for each in found])


async def win(session: AsyncSession, viewer: Actor, _moment: Local, *, activity: int) -> WinView:
    """A win with its contract and payments."""
    found = await _readable(session, viewer, activity)
    row = found.activity
    contract = await _contract(session, row)
    payments: list[Payment] = []
    if contract is not None:
        query = select(Payment).where(col(Payment.contract_id) == contract.id).order_by(col(Payment.id))
        if contract.gone_at is None:
            query = query.where(col(Payment.gone_at).is_(None))
        payments = list((await session.scalars(query)).all())
    told = await _told_team(session, row.id)
    return WinView(
        note=await _note(session, viewer, found),
        amount=contract.amount if contract else None,
        payments=tuple(
            PaymentLine(label=p.label, amount=p.amount, share=p.share, due_on=p.due_on, condition=p.condition)
            for p in payments
        ),
        days=await _days(session, row),
        finance=await _invoicer(session, row.id),
        group=told.name if told else "",
        group_amounts=told.shows_amounts if told else False,
    )


async def group_win(
    session: AsyncSession, viewer: Actor, _moment: Local, *, activity: int, team: int | None = None
) -> GroupWin:
    """What the viewer's group learns of a win: never contacts or quotes, amounts only if it was opened for them. `team`
    is whom it was told."""
    row = await session.get(Activity, activity)
    customer = await session.get(Customer, row.customer_id) if row else None
    if row is None or customer is None:
        raise NotFound
    writer = (await people.names(session, {row.person_id})).get(row.person_id)
    reads = await session.get(Team, next(iter(viewer.teams), 0))  # who reads it now, not for whom it was meant
    contract = await _contract(session, row) if reads is not None and reads.shows_amounts else None
    return GroupWin(
        who=writer.called if writer else "",
        accounts=await people.accounts(session, row.person_id),
        customer=customer.short_name or customer.name,
        industry=customer.industry,
        days=await _days(session, row),
        amount=contract.amount if contract else None,
        undone=row.undone_at is not None,
    )


async def seen_by_others(session: AsyncSession, activity_id: int) -> list[str]:
    """The kinds of cards that others got because of a note: what its undoing would leave unexplained."""
    row = await session.get(Activity, activity_id)
    if row is None or row.inbox_id is None:
        return []
    query = select(col(Outbox.kind)).where(
        col(Outbox.cause_kind) == "inbox",
        col(Outbox.cause_id) == row.inbox_id,
        col(Outbox.mode) == "send",
        col(Outbox.person_id).is_distinct_from(row.person_id),
        col(Outbox.state).in_(("waiting", "done")),
        ~and_(
            col(Outbox.kind) == "plain.text", col(Outbox.recipient).startswith("group:")
        ),  # 记好了: says nothing of it
    )
    return sorted(set((await session.scalars(query)).all()))


async def told_groups(session: AsyncSession, activity_id: int) -> list[tuple[int, Address]]:
    """The teams that were told of a win, each with the group in which that was."""
    query = (
        select(Outbox)
        .where(
            col(Outbox.kind).in_(("win.group", "plain.together")),
            col(Outbox.subject_kind) == "activity",
            col(Outbox.subject_id) == activity_id,
            col(Outbox.mode) == "send",
        )
        .order_by(col(Outbox.id))
    )
    return [_told(row) for row in (await session.scalars(query)).all()]


def _told(row: Outbox) -> tuple[int, Address]:
    sort, _, place = row.recipient.partition(":")
    if sort == "team":
        return int(place), Address.team(int(place), row.channel)
    params = next((item["params"] for item in row.params.get("items", ()) if "team" in item["params"]), row.params)
    return int(params["team"]), Address.group(row.channel, place)


_NOTE = Prepared(
    select(Activity, Customer, col(Opportunity.product))
    .join(Customer, col(Customer.id) == col(Activity.customer_id))
    .outerjoin(Opportunity, col(Opportunity.id) == col(Activity.opportunity_id))
    .where(col(Activity.id) == bindparam("activity"))
)
_PROMISES = Prepared(
    select(Task, col(Reminder.due_at))
    .outerjoin(
        Reminder,
        (col(Reminder.task_id) == col(Task.id))
        & col(Reminder.gone_at).is_(None)
        & or_(col(Reminder.state) == "waiting", col(Reminder.state) == "sent"),
    )
    .where(col(Task.activity_id) == bindparam("activity"), col(Task.sort) != "invoice", col(Task.gone_at).is_(None))
    .order_by(col(Task.id))
)
_KEPT = Prepared(
    select(col(Task.text)).where(
        col(Task.customer_id) == bindparam("customer"),
        col(Task.owner_id) == bindparam("person"),
        col(Task.done_at) == bindparam("at", type_=UTCDateTime()),
        col(Task.gone_at).is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class _Row:
    activity: Activity
    customer: Customer
    product: str | None


async def _readable(session: AsyncSession, viewer: Actor, activity_id: int) -> _Row:
    found = await _NOTE.first(session, activity=activity_id)
    if found is None or not policy.may_read(viewer, found[0], found[1]):
        raise NotFound("没有这条记录，或不在你能看的范围")
    return _Row(*found)


async def _note(session: AsyncSession, viewer: Actor, found: _Row) -> NoteView:
    row, customer = found.activity, found.customer
    draft = NoteDraft.from_json(row.facts)
    return NoteView(
        id=row.id,
        customer_id=customer.id,
        customer=customer.short_name or customer.name,
        named=customer.named,
        draft=draft,
        type=row.type if draft.type else "",
        occurred_on=row.occurred_on,
        occurred_at=row.occurred_at,
        contacts=tuple(row.contacts),
        tasks=await _tasks(session, row.id),
        kept=await _kept(session, row),
        opportunity=found.product or "",
        carried=row.carried,
        corrected_at=row.corrected_at,
        undone_at=row.undone_at,
        text=row.text,
        mine=row.person_id == viewer.person_id,
    )


async def _tasks(session: AsyncSession, activity_id: int) -> tuple[TaskLine, ...]:
    return tuple(
        TaskLine(
            task_id=task.id,
            text=task.text,
            due_on=task.due_on,
            due_at=task.due_at,
            before=task.before,
            remind_at=remind_at,
            sort=task.sort,
        )
        for task, remind_at in await _PROMISES.all(session, activity=activity_id)
    )


async def _kept(session: AsyncSession, row: Activity) -> tuple[str, ...]:
    """The promises that this note kept: closed in the same unit, so at the very moment that it was created."""
    kept = await _KEPT.all(session, customer=row.customer_id, person=row.person_id, at=row.created_at)
    return tuple(text for (text,) in kept)


async def _contract(session: AsyncSession, row: Activity) -> Contract | None:
    if row.opportunity_id is None:
        return None
    query = select(Contract).where(col(Contract.opportunity_id) == row.opportunity_id).order_by(col(Contract.id).desc())
    return (await session.scalars(query)).first()


async def _days(session: AsyncSession, row: Activity) -> int:
    opportunity = await session.get(Opportunity, row.opportunity_id) if row.opportunity_id else None
    return (row.created_at - opportunity.created_at).days if opportunity else 0


async def _invoicer(session: AsyncSession, activity_id: int) -> str:
    query = select(col(Task.owner_id)).where(col(Task.activity_id) == activity_id, col(Task.sort) == "invoice")
    owner = (await session.scalars(query)).first()
    known = (await people.names(session, {owner})).get(owner) if owner else None
    return known.called if known else ""


async def _told_team(session: AsyncSession, activity_id: int) -> Team | None:
    told = await told_groups(session, activity_id)
    return await session.get(Team, told[0][0]) if told else None

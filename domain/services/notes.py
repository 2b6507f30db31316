"""Filing what somebody said: the activity, and all that follows from it.

A note is filed under one customer in one change set, so that it can be undone as a whole. Nothing is stored that the
draft does not hold, and the draft holds only what the words say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from domain import audit, counting, policy
from domain.facts import NoteDraft
from domain.services import arrivals, customers, sales, tasks
from domain.tables import Activity, Customer, Task
from domain.uow import UnitOfWork
from domain.when import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The message that a note came from, and which part of it this is."""

    inbox_id: int
    message_id: str
    channel: str
    sent_at: datetime
    part: int = 0
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Filed:
    """What filing made: the activity, and the promises that it kept; `only_kept` where it says nothing else."""

    activity_id: int
    customer_id: int
    kept: tuple[int, ...]
    won: bool
    only_kept: bool = False


async def filed_before(uow: UnitOfWork, inbox_id: int) -> list[int]:
    """The activities that a message was filed as: a second tap on a question's button files nothing again."""
    query = select(col(Activity.id)).where(col(Activity.inbox_id) == inbox_id).order_by(col(Activity.part))
    return list((await uow.session.scalars(query)).all())


async def filed_as(uow: UnitOfWork, inbox_id: int, part: int) -> int | None:
    """The activity that one part of a message was filed as."""
    query = select(col(Activity.id)).where(col(Activity.inbox_id) == inbox_id, col(Activity.part) == part)
    return (await uow.session.scalars(query)).first()


async def message_of(uow: UnitOfWork, activity_id: int) -> int | None:
    """The inbox row that an activity came from."""
    return (await uow.session.scalars(select(col(Activity.inbox_id)).where(col(Activity.id) == activity_id))).first()


async def is_win(uow: UnitOfWork, activity_id: int) -> bool:
    """Whether a note told of a signature, and stands."""
    activity = await uow.get(Activity, activity_id)
    outcome = NoteDraft.from_json(activity.facts).outcome
    return activity.undone_at is None and outcome is not None and outcome.text == "won"


async def same_today(uow: UnitOfWork, text: str, local: Local) -> int | None:
    """The note with the very same words that the actor wrote today, if it stands."""
    query = (
        select(col(Activity.id))
        .where(col(Activity.person_id) == uow.actor.person_id, col(Activity.text) == text.strip())
        .where(col(Activity.undone_at).is_(None), col(Activity.gone_at).is_(None))
        .where(col(Activity.created_at) >= local.local.replace(hour=0, minute=0, second=0, microsecond=0))
        .order_by(col(Activity.id).desc())
    )
    return (await uow.session.scalars(query.limit(1))).first()


async def file(
    uow: UnitOfWork, draft: NoteDraft, customer_id: int, origin: Origin, local: Local, deal_id: int | None = None
) -> Filed:
    """Put one event of a note on record under a customer that the actor may write to; `deal_id` is the sale that its
    words point at (那单)."""
    found = await customers.standing(uow, customer_id)
    customer, there = found.customer, found.contacts
    policy.require(policy.may_write(uow.actor, customer))
    met = [await customers.met(uow, customer.id, m, there=there) for m in draft.contacts if m.name or m.phone]
    if draft.came or draft.outcome is not None:
        draft = await arrivals.as_signed(uow, customer.id, draft)
    draft = counting.beside(draft, sales.worth_of(found.opportunities, draft, deal_id))
    progress = await sales.progress(uow, customer, draft, found.opportunities, deal_id)
    draft = replace(
        draft,
        stage_before=progress.before,
        stage_after=progress.after,
        budget_before=progress.budget_before,
        budget_before_on=progress.budget_before_on,
    )
    opportunity_id = progress.opportunity.id if progress.opportunity else None
    names = list(dict.fromkeys(c.name for c in met if c.name))  # 王经理全名叫王建国 names one
    activity = await uow.add(_activity(uow, draft, customer, origin, names, opportunity_id))
    for promise in draft.promises:
        await tasks.promise(
            uow,
            customer_id=customer.id,
            owner_id=uow.actor.require_person(),
            activity_id=activity.id,
            text=promise.text,
            due_on=promise.due_on,
            due_at=promise.due_at,
            before=promise.before,
            local=local,
            there=there,
        )
    kept = await _keep_promises(uow, draft, customer)
    _touch(customer, draft, uow)
    won = draft.outcome is not None and draft.outcome.text == "won"
    if won:
        await sales.win(uow, customer, activity, draft, local)
    if draft.came:
        draft = replace(draft, came=await arrivals.book(uow, customer.id, draft.came))
        activity.facts = draft.to_json()
    await tasks.refresh_today(uow, local)
    return Filed(activity.id, customer.id, tuple(t.id for t in kept), won, only_kept=_says_only_deeds(draft))


def _says_only_deeds(draft: NoteDraft) -> bool:
    news = (draft.amounts, draft.promises, draft.awaited, draft.concerns, draft.needs, draft.competitors)
    return bool(draft.done) and not any((*news, draft.outcome, draft.terms, draft.came))


def _activity(
    uow: UnitOfWork, draft: NoteDraft, customer: Customer, origin: Origin, met: list[str], opportunity_id: int | None
) -> Activity:
    return Activity(
        customer_id=customer.id,
        opportunity_id=opportunity_id,
        person_id=uow.actor.require_person(),
        inbox_id=origin.inbox_id,
        part=origin.part,
        message_id=origin.message_id,
        channel=origin.channel,
        type=draft.type or "other",
        occurred_on=draft.occurred_on,
        occurred_at=origin.sent_at,
        said_when=draft.said_when[:20],
        text=draft.text,
        contacts=met,
        facts=draft.to_json(),
        carried=origin.carried,
        change_sets=[uow.change_set],
        created_at=uow.now,
    )


async def _keep_promises(uow: UnitOfWork, draft: NoteDraft, customer: Customer) -> list[Task]:
    """Close the open tasks that the note says were done."""
    kept: list[Task] = []
    for deed in draft.done:
        me = uow.actor.require_person()
        open_tasks = await tasks.matching_open(uow.session, me, customer.id, deed.text, customer.name)
        for task in open_tasks[:1]:
            await tasks.finish(uow, task.id, said=deed.quote or deed.text)
            kept.append(task)
    return kept


def _touch(customer: Customer, draft: NoteDraft, uow: UnitOfWork) -> None:
    """What a note says of the customer itself."""
    if draft.type is not None and (customer.last_contact_at is None or customer.last_contact_at < uow.now):
        customer.last_contact_at = uow.now
    if customer.deferred_until is not None:
        customer.deferred_until = None
    if draft.source is not None and not customer.source:
        customer.source = draft.source.text[:30]
    if draft.needs:
        customer.needs = _merged(customer.needs, [n.text for n in draft.needs])
    if draft.competitors:
        customer.competitors = _merged(customer.competitors, [c.text for c in draft.competitors])
    if draft.scores:
        customer.satisfaction = draft.scores[-1].words


async def recount(uow: UnitOfWork, customer_id: int) -> None:
    """What notes say of the customer itself, from those that stand: after one was undone or restored."""
    customer = await uow.session.get(Customer, customer_id)
    if customer is None or customer.gone_at is not None:
        return
    needs = await audit.at_first(uow, customer, "needs") or ""
    rivals = await audit.at_first(uow, customer, "competitors") or ""
    score = await audit.at_first(uow, customer, "satisfaction") or ""
    last = await audit.at_first(uow, customer, "last_contact_at")
    query = select(Activity).where(
        col(Activity.customer_id) == customer_id, col(Activity.undone_at).is_(None), col(Activity.gone_at).is_(None)
    )
    for row in (await uow.session.scalars(query.order_by(col(Activity.id)))).all():
        draft = NoteDraft.from_json(row.facts)
        needs = _merged(needs, [n.text for n in draft.needs])
        rivals = _merged(rivals, [c.text for c in draft.competitors])
        score = draft.scores[-1].words if draft.scores else score
        if draft.type is not None:
            last = max(last or row.created_at, row.created_at)
    customer.needs, customer.competitors = needs, rivals
    customer.satisfaction, customer.last_contact_at = score, last


def _merged(stored: str, said: list[str], limit: int = 200) -> str:
    """The newest words first, each once, as far as there is room."""
    words = list(dict.fromkeys([*said, *filter(None, stored.split("、"))]))
    while len("、".join(words)) > limit:
        words.pop()
    return "、".join(words)

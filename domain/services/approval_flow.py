"""What every step of a request shares: whose turn it is, until when, and which sent cards follow."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from itertools import islice

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from config.calendar import is_working, working_after
from domain.actor import JSON, Address, Ref
from domain.tables import Approval, Outbox, Person
from domain.uow import UnitOfWork
from domain.when import Local

ANSWERED_BY = time(18)
SAME_DAY_UNTIL = time(17)  # what is asked later has until the next working day
REMINDED_BEFORE = timedelta(hours=1)
HIGHEST = 10  # levels of superiors that are looked at, so that a ring in the directory ends

# Cards that take each other's place: of each sort a person has one live card, the newest.
SENT = "approval.sent"
REQUESTS = ("approval.request", "approval.remind", "approval.escalated", "approval.handed_on")
_SORT = dict.fromkeys(REQUESTS, "request")
_KEPT = ("last",)


def ref(approval: Approval) -> Ref:
    return Ref(Approval.kind, approval.id)


def answer_by(local: Local) -> datetime:
    """Until when an answer is expected: 18:00 today, or of the next working day, in UTC."""
    today = local.today
    in_time = is_working(today) and local.local.time() < SAME_DAY_UNTIL
    day = today if in_time else working_after(today)
    return datetime.combine(day, ANSWERED_BY, local.zone).astimezone(UTC)


def plan(uow: UnitOfWork, approval: Approval) -> None:
    """Plan the reminder and the deadline of the present approver. The version makes each round's keys its own."""
    key = f"approval-{approval.id}-{approval.version}"
    turn: dict[str, JSON] = {"approver": approval.approver_id}
    about = ref(approval)
    remind_at = max(approval.deadline_at - REMINDED_BEFORE, uow.now)
    uow.later("approval.remind", about, remind_at, key=f"{key}-remind", **turn)
    uow.later("approval.deadline", about, approval.deadline_at, key=f"{key}-deadline", **turn)


async def superior(session: AsyncSession, person_id: int, besides: int) -> Person | None:
    """The nearest active superior of a person who is not `besides`, or None."""
    person = await session.get(Person, person_id)
    for _ in range(HIGHEST):
        if person is None or person.manager_id is None:
            return None
        person = await session.get(Person, person.manager_id)
        if person is not None and person.active and person.gone_at is None and person.id not in (besides, person_id):
            return person
    return None


async def show(
    uow: UnitOfWork,
    approval: Approval,
    *,
    besides: int | None = None,
    to: Collection[int] = (),
    kinds: tuple[str, ...] = (SENT, *REQUESTS),
    quiet: bool = False,
    **params: JSON,
) -> None:
    """Redraw the live cards about a request: the asker's and the approver's, or those of the people `to`. News of a
    decision stay as they were told unless `kinds` names them.

    A messenger changes a sent card only a few times, so of each sort only a person's newest card is redrawn; those
    above it were closed when it came. `besides` is the tapped card, which the tap's own answer redraws. `quiet`: what
    cannot be changed in place stays as it is, because something else tells the same; a tap on it finds the truth.
    """
    await uow.flush()
    people = to or (approval.asker_id, approval.approver_id)
    query = select(Outbox).where(
        col(Outbox.subject_kind) == Approval.kind,
        col(Outbox.subject_id) == approval.id,
        col(Outbox.mode) == "send",
        col(Outbox.state).in_(("waiting", "done")),
        col(Outbox.person_id).in_(people),
    )
    newest: dict[tuple[int | None, str], Outbox] = {}
    for row in (await uow.session.scalars(query.order_by(col(Outbox.id).desc()))).all():
        newest.setdefault((row.person_id, _SORT.get(row.kind, row.kind)), row)
    for row in newest.values():
        if row.kind in kinds and row.id != besides and not (quiet and _spent(row)):
            kept = {key: row.params[key] for key in _KEPT if key in row.params}
            uow.redraw(row, row.kind, ref(approval), **{**kept, "approval_id": approval.id, **params})


def _spent(row: Outbox) -> bool:
    """Whether a sent card cannot be changed in place any more: its codes are used up."""
    return row.receipt is not None and not row.receipt.get("codes")


async def move_down(uow: UnitOfWork, approval: Approval, kind: str, *, last: bool = False) -> None:
    """Show the approver the same card again at the bottom of his chat; the one above says so."""
    await show(uow, approval, to=(approval.approver_id,), kinds=REQUESTS, quiet=True, how="moved")
    uow.tell(Address.person(approval.approver_id), kind, ref(approval), approval_id=approval.id, last=last)


async def others(session: AsyncSession, approval: Approval, limit: int = 10) -> list[Person]:
    """Who else could decide: leaders beside the asker and the present approver, the approver's superior first."""
    query = select(Person).where(
        col(Person.active),
        col(Person.gone_at).is_(None),
        col(Person.id).not_in([approval.asker_id, approval.approver_id]),
    )
    leaders = [p for p in (await session.scalars(query.order_by(col(Person.id)))).all() if "manager" in p.roles]
    above = await superior(session, approval.approver_id, approval.asker_id)
    leaders.sort(key=lambda p: above is None or p.id != above.id)
    return list(islice(leaders, limit))

"""A request decided: once, by the one whose turn it is, on what he saw.

Two taps may race, so the row is locked before it is looked at: the second tap finds it decided and changes nothing. A
tap brings the version that its card showed; if what is asked for changed since, nothing is decided either.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Literal, TypeAlias

from sqlalchemy import select
from sqlmodel import col

from domain import policy
from domain.actor import Address
from domain.errors import NotFound, Refused
from domain.services import people
from domain.services.approval_flow import REQUESTS, SENT, answer_by, move_down, others, plan, ref, show, superior
from domain.services.approval_trail import changed_since, holders
from domain.tables import Approval, Opportunity, Person
from domain.uow import UnitOfWork
from domain.when import Local

REGRET = timedelta(seconds=60)
NEWS_OF_NO = "approval.refused"
_WORDS = 200

# done: decided now. late: it was decided, withdrawn or passed on before. changed: it asks for something else now.
Outcome: TypeAlias = Literal["done", "late", "changed"]


class NotYourTurn(Refused):
    """Somebody else decides this one."""

    def __init__(self, who: str) -> None:
        super().__init__(f"这张等{who}批，你批不了")


class TooLate(Refused):
    """点错了 counts for a minute."""

    said = "过了 60 秒，对方已经知道了。要改，让他再提一次"


async def approve(
    uow: UnitOfWork, approval_id: int, seen: int, *, condition: str = "", tapped: int | None = None
) -> Outcome:
    """Say yes, with a condition in words or without: the discount is allowed and the asker is told."""
    approval, outcome = await _take(uow, approval_id, seen)
    if outcome != "done":
        return outcome
    approval.state, approval.decided_at, approval.condition = "approved", uow.now, condition.strip()[:_WORDS]
    if approval.opportunity_id is not None:
        with suppress(NotFound):  # a sale that was taken back meanwhile has no price to change; the yes still counts
            (await uow.lock(Opportunity, approval.opportunity_id)).discount = approval.discount
    await _settle(uow, approval, "approval.approved", tapped)
    return "done"


async def refuse(
    uow: UnitOfWork, approval_id: int, seen: int, *, reason: str = "", tapped: int | None = None
) -> Outcome:
    """Say no, at once; a reason may follow."""
    approval, outcome = await _take(uow, approval_id, seen)
    if outcome != "done":
        return outcome
    approval.state, approval.decided_at, approval.answer = "refused", uow.now, reason.strip()[:_WORDS]
    await _settle(uow, approval, NEWS_OF_NO, tapped)
    return "done"


async def explain(uow: UnitOfWork, approval_id: int, reason: str, *, tapped: int | None = None) -> bool:
    """Add the reason to a refusal and tell the asker in one line; False where there is one already, or nothing to
    explain."""
    approval = await uow.lock(Approval, approval_id)
    await _require_turn(uow, approval)
    if approval.state != "refused" or approval.answer:
        return False
    approval.answer = reason.strip()[:_WORDS]
    # Only the news of the refusal shows the reason: his own card has been changed already, and may be changed once.
    await show(uow, approval, besides=tapped, kinds=(*REQUESTS, NEWS_OF_NO))
    await _tell_asker(uow, approval, f"{await _called(uow, approval.approver_id)}补了原因：{approval.answer}")
    return True


async def reopen(uow: UnitOfWork, approval_id: int, *, tapped: int | None = None) -> bool:
    """Take a refusal back within a minute; False where it is open anyway."""
    approval = await uow.lock(Approval, approval_id)
    await _require_turn(uow, approval)
    if approval.state != "refused" or approval.decided_at is None:
        return False
    policy.require(uow.now - approval.decided_at <= REGRET, TooLate())
    approval.state, approval.decided_at, approval.answer = "waiting", None, ""
    await uow.flush()
    plan(uow, approval)
    await show(uow, approval, besides=tapped, kinds=(SENT, *REQUESTS, NEWS_OF_NO))
    await _tell_asker(uow, approval, f"{await _called(uow, approval.approver_id)}点错了，还在等")
    return True


async def hand_on(uow: UnitOfWork, approval_id: int, to: int, local: Local, *, tapped: int | None = None) -> Outcome:
    """Let another leader decide; he gets a deadline of his own."""
    approval, outcome = await _take(uow, approval_id, None)
    if outcome != "done":
        return outcome
    policy.require(to in {p.id for p in await others(uow.session, approval, limit=1000)}, Refused("这位批不了，换一位"))
    await uow.call_off(ref(approval))
    await _pass(uow, approval, to, "approval.handed_on", local, tapped)
    return "done"


async def leader_called(uow: UnitOfWork, approval_id: int, said: str) -> int | None:
    """The one leader whom these words name (李总, 李明), among those who could decide."""
    approval = await uow.get(Approval, approval_id)
    leaders = [people.known(p) for p in await others(uow.session, approval, limit=1000)]
    found = [p.id for p in leaders if said == p.name] or [p.id for p in leaders if said == p.called]
    return found[0] if len(found) == 1 else None


async def remind(uow: UnitOfWork, approval_id: int, approver_id: int) -> None:
    """Bring the card before the approver's eyes again, while it is his turn and his time has not run out."""
    approval = await uow.lock(Approval, approval_id)
    if approval.state == "waiting" and approval.approver_id == approver_id and uow.now < approval.deadline_at:
        await move_down(uow, approval, "approval.remind")


async def run_out(uow: UnitOfWork, approval_id: int, approver_id: int, local: Local) -> None:
    """The deadline passed: the approver's superior decides; where there is none, the approver is asked once more."""
    approval = await uow.lock(Approval, approval_id)
    if approval.state != "waiting" or approval.approver_id != approver_id:
        return
    above = await superior(uow.session, approver_id, besides=approval.asker_id)
    if above is None:
        await move_down(uow, approval, "approval.remind", last=True)
        return
    await _pass(uow, approval, above.id, "approval.escalated", local, None)


async def pass_up(uow: UnitOfWork, approver_id: int, local: Local) -> None:
    """Whoever decided works here no more: what waits for him goes to his superior; where there is none, the asker
    learns that nobody can decide it."""
    query = select(Approval).where(
        col(Approval.approver_id) == approver_id, col(Approval.state) == "waiting", col(Approval.gone_at).is_(None)
    )
    for approval in (await uow.session.scalars(query.order_by(col(Approval.id)).with_for_update())).all():
        above = await superior(uow.session, approver_id, besides=approval.asker_id)
        await uow.call_off(ref(approval))
        if above is None:
            await _tell_asker(uow, approval, f"{await _called(uow, approver_id)}离职了，没人接着批。撤回再提一次")
            continue
        await _pass(uow, approval, above.id, "approval.escalated", local, None)


async def _take(uow: UnitOfWork, approval_id: int, seen: int | None) -> tuple[Approval, Outcome]:
    """The row, locked, and whether the actor may act on it now."""
    approval = await uow.lock(Approval, approval_id)
    if not policy.may_decide(uow.actor, approval):
        held = {h.person_id for h in await holders(uow.session, approval)}
        if uow.actor.person_id not in held - {approval.asker_id}:
            raise await _not_yours(uow, approval)
        return approval, "late"
    if approval.state != "waiting":
        return approval, "late"
    if seen is not None and await changed_since(uow.session, approval_id, seen) is not None:
        return approval, "changed"
    return approval, "done"


async def _require_turn(uow: UnitOfWork, approval: Approval) -> None:
    if not policy.may_decide(uow.actor, approval):
        raise await _not_yours(uow, approval)


async def _not_yours(uow: UnitOfWork, approval: Approval) -> Refused:
    who = await _called(uow, approval.approver_id)
    if uow.actor.person_id == approval.asker_id:
        return Refused(f"自己的申请自己批不了，等{who}")
    return NotYourTurn(who)


async def _pass(uow: UnitOfWork, approval: Approval, to: int, kind: str, local: Local, tapped: int | None) -> None:
    """Into other hands, with a time of their own; the card of who had it closes, the asker's names who has it now."""
    giver = await uow.get(Person, approval.approver_id)
    approval.approver_id, approval.deadline_at = to, answer_by(local)
    await uow.flush()
    plan(uow, approval)
    shown = (giver.id, approval.asker_id) if giver.active else (approval.asker_id,)
    await show(uow, approval, to=shown, besides=tapped)
    uow.tell(Address.person(to), kind, ref(approval), approval_id=approval.id)


async def _settle(uow: UnitOfWork, approval: Approval, news: str, tapped: int | None) -> None:
    """What follows from every decision: nothing more is due, all cards show it, the asker is told."""
    await uow.call_off(ref(approval))
    await show(uow, approval, besides=tapped, quiet=True)
    uow.tell(Address.person(approval.asker_id), news, ref(approval), approval_id=approval.id)


async def _tell_asker(uow: UnitOfWork, approval: Approval, line: str) -> None:
    uow.tell(Address.person(approval.asker_id), "plain.text", text=line)


async def _called(uow: UnitOfWork, person_id: int) -> str:
    return (await people.names(uow.session, {person_id}))[person_id].called

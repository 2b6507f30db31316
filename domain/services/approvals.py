"""A discount asked for: the request, what its asker adds, nudges and takes back.

The approver is the asker's superior. Whoever acts is `uow.actor`; an asker acts on his own requests only. Amounts are
fen, a discount is the share that is left in hundredths of a per cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from domain import policy
from domain.actor import Address
from domain.errors import Refused
from domain.services import people
from domain.services.approval_flow import answer_by, move_down, plan, ref, show, superior
from domain.tables import Approval, Customer, Opportunity, Person
from domain.uow import UnitOfWork
from domain.when import Local

WHOLE = 10_000
NUDGE_AGAIN = timedelta(hours=2)
_REASON = 200
_ADDED = 10  # additions kept with one request


class NobodyDecides(Refused):
    """The asker has no superior on record."""

    said = "通讯录里没有你的上级，这个折扣没人批。让管理员补上你的上级再提"


class NoDiscount(Refused):
    """Not a share of the price."""

    said = "这个折扣我看不明白，比如说「85折」"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for, in whose words (`text`, from the message `inbox_id`)."""

    customer_id: int
    discount: int
    text: str
    product: str = ""
    reason: str = ""
    inbox_id: int | None = None


async def ask(uow: UnitOfWork, request: Request, local: Local) -> int:
    """Ask the superior for a discount and return the request's id. What is still open on the same sale is changed."""
    if not 0 < request.discount < WHOLE:
        raise NoDiscount
    asker = uow.actor.require_person()
    customer = await uow.get(Customer, request.customer_id)
    await _require_customer(uow, customer)
    approver = await superior(uow.session, asker, besides=asker)
    if approver is None:
        raise NobodyDecides
    sale = await _sale(uow, customer.id, request.product)
    waiting = await _waiting(uow, asker, customer.id, sale)
    if waiting is not None:
        await _change(uow, waiting, request, sale)
        return waiting.id
    return await _submit(uow, request, sale, approver, local)


async def add(uow: UnitOfWork, approval_id: int, words: str) -> bool:
    """Put words of the asker onto the approver's card; False where it is decided already."""
    approval = await _own(uow, approval_id)
    if approval.state != "waiting":
        return False
    approval.added = [*approval.added, words.strip()[:_REASON]][-_ADDED:]
    await show(uow, approval)
    return True


async def nudge(uow: UnitOfWork, approval_id: int) -> bool:
    """Bring the card before the approver's eyes again; False within two hours of the last time, or when decided."""
    approval = await _own(uow, approval_id)
    recent = approval.nudged_at is not None and uow.now - approval.nudged_at < NUDGE_AGAIN
    if approval.state != "waiting" or recent:
        return False
    approval.nudged_at = uow.now
    await uow.flush()
    await move_down(uow, approval, "approval.request")
    return True


async def withdraw(uow: UnitOfWork, approval_id: int, *, tapped: int | None = None) -> bool:
    """Take the request back; False where it is decided already. `tapped` is the delivery that the tap redraws."""
    approval = await _own(uow, approval_id)
    if approval.state != "waiting":
        return False
    approval.state, approval.decided_at = "withdrawn", uow.now
    await uow.call_off(ref(approval))
    await show(uow, approval, besides=tapped)
    return True


async def leave(uow: UnitOfWork, approval_id: int) -> None:
    """Only the asker puts his refused request aside."""
    await _own(uow, approval_id)


async def origin(uow: UnitOfWork, approval_id: int) -> tuple[int, str]:
    """The customer and the product of the asker's own request, for asking anew."""
    approval = await _own(uow, approval_id)
    sale = await uow.session.get(Opportunity, approval.opportunity_id) if approval.opportunity_id else None
    return approval.customer_id, sale.product if sale else ""


async def _own(uow: UnitOfWork, approval_id: int) -> Approval:
    approval = await uow.lock(Approval, approval_id)
    policy.require(approval.asker_id == uow.actor.person_id, Refused("这张不是你提的，只有提的人能改"))
    return approval


async def _require_customer(uow: UnitOfWork, customer: Customer) -> None:
    if policy.may_write(uow.actor, customer):
        return
    owner = (await people.names(uow.session, {customer.owner_id or 0})).get(customer.owner_id or 0)
    policy.require(False, policy.NotYours(customer.short_name or customer.name, owner.called) if owner else None)


async def _sale(uow: UnitOfWork, customer_id: int, product: str) -> Opportunity | None:
    """The open sale that is meant: of the named product, else the newest with an amount."""
    query = select(Opportunity).where(
        col(Opportunity.customer_id) == customer_id,
        col(Opportunity.state) == "open",
        col(Opportunity.gone_at).is_(None),
    )
    rows = list((await uow.session.scalars(query.order_by(col(Opportunity.id).desc()))).all())
    if product:
        said = product.casefold()
        named = [r for r in rows if r.product and (r.product.casefold() in said or said in r.product.casefold())]
        # The amount of another product would be a wrong fact on the card; a sale without a name may well be this one.
        rows = named or [r for r in rows if not r.product]
    return min(rows, key=lambda r: r.amount is None, default=None)


async def _waiting(uow: UnitOfWork, asker: int, customer_id: int, sale: Opportunity | None) -> Approval | None:
    query = select(col(Approval.id)).where(
        col(Approval.asker_id) == asker,
        col(Approval.customer_id) == customer_id,
        col(Approval.opportunity_id).is_not_distinct_from(sale.id if sale else None),
        col(Approval.state) == "waiting",
        col(Approval.gone_at).is_(None),
    )
    found = (await uow.session.scalars(query)).first()
    approval = await uow.lock(Approval, found) if found is not None else None
    return approval if approval is not None and approval.state == "waiting" else None


async def _change(uow: UnitOfWork, approval: Approval, request: Request, sale: Opportunity | None) -> None:
    reason = request.reason[:_REASON] or approval.reason
    if (request.discount, reason) == (approval.discount, approval.reason):
        return
    approval.discount, approval.reason, approval.text = request.discount, reason, request.text
    _price(approval, sale)
    await show(uow, approval)


async def _submit(uow: UnitOfWork, request: Request, sale: Opportunity | None, approver: Person, local: Local) -> int:
    approval = Approval(
        customer_id=request.customer_id,
        opportunity_id=sale.id if sale else None,
        asker_id=uow.actor.require_person(),
        approver_id=approver.id,
        inbox_id=request.inbox_id,
        text=request.text,
        discount=request.discount,
        reason=request.reason[:_REASON],
        deadline_at=answer_by(local),
        created_at=uow.now,
    )
    _price(approval, sale)
    await uow.add(approval)
    plan(uow, approval)
    uow.tell(Address.person(approver.id), "approval.request", ref(approval), approval_id=approval.id)
    return approval.id


def _price(approval: Approval, sale: Opportunity | None) -> None:
    """What the discount makes of the price on record; nothing where no price is on record."""
    if sale is None or sale.amount is None or approval.discount is None:
        return
    approval.amount_before = sale.amount
    approval.amount_after = round(sale.amount * approval.discount / WHOLE)

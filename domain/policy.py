"""Who may see and do what: the only judge.

Views add `rows` to every query that reads for a person, and services call `require` before a write. A salesperson has
his own customers and the pool, a manager those of his people, all levels down; an administrator has settings, and
business data only with another role. A group sees nothing of its own: what it gets is made for all of its members.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain.actor import Actor
from domain.errors import NotFound, Refused
from domain.tables import Activity, Approval, Attachment, Customer, Lesson, Opportunity, Reminder, Task, Team
from domain.tables.base import Record

SELLING = frozenset({"sales", "manager"})


class NotYours(Refused):
    """A colleague's customer: that it is on record and whose it is may be said, nothing else (查重)."""

    def __init__(self, customer: str, owner: str) -> None:
        super().__init__(f"{customer}是{owner}的客户")
        self.customer = customer
        self.owner = owner


def rows(actor: Actor, table: type[Record]) -> ColumnElement[bool]:
    """The rows of a table that the actor may see, as a condition for its query."""
    here = col(table.gone_at).is_(None)
    if actor.audience == "system":
        return here
    if table is Customer:
        return and_(here, _customers(actor))
    if table is Task:
        return and_(here, col(Task.owner_id).in_(_people(actor)))
    if table is Reminder:
        return and_(here, col(Reminder.person_id) == (actor.person_id or -1))
    if table is Approval:
        return and_(
            here, or_(col(Approval.asker_id).in_(_people(actor)), col(Approval.approver_id).in_(_people(actor)))
        )
    if table is Activity or table is Attachment:
        # What somebody wrote or sent himself stays his to read, also where the customer has gone to a colleague.
        made: type[Activity] | type[Attachment] = Activity if table is Activity else Attachment
        owned = _at_a_visible(actor, made.customer_id)
        return and_(here, or_(owned, col(made.person_id) == (actor.person_id or -1)))
    if table is Opportunity:
        return and_(here, _at_a_visible(actor, Opportunity.customer_id))
    if table is Lesson:  # words for products and competitors are everybody's who sells
        everybodys = col(Lesson.customer_id).is_(None) if _sells(actor) else false()
        return and_(here, or_(everybodys, _at_a_visible(actor, Lesson.customer_id)))
    linked = getattr(table, "customer_id", None)  # contacts, contracts, payments hang on their customer
    return and_(here, _at_a_visible(actor, linked)) if linked is not None else and_(here, false())


def may_see(actor: Actor, customer: Customer) -> bool:
    """The same judgement as `rows`, on one customer that is already read."""
    if customer.gone_at is not None:
        return False
    if actor.audience == "system":
        return True
    mine = customer.owner_id is None or customer.owner_id in actor.people or customer.id in actor.shared
    return _sells(actor) and mine


def may_read(actor: Actor, activity: Activity, customer: Customer) -> bool:
    """The same judgement as `rows`, on one note that is already read with its customer."""
    if activity.gone_at is not None:
        return False
    return may_see(actor, customer) or actor.audience == "system" or activity.person_id == actor.person_id


def sees_contacts(actor: Actor, customer: Customer) -> bool:
    """Whether phones and the like are shown in full: in the pool they are masked until the customer is claimed."""
    return actor.audience == "system" or (customer.owner_id is not None and customer.owner_id in actor.people)


def may_write(actor: Actor, customer: Customer) -> bool:
    """Notes are filed by whoever has the customer; in the pool by anybody who sells."""
    return may_see(actor, customer)


def may_hand(actor: Actor, customer: Customer) -> bool:
    """Whose a customer is, and who works on it too, its owner and his superiors say; of one in the pool a leader."""
    if customer.owner_id is None:
        return "manager" in actor.roles
    return customer.owner_id in actor.people and _sells(actor)


def may_set_group(actor: Actor, team: Team | None, *, by_webhook: bool = False) -> bool:
    """What a chat group is there for an administrator says; of a team's (None: that for alerts) a manager too, whose
    team it is or who stands above its lead, unless the group is reached by a webhook."""
    if "admin" in actor.roles:
        return True
    mine = team is None or team.id in actor.teams or team.lead_id in actor.people
    return "manager" in actor.roles and mine and not by_webhook


def may_decide(actor: Actor, approval: Approval) -> bool:
    """Only whom the request was sent to decides it, and nobody decides his own."""
    return actor.person_id == approval.approver_id and actor.person_id != approval.asker_id


def require(allowed: bool, refusal: Refused | None = None) -> None:
    """Refuse, in words that are the same for 'not there' and 'not yours' unless the caller knows better."""
    if not allowed:
        raise refusal or NotFound()


def masked(number: str) -> str:
    """138****8000: enough to recognise, not enough to call."""
    return f"{number[:3]}****{number[-4:]}" if len(number) > 7 else "****"


def _sells(actor: Actor) -> bool:
    return bool(actor.roles & SELLING)


def _people(actor: Actor) -> list[int]:
    return sorted(actor.people) or [-1]


_THEIRS = aliased(Customer)


def _customers(actor: Actor, table: type[Customer] = Customer) -> ColumnElement[bool]:
    if actor.audience == "group" or not _sells(actor):
        return false()
    owned = or_(col(table.owner_id).is_(None), col(table.owner_id).in_(_people(actor)))
    return or_(owned, col(table.id).in_(sorted(actor.shared))) if actor.shared else owned


def _at_a_visible(actor: Actor, customer_id: Any) -> ColumnElement[bool]:
    """Whether a row hangs on a customer that the actor may see; asked of each row that is read, for to gather all
    customers that a leader may see costs more than anything that is read of them."""
    theirs = select(col(_THEIRS.id)).where(
        col(_THEIRS.id) == customer_id, col(_THEIRS.gone_at).is_(None), _customers(actor, _THEIRS)
    )
    return theirs.correlate_except(_THEIRS).exists()

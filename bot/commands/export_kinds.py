"""What can be exported, and with which columns."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain.tables import (
    Account,
    Activity,
    Approval,
    AuditEntry,
    Contact,
    Contract,
    Customer,
    Inbox,
    Opportunity,
    Outbox,
    Payment,
    Person,
    Reminder,
    Task,
)
from domain.tables.base import Record

FEN = 100
MONEY = frozenset({"amount", "amount_before", "amount_after"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind's query. Its labels are the columns; money columns are read as yuan."""

    query: Select[Any]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.query.selected_columns.keys())

    def read(self, name: str, value: Any) -> Any:
        return Decimal(value) / FEN if name in MONEY and value is not None else value


def _userid(person: Any) -> Any:
    """The account of a person, as a column: the one on WeCom before others."""
    account = aliased(Account)
    query = select(col(account.userid)).where(col(account.person_id) == person)
    return query.order_by(col(account.channel).desc(), col(account.id)).limit(1).scalar_subquery()


def _name(person: Any) -> Any:
    who = aliased(Person)
    return select(col(who.name)).where(col(who.id) == person).scalar_subquery()


def _here(query: Select[Any], table: type[Record]) -> Select[Any]:
    """The rows that stand, oldest first."""
    return query.where(col(table.gone_at).is_(None)).order_by(col(table.id))


def _of_customer(table: type[Any], *columns: Any) -> Select[Any]:
    """Columns of a table with its customer's name and number after the key."""
    named: tuple[Any, ...] = (col(Customer.name).label("customer"), col(table.customer_id).label("customer_id"))
    query = select(col(table.id), *named, *columns).outerjoin(Customer, col(Customer.id) == col(table.customer_id))
    return _here(query, table)


def _columns(table: type[Any], names: str) -> list[Any]:
    return [table.__table__.c[name] for name in names.split()]


_CUSTOMERS = _here(
    select(
        *_columns(Customer, "id name short_name named level status source industry region size address credit_code"),
        *_columns(Customer, "needs competitors satisfaction last_contact_at next_follow_on created_at"),
        _userid(Customer.owner_id).label("owner"),
    ),
    Customer,
)
_ACTIVITIES = _here(
    select(
        col(Activity.id),
        col(Activity.message_id),
        col(Activity.channel),
        col(Customer.name).label("customer"),
        col(Activity.customer_id),
        *_columns(Activity, "contacts type occurred_at text"),
        _userid(Activity.person_id).label("created_by"),
        col(Activity.created_at),
        *_columns(Activity, "occurred_on part opportunity_id facts"),
    )
    .outerjoin(Customer, col(Customer.id) == col(Activity.customer_id))
    .where(col(Activity.undone_at).is_(None)),
    Activity,
)
_DELIVERIES = select(
    *_columns(Outbox, "id channel recipient kind state attempts"),
    col(Outbox.key).label("dedupe_key"),
    *_columns(Outbox, "created_at sent_at"),
    col(Outbox.last_error).label("error"),
    *_columns(Outbox, "mode subject_kind subject_id cause_kind cause_id trace"),
).order_by(col(Outbox.id))

KINDS: dict[str, Kind] = {
    "customers": Kind(_CUSTOMERS),
    "contacts": Kind(
        _of_customer(
            Contact,
            *_columns(Contact, "name title role attitude mobile wechat email birthday birth_day birth_lunar active"),
            col(Contact.created_at),
        )
    ),
    "activities": Kind(_ACTIVITIES),
    "opportunities": Kind(
        _of_customer(
            Opportunity,
            *_columns(Opportunity, "product amount about stage stage_since state expected_on closed_at discount"),
            *_columns(Opportunity, "quantity payment reason"),
            _userid(Opportunity.owner_id).label("owner"),
            col(Opportunity.created_at),
        )
    ),
    "contracts": Kind(
        _of_customer(
            Contract,
            *_columns(Contract, "opportunity_id amount signed_on"),
            _userid(Contract.owner_id).label("owner"),
            col(Contract.created_at),
        )
    ),
    "payments": Kind(
        _of_customer(
            Payment, *_columns(Payment, "contract_id label amount share due_on condition received_at created_at")
        )
    ),
    "tasks": Kind(
        _of_customer(
            Task,
            *_columns(Task, "activity_id sort text due_on due_at before state done_at done_text"),
            _userid(Task.owner_id).label("owner"),
            col(Task.created_at),
        )
    ),
    "reminders": Kind(
        _of_customer(
            Reminder,
            *_columns(Reminder, "task_id text due_at state pushed_at put_off done_at"),
            _userid(Reminder.person_id).label("person"),
            col(Reminder.created_at),
        )
    ),
    "approvals": Kind(
        _of_customer(
            Approval,
            *_columns(Approval, "sort opportunity_id text discount amount_before amount_after reason state"),
            _userid(Approval.asker_id).label("asker"),
            _userid(Approval.approver_id).label("approver"),
            *_columns(Approval, "deadline_at decided_at answer condition created_at"),
        )
    ),
    "messages": Kind(
        select(
            *_columns(Inbox, "id channel message_id sender kind text state outcome failures"),
            col(Inbox.last_error).label("error"),
            *_columns(Inbox, "sent_at received_at handled_at trace"),
        ).order_by(col(Inbox.id))
    ),
    "deliveries": Kind(_DELIVERIES),
    "audit": Kind(
        select(
            *_columns(AuditEntry, "id at change_set kind row_id op changes cause_kind cause_id"),
            _name(AuditEntry.person_id).label("person"),
            _userid(AuditEntry.person_id).label("userid"),
        ).order_by(col(AuditEntry.id))
    ),
}

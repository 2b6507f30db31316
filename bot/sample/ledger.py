"""Gathers the rows of the plan and numbers them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from bot.sample.days import Days
from bot.sample.model import (
    Activity,
    Approval,
    Contact,
    Contract,
    Customer,
    Opportunity,
    Payment,
    Reminder,
    Task,
)
from bot.sample.notes import Written

T = TypeVar("T")
WAN = 1_000_000  # fen


@dataclass(slots=True)
class Ledger:
    """Rows so far, in the order of their numbers."""

    days: Days
    customers: list[Customer] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    opportunities: list[Opportunity] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)

    def put(self, rows: list[T], kind: Callable[..., T], **values: Any) -> T:
        """One more row, with the next number."""
        row = kind(id=len(rows) + 1, **values)
        rows.append(row)
        return row

    def note(
        self, contact: Contact, person_id: int, at: datetime, said: Written, opportunity: Opportunity | None
    ) -> Activity:
        """One follow-up with somebody, as a colleague wrote it down."""
        return self.put(
            self.activities,
            Activity,
            customer_id=contact.customer_id,
            opportunity_id=opportunity.id if opportunity else None,
            person_id=person_id,
            type=said.type,
            occurred_on=at.astimezone(self.days.zone).date(),
            occurred_at=at,
            text=said.text,
            contacts=(contact.name,) if "contacts" in said.facts else (),
            facts=said.facts,
            created_at=at,
        )

    def sign(self, won: Opportunity, signed_on: date, parts: list[tuple[str, int, date, bool]]) -> Contract:
        """The contract of a won sale. A part is its name, fen, its day, and whether the money came."""
        signed_at = self.days.at(signed_on, 15)
        contract = self.put(
            self.contracts,
            Contract,
            customer_id=won.customer_id,
            opportunity_id=won.id,
            owner_id=won.owner_id,
            amount=won.amount,
            signed_on=signed_on,
            created_at=signed_at,
        )
        for label, amount, due_on, came in parts:
            self.put(
                self.payments,
                Payment,
                contract_id=contract.id,
                customer_id=won.customer_id,
                label=label,
                amount=amount,
                share=round(amount * 10_000 / won.amount),
                due_on=due_on,
                received_at=self.days.at(due_on, 11) if came else None,
                created_at=signed_at,
            )
        return contract

    def put_reminder(
        self, contact: Contact, person_id: int, text: str, due_at: datetime, made_at: datetime, task: Task | None = None
    ) -> Reminder:
        """A push that waits for its moment."""
        return self.put(
            self.reminders,
            Reminder,
            person_id=person_id,
            customer_id=contact.customer_id,
            contact_id=contact.id,
            task_id=task.id if task else None,
            text=text,
            due_at=due_at,
            created_at=made_at,
        )

    def ask(
        self,
        sale: Opportunity,
        approver_id: int,
        *,
        text: str,
        discount: int,
        reason: str,
        deadline_at: datetime,
        created_at: datetime,
    ) -> Approval:
        """A request of the sale's owner that nobody decided yet."""
        return self.put(
            self.approvals,
            Approval,
            customer_id=sale.customer_id,
            opportunity_id=sale.id,
            asker_id=sale.owner_id,
            approver_id=approver_id,
            text=text,
            discount=discount,
            amount_before=sale.amount,
            amount_after=round(sale.amount * discount / 10_000),
            reason=reason,
            deadline_at=deadline_at,
            created_at=created_at,
        )

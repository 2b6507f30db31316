"""What the sample data consists of: plain rows that name each other by number, ready to be written in bulk.

Field names are those of the columns. Money is fen, moments are aware and in UTC, days are the company's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    id: int
    name: str
    lead_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A colleague with the account that he has on the messenger."""

    id: int
    userid: str
    name: str
    title: str
    team_id: int | None
    manager_id: int | None
    roles: tuple[str, ...]
    mobile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    id: int
    name: str
    short_name: str
    owner_id: int | None
    level: str
    status: str
    source: str
    industry: str
    region: str
    size: str
    needs: str = ""
    competitors: str = ""
    last_contact_at: datetime | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    id: int
    customer_id: int
    name: str
    title: str
    role: str
    mobile: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    id: int
    customer_id: int
    owner_id: int
    product: str
    amount: int
    about: bool
    stage: str
    stage_since: datetime
    state: str
    expected_on: date
    closed_at: datetime | None = None
    discount: int | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    id: int
    customer_id: int
    opportunity_id: int
    owner_id: int
    amount: int
    signed_on: date
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    id: int
    contract_id: int
    customer_id: int
    label: str
    amount: int
    share: int | None
    due_on: date | None
    condition: str = ""
    received_at: datetime | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """`facts` is a `domain.facts.NoteDraft` as JSON."""

    id: int
    customer_id: int
    opportunity_id: int | None
    person_id: int
    type: str
    occurred_on: date
    occurred_at: datetime
    text: str
    contacts: tuple[str, ...]
    facts: Mapping[str, Any] = field(hash=False)
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    id: int
    customer_id: int
    owner_id: int
    activity_id: int | None
    sort: str
    text: str
    due_on: date | None
    before: bool = False
    state: str = "open"
    done_at: datetime | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    id: int
    person_id: int
    customer_id: int
    contact_id: int | None
    task_id: int | None
    text: str
    due_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    id: int
    customer_id: int
    opportunity_id: int
    asker_id: int
    approver_id: int
    text: str
    discount: int
    amount_before: int
    amount_after: int
    reason: str
    deadline_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All of it. Numbers begin at 1 in each table; who is named exists."""

    teams: tuple[Team, ...]
    people: tuple[Person, ...]
    customers: tuple[Customer, ...] = ()
    contacts: tuple[Contact, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    contracts: tuple[Contract, ...] = ()
    payments: tuple[Payment, ...] = ()
    activities: tuple[Activity, ...] = ()
    tasks: tuple[Task, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    approvals: tuple[Approval, ...] = ()

"""Writes the sample data into an empty database: in bulk, in one transaction, without audit entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from bot.sample.model import Approval, Person, Plan, Reminder
from domain import tables
from domain.actor import Ref
from domain.database import Database
from domain.tables.base import Row

REMIND_BEFORE = 3600  # seconds before the deadline of a request


async def is_empty(database: Database) -> bool:
    """Whether nobody is on record yet."""
    async with database.read() as session:
        return (await session.execute(select(col(tables.Person.id)).limit(1))).first() is None


async def fill(database: Database, plan: Plan, now: datetime) -> None:
    """Write the plan. The waiting reminders and requests are planned as if they had been made in the usual way."""
    async with database.begin() as connection:
        await _people(connection, plan, now)
        rows: list[tuple[type[Row], Iterable[Any]]] = [
            (tables.Customer, plan.customers),
            (tables.Contact, plan.contacts),
            (tables.Opportunity, plan.opportunities),
            (tables.Contract, plan.contracts),
            (tables.Payment, plan.payments),
            (tables.Activity, plan.activities),
            (tables.Task, plan.tasks),
            (tables.Reminder, plan.reminders),
            (tables.Approval, plan.approvals),
        ]
        for table, planned in rows:
            await _insert(connection, table, [_values(row) for row in planned])
        await _insert(connection, tables.CustomerName, _names(plan, now))
        await _insert(connection, tables.Due, [*_pushes(plan.reminders, now), *_deadlines(plan.approvals, now)])
        await _insert(connection, tables.Outbox, _requests(plan, now))
        if connection.dialect.name == "postgresql":
            await _count_on(connection, [tables.Team, tables.Person, *(table for table, _ in rows)])


async def _people(connection: AsyncConnection, plan: Plan, now: datetime) -> None:
    await _insert(connection, tables.Team, [_values(team) | {"created_at": now} for team in plan.teams])
    people = [_values(person) | {"created_at": now} for person in plan.people]
    accounts = [{"person_id": p["id"], "channel": "wecom", "userid": p.pop("userid")} for p in people]
    await _insert(connection, tables.Person, people)
    await _insert(connection, tables.Account, accounts)


async def _insert(connection: AsyncConnection, table: type[Row], rows: list[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(table), rows)


def _values(row: Any) -> dict[str, Any]:
    """The row's columns; tuples become lists, as JSON columns keep them, and moments UTC."""
    return {f.name: _plain(getattr(row, f.name)) for f in fields(row)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _names(plan: Plan, now: datetime) -> list[dict[str, Any]]:
    return [
        {"customer_id": c.id, "name": name, "sort": sort, "place": c.region, "live": True, "changed_at": now}
        for c in plan.customers
        for sort, name in (("full", c.name), ("short", c.short_name))
    ]


def _due(kind: str, about: Ref, at: datetime, key: str, now: datetime, **params: Any) -> dict[str, Any]:
    return {
        "lane": f"{about.kind}:{about.id}",
        "due_at": at.astimezone(UTC),
        "key": key,
        "kind": kind,
        "subject_kind": about.kind,
        "subject_id": about.id,
        "params": params,
        "created_at": now,
    }


def _pushes(reminders: Iterable[Reminder], now: datetime) -> list[dict[str, Any]]:
    return [
        _due("reminder", Ref("reminder", r.id), r.due_at, f"reminder-{r.id}-{int(r.due_at.timestamp())}", now)
        for r in reminders
    ]


def _deadlines(approvals: Iterable[Approval], now: datetime) -> list[dict[str, Any]]:
    planned = []
    for approval in approvals:
        about, key = Ref("approval", approval.id), f"approval-{approval.id}-1"
        remind_at = datetime.fromtimestamp(approval.deadline_at.timestamp() - REMIND_BEFORE, UTC)
        whose = {"approver": approval.approver_id}
        planned.append(_due("approval.remind", about, remind_at, f"{key}-remind", now, **whose))
        planned.append(_due("approval.deadline", about, approval.deadline_at, f"{key}-deadline", now, **whose))
    return planned


def _requests(plan: Plan, now: datetime) -> list[dict[str, Any]]:
    """The cards that lie before the approvers."""
    accounts: dict[int, Person] = {p.id: p for p in plan.people}
    return [
        {
            "lane": f"wecom:{accounts[a.approver_id].userid}",
            "due_at": now,
            "key": f"sample-approval-{a.id}",
            "channel": "wecom",
            "recipient": accounts[a.approver_id].userid,
            "person_id": a.approver_id,
            "kind": "approval.request",
            "params": {"approval_id": a.id},
            "subject_kind": "approval",
            "subject_id": a.id,
            "cause_kind": "cli",
            "created_at": now,
        }
        for a in plan.approvals
    ]


async def _count_on(connection: AsyncConnection, numbered: list[type[Row]]) -> None:
    """Let the keys that PostgreSQL gives go on after those that the plan gave."""
    for table in numbered:
        name = str(table.__tablename__)
        await connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT COALESCE(MAX(id), 1) FROM {name}))")  # noqa: S608
        )

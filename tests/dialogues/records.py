"""What is on record before a conversation, and what is after it: rows in, rows out, in words that a script can hold.

People go by what they are called (小林), customers by their short names. Amounts are fen, days 2026-12-02, moments
2026-12-02 09:00 of the company's zone, and what is not there is `none`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, select
from sqlmodel import SQLModel, col
from sqlmodel.sql.sqltypes import UTCDateTime

from domain.actor import SYSTEM, Cause
from domain.database import Database
from domain.services import customers as naming
from domain.tables import (
    Account,
    Activity,
    Approval,
    Attachment,
    AuditEntry,
    Contact,
    Contract,
    Customer,
    CustomerShare,
    Due,
    GroupChat,
    Inbox,
    Lesson,
    Opportunity,
    Outbox,
    Outsider,
    Payment,
    Person,
    Reminder,
    Task,
    Team,
)
from domain.uow import UnitOfWork

ZONE = ZoneInfo("Asia/Shanghai")
TABLES: dict[str, type[SQLModel]] = {
    "customers": Customer,
    "contacts": Contact,
    "shares": CustomerShare,
    "activities": Activity,
    "tasks": Task,
    "reminders": Reminder,
    "opportunities": Opportunity,
    "contracts": Contract,
    "payments": Payment,
    "approvals": Approval,
    "attachments": Attachment,
    "people": Person,
    "teams": Team,
    "groups": GroupChat,
    "inbox": Inbox,
    "lessons": Lesson,
    "outbox": Outbox,
    "outsiders": Outsider,
    "due": Due,
    "audit": AuditEntry,
}
Row = dict[str, Any]
_PEOPLE = ("person", "owner", "asker", "approver", "manager", "set_by")
_CHILDREN: dict[str, type[SQLModel]] = {
    "contacts": Contact,
    "opportunities": Opportunity,
    "tasks": Task,
    "activities": Activity,
}


class BadScript(Exception):
    """A script says something that means nothing; the message says what."""


def moment(said: str) -> datetime:
    """2026-11-25T16:00 or 2026-11-25 16:00, or a day for its noon; of the company's zone."""
    day, _, clock = said.replace("T", " ").partition(" ")
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock or "12:00"), ZONE).astimezone(UTC)


class Records:
    """The rows of one conversation."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._people: dict[str, Person] = {}
        self._teams: dict[str, Team] = {}

    # -- before ----------------------------------------------------------------------------------------------------

    async def cast(self, people: Mapping[str, Row], teams: Mapping[str, Row], *, channel: str = "wecom") -> None:
        """Put teams and people on record, with accounts on a messenger. `new: yes` is somebody whom genjin never met,
        `stranger: yes` nobody here."""
        async with self._database.unit(SYSTEM, Cause("stage")) as uow:
            for name, given in teams.items():
                amounts = given.get("shows_amounts") == "yes"
                self._teams[name] = await uow.add(Team(name=name, shows_amounts=amounts, created_at=uow.now))
            for called, given in people.items():
                if given.get("stranger") != "yes":
                    self._people[called] = await self._hire(uow, given, channel)
            for called, person in self._people.items():
                person.manager_id = self._person(people[called]["manager"]) if "manager" in people[called] else None
            for name, given in teams.items():
                self._teams[name].lead_id = self._person(given["lead"]) if "lead" in given else None

    async def _hire(self, uow: UnitOfWork, given: Row, channel: str) -> Person:
        team = self._teams[given["team"]].id if "team" in given else None
        met = None if given.get("new") == "yes" else uow.now
        known = {k: given.get(k, "") for k in ("name", "title", "mobile")}
        row = Person(**known, roles=given.get("roles", []), team_id=team, greeted_at=met, created_at=uow.now)
        person = await uow.add(row)
        userid = given["userid"].casefold() if channel == "wecom" else given["userid"]
        await uow.add(Account(person_id=person.id, channel=channel, userid=userid))
        return person

    async def customer(self, short: str, given: Row) -> None:
        """Put a customer on record with what hangs on it."""
        plain = {
            k: v for k, v in given.items() if k not in (*_CHILDREN, "owner", "since", "aliases", "named", "shared")
        }
        async with self._database.unit(SYSTEM, Cause("stage")) as uow:
            row = {"name": short, **plain, "short_name": short, "named": given.get("named", "yes")}
            customer = _made(Customer, row, since=given.get("since", "2026-10-15"))
            customer.owner_id = self._person(given["owner"]) if given.get("owner", "none") != "none" else None
            await uow.add(customer)
            await naming.sync_names(uow, customer)
            for alias in given.get("aliases", ()):
                await naming.add_alias(uow, customer.id, alias)
            for called in given.get("shared", ()):
                share = CustomerShare(customer_id=customer.id, person_id=self._person(called), created_at=uow.now)
                await uow.add(share)
            for name, table in _CHILDREN.items():
                for child in given.get(name, ()):
                    await uow.add(self._child(table, child, customer, given))

    def _child(self, table: type[SQLModel], child: Row, customer: Customer, given: Row) -> Any:
        since = child.get("since") or child.get("occurred_at") or given.get("since", "2026-10-15")
        row = _made(table, {k: v for k, v in child.items() if k not in ("since", "owner", "person")}, since=since)
        row.customer_id = customer.id
        if table is Opportunity:
            row.stage_since = row.created_at
        if table is Activity:
            row.occurred_on = row.occurred_at.astimezone(ZONE).date()
            row.person_id = self._person(child["person"]) if "person" in child else customer.owner_id
            customer.last_contact_at = max(filter(None, (customer.last_contact_at, row.occurred_at)))
        if table in (Opportunity, Task):
            row.owner_id = self._person(child["owner"]) if "owner" in child else customer.owner_id
        return row

    def _person(self, called: str) -> int:
        if called not in self._people:
            raise BadScript(f"nobody is called {called}")
        return self._people[called].id

    # -- after -----------------------------------------------------------------------------------------------------

    async def rows(self, table: str) -> list[dict[str, str]]:
        """All rows of a table in words, oldest first. `gone` says whether a row was taken back."""
        if table not in TABLES:
            raise BadScript(f"no table {table}")
        kind: Any = TABLES[table]
        async with self._database.read() as session:
            found = (await session.scalars(select(kind).order_by(kind.id))).all()
            shorts = {c.id: c.short_name or c.name for c in (await session.scalars(select(Customer))).all()}
            contacts = {c.id: c.name for c in (await session.scalars(select(Contact))).all()}
            people = {p.id: p.name for p in (await session.scalars(select(Person).order_by(col(Person.id)))).all()}
            teams = {t.id: t.name for t in (await session.scalars(select(Team))).all()}
        people |= {person.id: called for called, person in self._people.items()}
        books = {"customer": shorts, "contact": contacts, "team": teams}
        return [_in_words(row, books, people) for row in found]


def _made(table: type[SQLModel], given: Row, *, since: str) -> Any:
    """A row from what a script says of it; a column that is none is refused."""
    values: Row = {"created_at": moment(since)}
    for name, value in given.items():
        if name not in table.model_fields:
            raise BadScript(f"{table.__name__} has no {name}")
        values[name] = _typed(table, name, value)
    return table(**values)


def _typed(table: Any, name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    kind = table.__table__.c[name].type
    if isinstance(kind, UTCDateTime):
        return moment(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if value in ("yes", "no") and kind.python_type is bool:
        return value == "yes"
    return int(value) if kind.python_type is int else value


def _in_words(row: Any, books: Mapping[str, Mapping[int, str]], people: Mapping[int, str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, value in row.model_dump().items():
        told[name] = _words(value)
        what = name.removesuffix("_id")
        if what != name and value is not None:
            book = books.get(what) or (
                people if what in ("person", "owner", "asker", "approver", "manager", "set_by") else None
            )
            if book is not None:
                told[what] = book.get(value, "")
    told["gone"] = "no" if getattr(row, "gone_at", None) is None else "yes"
    return told


def _words(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return "、".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)

"""What an order did, as its giver and who was told of it see it.

What was changed is read from the audit: the columns of the change set, before and after, in words of the product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from domain import policy
from domain.actor import Actor
from domain.errors import NotFound
from domain.services import orders, people
from domain.tables import (
    AuditEntry,
    Contact,
    Customer,
    CustomerShare,
    Opportunity,
    Payment,
    Person,
    Reminder,
    Task,
)
from domain.when import Local

# How a value is written: as it is, as money, as a day, as a moment, as a person's name.
Sort: TypeAlias = Literal["text", "money", "day", "moment", "person"]

# What a change of a column is called: kind and column to its word and how its values are written, in the order in
# which somebody would ask.
_COLUMNS: dict[tuple[str, str], tuple[str, Sort]] = {
    (Customer.kind, "owner_id"): ("负责人", "person"),
    (Customer.kind, "name"): ("全称", "text"),
    (Customer.kind, "short_name"): ("简称", "text"),
    (Customer.kind, "level"): ("级别", "text"),
    (Customer.kind, "status"): ("状态", "text"),
    (Customer.kind, "industry"): ("行业", "text"),
    (Customer.kind, "region"): ("区域", "text"),
    (Customer.kind, "size"): ("规模", "text"),
    (Customer.kind, "source"): ("来源", "text"),
    (Customer.kind, "address"): ("地址", "text"),
    (Customer.kind, "credit_code"): ("信用代码", "text"),
    (Customer.kind, "next_follow_on"): ("下次跟进", "day"),
    (Opportunity.kind, "product"): ("产品", "text"),
    (Opportunity.kind, "amount"): ("金额", "money"),
    (Opportunity.kind, "stage"): ("阶段", "text"),
    (Opportunity.kind, "expected_on"): ("预计签约", "day"),
    (Contact.kind, "name"): ("姓名", "text"),
    (Contact.kind, "title"): ("职位", "text"),
    (Contact.kind, "role"): ("角色", "text"),
    (Contact.kind, "mobile"): ("电话", "text"),
    (Contact.kind, "wechat"): ("微信", "text"),
    (Contact.kind, "email"): ("邮箱", "text"),
    (Contact.kind, "birthday"): ("生日", "day"),
    (Task.kind, "due_on"): ("期限", "day"),
    (Reminder.kind, "due_at"): ("提醒", "moment"),
    (Payment.kind, "amount"): ("金额", "money"),
    (Person.kind, "name"): ("姓名", "text"),
    (Person.kind, "mobile"): ("手机", "text"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One column before and after: text, fen, a day, a moment, or a person's name; None where there was nothing."""

    label: str
    sort: Sort
    before: str | int | date | datetime | None
    after: str | int | date | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that the order made or touched, as far as its card names it."""

    kind: str
    made: bool
    text: str = ""
    phone: str = ""
    amount: int | None = None
    about: bool = False
    due_on: date | None = None
    due_at: datetime | None = None
    before: bool = False
    state: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """What an order did. `did` is its sort, `changes` its change set; `owner` whose the customer is by it (empty: the
    pool's), `told` who learned of it. `undone_at` and `undo_set` once it is taken back; `extra` is what its handler
    said of it."""

    changes: str
    did: str
    customer_id: int | None
    customer: str
    carried: bool
    fields: tuple[Change, ...]
    rows: tuple[Row, ...]
    owner: str
    told: tuple[str, ...]
    undone_at: datetime | None
    undo_set: str
    extra: dict[str, Any] = field(default_factory=dict)

    def made(self, kind: str) -> tuple[Row, ...]:
        """The rows of one kind that it made."""
        return tuple(row for row in self.rows if row.kind == kind and row.made)

    def touched(self, kind: str) -> tuple[Row, ...]:
        """The rows of one kind that were there before."""
        return tuple(row for row in self.rows if row.kind == kind and not row.made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What somebody was told of is off: by whom, since when, and about which customer or what."""

    by: str
    at: datetime
    about: str


async def done(
    session: AsyncSession,
    viewer: Actor,
    _local: Local,
    *,
    changes: str,
    did: str = "changed",
    customer: int | None = None,
    carried: bool = False,
    undone: str | None = None,
    undo_set: str = "",
    **extra: Any,
) -> OrderView:
    """An order as its giver sees it; `NotFound` for anybody else."""
    found = await orders.entries(session, changes)
    if not found or any(entry.person_id != viewer.person_id for entry in found):
        raise NotFound
    row = await session.get(Customer, customer) if customer is not None else None
    seen = row is None or policy.may_see(viewer, row)
    told = {t.person_id for t in await orders.told(session, found) if t.person_id is not None}
    owner = row.owner_id if row is not None else None
    rows = await _read(session, found)
    named = await people.names(session, {*_people(found, rows), *told, *filter(None, (owner,))})
    called = {i: person.name for i, person in named.items()}
    return OrderView(
        changes=changes,
        did=did,
        customer_id=customer if seen else None,
        customer=(row.short_name or row.name) if row is not None else "",
        carried=carried,
        fields=tuple(_fields(found, called, everything=seen)),
        rows=tuple(_row(row, called, made=made) if seen else Row(kind=row.kind, made=made) for row, made in rows),
        owner=called.get(owner or 0, ""),
        told=tuple(called[i] for i in sorted(told) if i in called),
        undone_at=datetime.fromisoformat(undone) if undone else None,
        undo_set=undo_set,
        extra=extra,
    )


async def withdrawn(
    session: AsyncSession, _viewer: Actor, _local: Local, *, by: int, at: str, was: dict[str, Any]
) -> Withdrawn:
    """For somebody who was told of an order that is taken back."""
    told = was["params"]
    customer = await session.get(Customer, told.get("customer") or 0)
    task = await session.get(Task, told.get("task") or 0)
    name = (customer.short_name or customer.name) if customer is not None else ""
    about = name or (task.text if task is not None else "") or str(told.get("text", ""))
    named = await people.names(session, {by})
    return Withdrawn(by=named[by].called if by in named else "", at=datetime.fromisoformat(at), about=about)


async def seen_by_others(session: AsyncSession, change_set: str) -> bool:
    """Whether a colleague was told of what an order did."""
    return bool(await orders.told(session, await orders.entries(session, change_set)))


def _people(found: Sequence[AuditEntry], rows: Sequence[tuple[Any, bool]]) -> set[int]:
    """Everybody whom a change or one of the rows names."""
    values = [value for entry in found for column in _OWNERS for value in entry.changes.get(column, ())]
    values += [getattr(row, column, None) for row, _ in rows for column in _OWNERS]
    return {value for value in values if isinstance(value, int)}


_OWNERS = ("owner_id", "person_id")


def _fields(found: Sequence[AuditEntry], called: dict[int, str], *, everything: bool) -> list[Change]:
    """What changed in rows that were there before; of a customer that is not to be seen no more than whose it is."""
    values: dict[tuple[str, str], list[Any]] = {}
    rows: dict[str, int] = {}
    for entry in found:
        if entry.op != "update" or rows.setdefault(entry.kind, entry.row_id) != entry.row_id:
            continue
        for column, (before, after) in entry.changes.items():
            if (entry.kind, column) in _COLUMNS:
                values.setdefault((entry.kind, column), [before, after])[1] = after
    shown = [key for key in _COLUMNS if key in values and (everything or key == (Customer.kind, "owner_id"))]
    return [_change(key, values[key], called) for key in shown if values[key][0] != values[key][1]]


def _change(key: tuple[str, str], values: list[Any], called: dict[int, str]) -> Change:
    (label, sort), (before, after) = _COLUMNS[key], values
    return Change(label, sort, _value(sort, before, called), _value(sort, after, called))


def _value(sort: Sort, stored: Any, called: dict[int, str]) -> Any:
    """The audit's JSON as the card writes it."""
    if stored is None:
        return None
    match sort:
        case "person":
            return called.get(stored, "")
        case "day":
            return date.fromisoformat(stored)
        case "moment":
            return datetime.fromisoformat(stored)
        case _:
            return stored


_TABLES = (Contact, Opportunity, Task, Reminder, Payment, CustomerShare)


async def _read(session: AsyncSession, found: Sequence[AuditEntry]) -> list[tuple[Any, bool]]:
    """The rows that it made or changed, and whether it made them."""
    made = {(entry.kind, entry.row_id) for entry in found if entry.op == "insert"}
    tables = {table.kind: table for table in _TABLES}
    keys = dict.fromkeys((entry.kind, entry.row_id) for entry in found if entry.kind in tables)
    rows = [(await session.get(tables[kind], row_id), (kind, row_id) in made) for kind, row_id in keys]
    return [(row, new) for row, new in rows if row is not None]


def _row(row: Any, called: dict[int, str], *, made: bool) -> Row:
    match row:
        case Contact():
            return Row(kind=row.kind, made=made, text=f"{row.name} {row.title}".strip(), phone=row.mobile)
        case Opportunity():
            return Row(kind=row.kind, made=made, text=row.product, amount=row.amount, about=row.about, state=row.state)
        case Payment():
            return Row(
                kind=row.kind,
                made=made,
                text=row.label,
                amount=row.amount,
                due_on=row.due_on,
                state="received" if row.received_at else "open",
            )
        case Task():
            return Row(
                kind=row.kind,
                made=made,
                text=row.text,
                due_on=row.due_on,
                due_at=row.due_at,
                before=row.before,
                state=row.state,
                person=called.get(row.owner_id, ""),
            )
        case Reminder():
            return Row(kind=row.kind, made=made, text=row.text, due_at=row.due_at, state=row.state)
        case _:
            return Row(kind=row.kind, made=made, person=called.get(row.person_id, ""))

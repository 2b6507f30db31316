"""What of a record may be changed by saying so: a customer's, a contact's, a possible sale's.

Each change is one column of one row, held, checked against what the actor may write, and audited, so that it can be
taken back apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from sqlalchemy import select
from sqlmodel import col

from domain import policy
from domain.errors import Refused
from domain.naming import normal
from domain.services import customers, outsiders, sales
from domain.stages import STAGES
from domain.tables import Contact, Customer, CustomerName, Opportunity, Person
from domain.uow import UnitOfWork

Of: TypeAlias = Literal["customer", "contact", "deal"]
# How its value is written: text, one of a few words, a phone, an address, a code of 18, fen, a day.
Sort: TypeAlias = Literal["text", "choice", "phone", "email", "code", "money", "day"]
Value: TypeAlias = str | int | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing on record: of what, in which column, and its word. `choices` are all values that it may have."""

    of: Of
    column: str
    label: str
    sort: Sort = "text"
    longest: int = 60
    choices: tuple[str, ...] = ()


FIELDS: dict[str, Field] = {
    "industry": Field(of="customer", column="industry", label="行业"),
    "region": Field(of="customer", column="region", label="区域", longest=30),
    "size": Field(of="customer", column="size", label="规模", longest=30),
    "address": Field(of="customer", column="address", label="地址", longest=200),
    "source": Field(of="customer", column="source", label="来源", longest=30),
    "short_name": Field(of="customer", column="short_name", label="简称"),
    "name": Field(of="customer", column="name", label="全称", longest=120),
    "credit_code": Field(of="customer", column="credit_code", label="信用代码", sort="code", longest=18),
    "level": Field(of="customer", column="level", label="级别", sort="choice", choices=("A", "B", "C")),
    "status": Field(
        of="customer",
        column="status",
        label="状态",
        sort="choice",
        choices=("线索", "潜在客户", "合作客户", "流失客户"),
    ),
    "next_follow": Field(of="customer", column="next_follow_on", label="下次跟进", sort="day"),
    "mobile": Field(of="contact", column="mobile", label="电话", sort="phone", longest=30),
    "email": Field(of="contact", column="email", label="邮箱", sort="email", longest=100),
    "wechat": Field(of="contact", column="wechat", label="微信", longest=40),
    "title": Field(of="contact", column="title", label="职位", longest=40),
    "role": Field(
        of="contact", column="role", label="角色", sort="choice", choices=("决策人", "影响人", "使用人", "财务")
    ),
    "person_name": Field(of="contact", column="name", label="姓名", longest=40),
    "stage": Field(of="deal", column="stage", label="阶段", sort="choice", choices=STAGES),
    "amount": Field(of="deal", column="amount", label="金额", sort="money"),
    "product": Field(of="deal", column="product", label="产品", longest=80),
    "expected_on": Field(of="deal", column="expected_on", label="预计签约", sort="day"),
}


class AsItIs(Refused):
    """The record says so already."""

    def __init__(self, label: str, value: str) -> None:
        super().__init__(f"{label}本来就是{value}，没改")


async def change_customer(uow: UnitOfWork, customer_id: int, field: Field, value: Value) -> None:
    """Another value for a column of a customer; its names follow."""
    customer = await uow.lock(Customer, customer_id)
    policy.require(policy.may_write(uow.actor, customer))
    if field.column == "name":
        await _rename(uow, customer, str(value))
    elif field.column == "short_name":
        await _require_free(uow, customer, str(value))
        # Without a registered name it has one name only, what people call it.
        _assign(customer, field if customer.named else FIELDS["name"], value)
        await customers.sync_names(uow, customer)
    else:
        _assign(customer, field, value)
    if field.column in outsiders.SAID:
        await outsiders.follow(uow, customer.id)


async def change_contact(uow: UnitOfWork, contact_id: int, field: Field, value: Value) -> None:
    """Another value for a column of a person at a customer."""
    contact = await uow.lock(Contact, contact_id)
    policy.require(policy.may_write(uow.actor, await uow.get(Customer, contact.customer_id)))
    _assign(contact, field, value)
    if field.column == "name":
        await outsiders.follow_contact(uow, contact.id)


async def leave(uow: UnitOfWork, contact_id: int) -> None:
    """A person is not at the customer any more; what was said with him stays."""
    contact = await uow.lock(Contact, contact_id)
    policy.require(policy.may_write(uow.actor, await uow.get(Customer, contact.customer_id)))
    contact.active = False


async def change_deal(uow: UnitOfWork, opportunity_id: int, field: Field, value: Value, *, about: bool = False) -> None:
    """Another value for a column of a possible sale; a new stage begins now, forward or back."""
    deal = await uow.lock(Opportunity, opportunity_id)
    policy.require(policy.may_write(uow.actor, await uow.get(Customer, deal.customer_id)))
    _assign(deal, field, value)
    if field.column == "stage":
        deal.stage_since = uow.now
    if field.column == "amount":
        deal.about = about


async def lose(uow: UnitOfWork, opportunity_id: int) -> None:
    """The sale is lost (丢单), or closed without one."""
    deal = await uow.lock(Opportunity, opportunity_id)
    policy.require(policy.may_write(uow.actor, await uow.get(Customer, deal.customer_id)))
    deal.state, deal.closed_at = "lost", uow.now


async def change_person(uow: UnitOfWork, *, name: str = "", mobile: str = "") -> None:
    """The actor's own name or phone."""
    person = await uow.lock(Person, uow.actor.require_person())
    person.name, person.mobile = name[:50] or person.name, mobile[:20] or person.mobile


async def open_deals(uow: UnitOfWork, customer_id: int, product: str = "") -> list[int]:
    """The open sales of a customer that words may mean: those of a named product, else all; the one touched last
    first."""
    rows = await sales.open_ones(uow, customer_id)
    named = [r for r in rows if product and r.product and (product in r.product or r.product in product)]
    return [row.id for row in named or rows]


def _assign(row: Customer | Contact | Opportunity, field: Field, value: Value) -> None:
    new = value[: field.longest] if isinstance(value, str) else value
    if getattr(row, field.column) == new:
        raise AsItIs(field.label, f" {new}" if isinstance(new, str) else "这样")
    setattr(row, field.column, new)


async def _rename(uow: UnitOfWork, customer: Customer, name: str) -> None:
    if customer.name == name.strip():
        raise AsItIs("全称", f"「{name}」")
    await _require_free(uow, customer, name)
    await customers.rename(uow, customer.id, name)


async def _require_free(uow: UnitOfWork, customer: Customer, name: str) -> None:
    """Two customers of one name could not be told apart."""
    query = select(CustomerName).where(col(CustomerName.live), col(CustomerName.customer_id) != customer.id)
    query = query.where(col(CustomerName.name) == name.strip())
    rows = (await uow.session.scalars(query)).all()
    if any(normal(row.name) == normal(name) for row in rows):
        raise Refused(f"「{name[:20]}」已经是另一家的名字，换一个")

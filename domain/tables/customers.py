"""Customers, their names and their contacts."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from domain.tables.base import Record, Row, Versioned


class Customer(Versioned, table=True):
    """An organisation (or a person who buys) with one owner, or in the public pool (`owner_id` None).

    `name` is the registered full name, or what people call it while `named` is False. `level` is A, B or C;
    `status` one of 线索, 潜在客户, 合作客户, 流失客户. `last_contact_at` is kept by `services.notes`. `satisfaction` is
    the score that it gave last, in words: 4分, NPS 9, 96%.
    """

    __tablename__ = "customer"
    kind: ClassVar[str] = "customer"
    derived: ClassVar[frozenset[str]] = frozenset(
        {"last_contact_at", "deferred_until", "needs", "competitors", "satisfaction"}
    )

    name: str = Field(max_length=120)
    short_name: str = Field(default="", max_length=60)
    named: bool = True
    owner_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    level: str = Field(default="C", max_length=4)
    status: str = Field(default="潜在客户", max_length=10)
    source: str = Field(default="", max_length=30)
    industry: str = Field(default="", max_length=60)
    region: str = Field(default="", max_length=30)
    size: str = Field(default="", max_length=30)
    address: str = Field(default="", max_length=200)
    credit_code: str = Field(default="", max_length=18)
    needs: str = Field(default="", max_length=200)
    competitors: str = Field(default="", max_length=200)
    satisfaction: str = Field(default="", max_length=20)
    last_contact_at: datetime | None = None
    next_follow_on: date | None = None
    deferred_until: date | None = None


class CustomerName(Row, table=True):
    """One way to name a customer: `sort` is full, short, alias, former, or forgotten for an alias that was taken back.
    `changed_at` lets caches read what is new."""

    __tablename__ = "customer_name"
    __table_args__ = (Index("ix_customer_name_changed", "changed_at"),)

    customer_id: int = Field(foreign_key="customer.id", index=True)
    name: str = Field(max_length=120)
    sort: str = Field(max_length=10)
    place: str = Field(default="", max_length=30)
    live: bool = True
    changed_at: datetime


class CustomerShare(Record, table=True):
    """A colleague with whom the owner shares a customer."""

    __tablename__ = "customer_share"
    kind: ClassVar[str] = "customer_share"

    customer_id: int = Field(foreign_key="customer.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)


class Contact(Versioned, table=True):
    """A person at a customer. `role` is 决策人, 影响人, 使用人 or 财务, `attitude` 支持, 中立 or 反对; empty while
    nobody said it. `birth_day` is month and day (06-03), of the lunar calendar where `birth_lunar`; `birthday` is the
    whole date where the year was said too.
    """

    __tablename__ = "contact"
    kind: ClassVar[str] = "contact"
    derived: ClassVar[frozenset[str]] = frozenset({"role", "attitude"})

    customer_id: int = Field(foreign_key="customer.id", index=True)
    name: str = Field(max_length=40)
    title: str = Field(default="", max_length=40)
    role: str = Field(default="", max_length=10)
    mobile: str = Field(default="", max_length=30, index=True)
    wechat: str = Field(default="", max_length=40)
    email: str = Field(default="", max_length=100)
    birthday: date | None = None
    attitude: str = Field(default="", max_length=10)
    birth_day: str = Field(default="", max_length=5)
    birth_lunar: bool = False
    active: bool = True

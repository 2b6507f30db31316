"""What people taught genjin: what the company calls its customers, their people, its products and its competitors."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from domain.tables.base import Record


class Lesson(Record, table=True):
    """One word and what it means. `sort` is customer, person, product or competitor; `how` is taught (教你), corrected
    or confirmed (就是它). `means` says it in words; a customer and a person are rows too.

    A lesson is the whole company's. `changed_at` lets caches read what is new.
    """

    __tablename__ = "lesson"
    __table_args__ = (Index("ix_lesson_changed", "changed_at"),)
    kind: ClassVar[str] = "lesson"
    derived: ClassVar[frozenset[str]] = frozenset({"changed_at"})

    person_id: int = Field(foreign_key="person.id")
    sort: str = Field(max_length=10)
    wording: str = Field(max_length=60)
    means: str = Field(max_length=120)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    how: str = Field(default="taught", max_length=10)
    changed_at: datetime

"""What people send besides words."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from domain.tables.base import BigInt, Json, Record


class Attachment(Record, table=True):
    """One picture, recording, film, file, link or place that somebody sent, on a customer once that is known.

    `sort` is image, voice, video, file, link or place. `state` is kept (the bytes are in the store under `sha256`; a
    link and a place have none), waiting (the messenger still has them, and a job fetches them) or lost (it has them
    no more). `text` is what was said in a recording, what a link is about, or the words for a place, whose degrees
    are in `details`. `activity_id` is the visit that a place belongs to. `name` is harmless, `size` is bytes.
    """

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_customer", "customer_id", "created_at"),)
    kind: ClassVar[str] = "attachment"
    derived: ClassVar[frozenset[str]] = frozenset({"state", "size", "sha256", "media_type", "details", "text"})

    person_id: int = Field(foreign_key="person.id", index=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    activity_id: int | None = Field(default=None, foreign_key="activity.id", index=True)
    inbox_id: int | None = Field(default=None, sa_type=BigInt)
    sort: str = Field(max_length=10)
    state: str = Field(default="kept", max_length=10)
    name: str = Field(default="", max_length=200)
    media_type: str = Field(default="", max_length=100)
    size: int = Field(default=0, sa_type=BigInt)
    sha256: str = Field(default="", max_length=64)
    text: str = ""
    url: str = ""
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)

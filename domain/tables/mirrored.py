"""What stands in a messenger's own lists because of us."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field

from domain.tables.base import Row


class Mirrored(Row, table=True):
    """A task in one account's list of to-dos (`place` todos) or calendar (`place` calendar).

    `item` is the messenger's own id, empty while it is not there; `shown` is as what it was put there last: of a to-do
    open, done or gone, of an appointment what tells its words and its hour from others. `times` is how often it was
    taken away again.
    """

    __tablename__ = "mirrored"
    __table_args__ = (
        Index("ux_mirrored", "task_id", "place", "channel", "userid", unique=True),
        Index("ix_mirrored_item", "channel", "item"),
    )

    task_id: int = Field(foreign_key="task.id")
    place: str = Field(max_length=10)
    channel: str = Field(max_length=20)
    userid: str = Field(max_length=64)
    item: str = Field(default="", max_length=256)
    shown: str = Field(default="", max_length=10)
    times: int = 0

"""What rows share: keys, JSON, times in UTC, money in fen, and being taken back without being lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy
from sqlalchemy import BigInteger, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

Json = sqlalchemy.JSON().with_variant(JSONB(), "postgresql")
BigInt = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts keys by itself only in a plain INTEGER


class Row(SQLModel):
    """Any row: a key that the database gives."""

    id: int = Field(default=None, primary_key=True, sa_type=BigInt)


class Record(Row):
    """A business row. Nothing is ever deleted: `gone_at` says since when it is taken back (撤销), and clearing it
    restores.

    Changes of its columns are written to the audit by `domain.audit`. `kind` is its name in references and in the
    audit. `derived` are columns that are kept by what is written elsewhere: a later change of them stands in nobody's
    way.
    """

    kind: ClassVar[str] = ""
    derived: ClassVar[frozenset[str]] = frozenset()

    created_at: datetime
    gone_at: datetime | None = Field(default=None)


class Versioned(Record):
    """A record on which two people may act: a write that did not see the newest version fails and is tried again."""

    version: int = Field(default=1)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        table = getattr(cls, "__table__", None)
        return {} if table is None else {"version_id_col": table.c.version}

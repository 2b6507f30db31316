"""What rows share: keys, JSON, times in UTC, money in fen, and being taken back without being lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy
from sqlalchemy import BigInteger, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

Json = sqlalchemy.JSON().with_variant(JSONB(), "postgresql")
BigInt = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts keys by itself only in a plain INTEGER


class Row(SQLModel):
    """Any row: a key that the database gives."""

    # Rows are never checked by pydantic, so what it would check them with is not made until somebody asks for it.
    model_config = {"defer_build": True}

    id: int = Field(default=None, primary_key=True, sa_type=BigInt)

    if not TYPE_CHECKING:  # who checks types knows the fields

        def __init__(self, **values: Any) -> None:
            """The values as they are, which SQLModel does not check for tables either; defaults for the rest."""
            constant, made = _defaults(type(self))
            if unknown := values.keys() - constant.keys():
                raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
            object.__setattr__(self, "__pydantic_fields_set__", set(values))
            self.__dict__.update(constant)
            self.__dict__.update({name: default() for name, default in made if name not in values}, **values)

        # SQLModel would look for relations, and then let pydantic write down what it never asks for again.
        __setattr__ = object.__setattr__

        def __getattr__(self, name: str) -> Any:
            """There is none: pydantic looks through what it keeps beside the columns, and SQLAlchemy asks every row."""
            raise AttributeError(f"{type(self).__name__} has no {name}")


@cache
def _defaults(kind: type[Row]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """The default of each field, and what makes those that are made anew for each row."""
    fields = kind.model_fields.items()
    constant = {name: None if field.is_required() else field.default for name, field in fields}
    made: list[tuple[str, Any]] = [
        (name, field.default_factory) for name, field in fields if field.default_factory is not None
    ]
    return {**constant, **dict.fromkeys(name for name, _ in made)}, tuple(made)


class Record(Row):
    """A business row. Nothing is ever deleted: `gone_at` says since when it is taken back (撤销), and clearing it
    restores.

    Changes of its columns are written to the audit by `domain.recording`. `kind` is its name in references and in the
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

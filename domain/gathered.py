"""The values of a column as one JSON array, in each database's own words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class gathered(GenericFunction[Any]):  # noqa: N801 - named as it is called in SQL
    """The values of a column as one JSON array."""

    type = JSON()
    inherit_cache = True


@compiles(gathered, "sqlite")
def _sqlite(element: gathered, compiler: Any, **options: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **options)})"


@compiles(gathered, "postgresql")
def _postgresql(element: gathered, compiler: Any, **options: Any) -> str:
    return f"json_agg({compiler.process(element.clauses, **options)})"

"""Alembic's environment: the connection comes from `domain.migrate`, the tables from `domain.tables`."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import domain.tables  # noqa: F401 - fills the metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite changes a column only by copying its table
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

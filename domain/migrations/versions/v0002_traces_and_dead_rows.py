"""The trace of every queued row, what a delivery answers, and dead rows found without a scan"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    dead = sa.text("state = 'dead'")
    for queue in ("inbox", "outbox", "due"):
        op.add_column(queue, sa.Column("trace", sa.String(32), nullable=False, server_default=""))
        op.create_index(f"ix_{queue}_dead", queue, ["due_at", "id"], sqlite_where=dead, postgresql_where=dead)
    op.add_column("outbox", sa.Column("cause_at", UTCDateTime(), nullable=True))

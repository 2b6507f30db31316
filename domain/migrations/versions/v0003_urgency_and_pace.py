"""How much each delivery hurries, and when it went out as a message: claiming by the one, the pace by the other"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waiting, posted = sa.text("state = 'waiting'"), sa.text("posted_at IS NOT NULL")
    op.add_column("outbox", sa.Column("urgency", sa.SmallInteger(), nullable=False, server_default="1"))
    op.add_column("outbox", sa.Column("posted_at", UTCDateTime(), nullable=True))
    # No limit looks back further than a day.
    outbox = sa.table("outbox", sa.column("mode"), *(sa.column(n, UTCDateTime()) for n in ("sent_at", "posted_at")))
    recent = outbox.c.sent_at > datetime.now(UTC) - timedelta(days=1)
    op.execute(sa.update(outbox).where(outbox.c.mode != "update", recent).values(posted_at=outbox.c.sent_at))
    op.drop_index("ix_outbox_due", "outbox")
    indexes = {
        "ix_outbox_due": (["urgency", "due_at", "id"], waiting),
        "ix_outbox_pace": (["channel", "recipient", "posted_at"], posted),
        "ix_outbox_posted": (["channel", "posted_at"], posted),
    }
    for name, (columns, which) in indexes.items():
        op.create_index(name, "outbox", columns, sqlite_where=which, postgresql_where=which)

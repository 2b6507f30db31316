"""Of one lane of messages only one is leased at a time; what a sender said of late is found by its words"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    leased = sa.text("state = 'waiting' AND lease_until IS NOT NULL")
    op.create_index("ux_inbox_leased", "inbox", ["lane"], unique=True, sqlite_where=leased, postgresql_where=leased)
    op.create_index("ix_inbox_sender", "inbox", ["channel", "sender", "received_at"])

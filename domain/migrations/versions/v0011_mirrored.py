"""What stands of tasks in a messenger's own lists of to-dos and calendars, under which of its ids"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mirrored",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(10), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("userid", sa.String(64), nullable=False),
        sa.Column("item", sa.String(256), nullable=False),
        sa.Column("shown", sa.String(10), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ux_mirrored", "mirrored", ["task_id", "place", "channel", "userid"], unique=True)
    op.create_index("ix_mirrored_item", "mirrored", ["channel", "item"])

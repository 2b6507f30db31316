"""What people teach: a word and what it means"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "lesson",
        sa.Column("id", key, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("gone_at", UTCDateTime(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(10), nullable=False),
        sa.Column("wording", sa.String(60), nullable=False),
        sa.Column("means", sa.String(120), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(10), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"]),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_lesson_changed", "lesson", ["changed_at"])
    op.create_index("ix_lesson_customer_id", "lesson", ["customer_id"])

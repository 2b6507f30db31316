"""What the address book says, people outside whom colleagues know in the messenger, and sign-ins that are over"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    _units()
    _members()
    _outsiders()
    op.create_table(
        "spent_state",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("spent_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ux_spent_state", "spent_state", ["state"], unique=True)


def _units() -> None:
    op.create_table(
        "directory_unit",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("parent", sa.String(32), nullable=False),
        sa.Column("leaders", _JSON, nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ux_directory_unit", "directory_unit", ["channel", "unit"], unique=True)


def _members() -> None:
    op.create_table(
        "directory_member",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("userid", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("title", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("bosses", _JSON, nullable=False),
        sa.Column("superior", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("seen", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ux_directory_member", "directory_member", ["channel", "userid"], unique=True)
    op.create_index("ix_directory_member_person_id", "directory_member", ["person_id"])


def _outsiders() -> None:
    op.create_table(
        "outsider",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("external_id", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("userid", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("company", sa.String(64), nullable=False),
        sa.Column("unionid", sa.String(64), nullable=False),
        sa.Column("remark", sa.String(64), nullable=False),
        sa.Column("phones", _JSON, nullable=False),
        sa.Column("level", sa.String(4), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"]),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ux_outsider", "outsider", ["channel", "external_id", "person_id"], unique=True)
    op.create_index("ix_outsider_customer", "outsider", ["customer_id"])
    op.create_index("ix_outsider_person_id", "outsider", ["person_id"])

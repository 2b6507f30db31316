"""Who holds what only one may hold, and when a messenger's connection was held: both were rows of `due` that no worker
claims"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_MOVED = """
INSERT INTO presence (name, channel, since, until, over, told)
SELECT substr(key, 9), lane, due_at, coalesce(lease_until, due_at), state = 'done', fence = 1
FROM due WHERE kind = 'present' ORDER BY id
"""


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.Column("says", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ux_hold", "hold", ["name"], unique=True)
    op.create_table(
        "presence",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ux_presence", "presence", ["name"], unique=True)
    op.execute(_MOVED)
    op.execute("DELETE FROM due WHERE kind IN ('present', 'hold')")  # whoever starts takes a hold anew

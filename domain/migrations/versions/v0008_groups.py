"""Groups that somebody set for a team or for alerts, beside those that genjin made"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# A group that is on record already was made for its team, and cannot be older than it.
_MADE = "UPDATE group_chat SET created_at = (SELECT team.created_at FROM team WHERE team.id = group_chat.team_id)"


def upgrade() -> None:
    with op.batch_alter_table("group_chat", schema=None) as group:
        group.drop_index("ux_group_chat")
        group.add_column(sa.Column("created_at", UTCDateTime(), nullable=True))
        group.add_column(sa.Column("gone_at", UTCDateTime(), nullable=True))
        group.add_column(sa.Column("use", sa.String(10), nullable=False, server_default="team"))
        group.add_column(sa.Column("set_by_id", sa.Integer(), nullable=True))
        group.add_column(sa.Column("set_at", UTCDateTime(), nullable=True))
        group.add_column(sa.Column("sealed", sa.String(), nullable=False, server_default=""))
        group.alter_column("team_id", existing_type=sa.Integer(), nullable=True)
        group.create_foreign_key("fk_group_chat_person", "person", ["set_by_id"], ["id"])
    op.execute(_MADE)
    with op.batch_alter_table("group_chat", schema=None) as group:
        group.alter_column("created_at", existing_type=UTCDateTime(), nullable=False)
        group.create_index("ux_group_chat", ["channel", "chat_id"], unique=True)

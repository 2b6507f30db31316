"""What is said of people and sales: who is for us, birthdays without a year, how many, how it is paid, why it ended"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    texts = {
        "contact": (("attitude", 10), ("birth_day", 5)),
        "opportunity": (("quantity", 60), ("payment", 80), ("reason", 200)),
        "customer": (("satisfaction", 20),),
    }
    for table, columns in texts.items():
        for name, length in columns:
            op.add_column(table, sa.Column(name, sa.String(length), nullable=False, server_default=""))
    op.add_column("contact", sa.Column("birth_lunar", sa.Boolean(), nullable=False, server_default=sa.false()))

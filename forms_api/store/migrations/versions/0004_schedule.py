"""The days on which the scheduled job ran."""

import sqlalchemy as sa
from alembic import op

from forms_api.store.types import Document, UtcDateTime, Words

revision = "0004_schedule"
down_revision = "0003_rights"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scheduled_runs",
        sa.Column("day", Words(), nullable=False),
        sa.Column("scope", Words(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_until", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("done", Document(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "scope", name=op.f("pk_scheduled_runs")),
    )


def downgrade() -> None:
    op.drop_table("scheduled_runs")

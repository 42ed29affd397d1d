"""Notices keep their markup, their number, and what they are about."""

import sqlalchemy as sa
from alembic import op

from forms_api.store.types import Document, Words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("html", Words(), nullable=False, server_default=""))
    op.add_column("notices", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    for name in ("boxes", "regimes", "purposes", "channels"):
        op.add_column("notices", sa.Column(name, Document(), nullable=False, server_default="[]"))


def downgrade() -> None:
    for name in ("channels", "purposes", "regimes", "boxes", "version", "html"):
        op.drop_column("notices", name)

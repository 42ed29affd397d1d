"""Leads found by person; the suppression list; requests of persons and the deliveries that answer them."""

import sqlalchemy as sa
from alembic import op

from forms_api.store.ids import email_key
from forms_api.store.types import Document, UtcDateTime, Words

revision = "0003_rights"
down_revision = "0002"
branch_labels = None
depends_on = None

_BATCH = 1000


def upgrade() -> None:
    op.add_column("leads", sa.Column("email_key", Words(), nullable=False, server_default=""))
    leads = sa.table("leads", sa.column("id", Words()), sa.column("email", Words()), sa.column("email_key", Words()))
    connection = op.get_bind()
    last = ""
    while rows := connection.execute(
        sa.select(leads.c.id, leads.c.email).where(leads.c.id > last).order_by(leads.c.id).limit(_BATCH)
    ).all():
        last = rows[-1].id
        keyed = [{"of": row.id, "key": email_key(row.email)} for row in rows if row.email]
        if keyed:
            change = leads.update().where(leads.c.id == sa.bindparam("of")).values(email_key=sa.bindparam("key"))
            connection.execute(change, keyed)
    op.create_index(op.f("ix_leads_email_key"), "leads", ["email_key"], unique=False)
    op.create_table(
        "suppressions",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", Words(), nullable=False),
        sa.Column("key", Words(), nullable=False),
        sa.Column("what", Words(), nullable=False),
        sa.Column("market", Words(), nullable=False),
        sa.Column("use", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_suppressions")),
        sa.UniqueConstraint("id", name=op.f("uq_suppressions_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_suppressions_key"), "suppressions", ["key"], unique=False)
    op.create_table(
        "rights_requests",
        sa.Column("id", Words(), nullable=False),
        sa.Column("lead_id", Words(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("channel", Words(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("regimes", Document(), nullable=False),
        sa.Column("cite", Words(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_rights_requests_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_requests")),
    )
    op.create_index(op.f("ix_rights_requests_lead_id"), "rights_requests", ["lead_id"], unique=False)
    op.create_table(
        "rights_deliveries",
        sa.Column("request_id", Words(), nullable=False),
        sa.Column("delivery_id", Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["rights_requests.id"], name=op.f("fk_rights_deliveries_request_id_rights_requests")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_rights_deliveries_delivery_id_deliveries")
        ),
        sa.PrimaryKeyConstraint("request_id", "delivery_id", name=op.f("pk_rights_deliveries")),
    )


def downgrade() -> None:
    op.drop_table("rights_deliveries")
    op.drop_index(op.f("ix_rights_requests_lead_id"), table_name="rights_requests")
    op.drop_table("rights_requests")
    op.drop_index(op.f("ix_suppressions_key"), table_name="suppressions")
    op.drop_table("suppressions")
    op.drop_index(op.f("ix_leads_email_key"), table_name="leads")
    op.drop_column("leads", "email_key")

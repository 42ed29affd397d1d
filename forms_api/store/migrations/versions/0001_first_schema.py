"""The first schema: leads, consent events, notices, deliveries, attempts, list members."""

import sqlalchemy as sa
from alembic import op

from forms_api.store.types import Document, UtcDateTime, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OPEN = "delivered_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL"
PARTIAL_INDEXES = (
    ("ix_deliveries_open_lane_due_at", ["lane", "due_at"], OPEN),
    ("ix_deliveries_open_due_at", ["due_at"], OPEN),
    ("ix_deliveries_claimed_until", ["claimed_until"], "claimed_until IS NOT NULL"),
)


def upgrade() -> None:
    op.create_table(
        "leads",
        sa.Column("id", Words(), nullable=False),
        sa.Column("receipt", Words(), nullable=False),
        sa.Column("submission_id", Words(), nullable=True),
        sa.Column("fingerprint", Words(), nullable=False),
        sa.Column("market", Words(), nullable=False),
        sa.Column("locale", Words(), nullable=False),
        sa.Column("form", Words(), nullable=False),
        sa.Column("page", Words(), nullable=False),
        sa.Column("email", Words(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("phone_typed", Words(), nullable=False),
        sa.Column("phone_e164", Words(), nullable=False),
        sa.Column("company", Words(), nullable=False),
        sa.Column("residence", Words(), nullable=False),
        sa.Column("region", Words(), nullable=False),
        sa.Column("answers", Document(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("quarantine_reason", Words(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
        sa.UniqueConstraint("market", "form", "submission_id", name=op.f("uq_leads_market_form_submission_id")),
        sa.UniqueConstraint("receipt", name=op.f("uq_leads_receipt")),
    )
    op.create_index(op.f("ix_leads_email"), "leads", ["email"], unique=False)
    op.create_index(op.f("ix_leads_fingerprint"), "leads", ["fingerprint"], unique=False)
    op.create_index(op.f("ix_leads_submitted_at"), "leads", ["submitted_at"], unique=False)
    op.create_table(
        "notices",
        sa.Column("digest", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("market", Words(), nullable=False),
        sa.Column("locale", Words(), nullable=False),
        sa.Column("form", Words(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_notices")),
    )
    op.create_table(
        "consent_events",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", Words(), nullable=False),
        sa.Column("lead_id", Words(), nullable=False),
        sa.Column("event", Words(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("market", Words(), nullable=False),
        sa.Column("locale", Words(), nullable=False),
        sa.Column("form", Words(), nullable=False),
        sa.Column("page", Words(), nullable=False),
        sa.Column("regimes", Document(), nullable=False),
        sa.Column("uses", Document(), nullable=False),
        sa.Column("ui_default", Words(), nullable=False),
        sa.Column("notice_digest", Words(), nullable=False),
        sa.Column("notice_text", Words(), nullable=False),
        sa.Column("notice_language", Words(), nullable=False),
        sa.Column("decision", Document(), nullable=False),
        sa.Column("doi_sent_at", UtcDateTime(), nullable=True),
        sa.Column("doi_confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("residence", Words(), nullable=False),
        sa.Column("signal_seen", Words(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_consent_events_lead_id_leads")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_consent_events")),
        sa.UniqueConstraint("id", name=op.f("uq_consent_events_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_consent_events_lead_id"), "consent_events", ["lead_id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", Words(), nullable=False),
        sa.Column("lead_id", Words(), nullable=False),
        sa.Column("market", Words(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("destination", Words(), nullable=False),
        sa.Column("lane", Words(), nullable=False),
        sa.Column("action", Words(), nullable=False),
        sa.Column("payload", Document(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.Column("failed_at", UtcDateTime(), nullable=True),
        sa.Column("failed_reason", Words(), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("attempts_count", sa.Integer(), nullable=False),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.Column("claimed_by", Words(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_deliveries_lead_id_leads")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("id", name=op.f("uq_deliveries_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deliveries_lead_id_lane"), "deliveries", ["lead_id", "lane"], unique=False)
    for name, columns, where in PARTIAL_INDEXES:
        op.create_index(name, "deliveries", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_table(
        "list_members",
        sa.Column("list", Words(), nullable=False),
        sa.Column("lead_id", Words(), nullable=False),
        sa.Column("market", Words(), nullable=False),
        sa.Column("locale", Words(), nullable=False),
        sa.Column("email", Words(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("phone_e164", Words(), nullable=False),
        sa.Column("company", Words(), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_list_members_lead_id_leads")),
        sa.PrimaryKeyConstraint("list", "lead_id", name=op.f("pk_list_members")),
    )
    op.create_table(
        "attempts",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("delivery_id", Words(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("outcome", Words(), nullable=False),
        sa.Column("detail", Words(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_attempts_delivery_id_deliveries")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_attempts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attempts_delivery_id"), "attempts", ["delivery_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_attempts_delivery_id"), table_name="attempts")
    op.drop_table("attempts")
    op.drop_table("list_members")
    for name, _, _ in PARTIAL_INDEXES:
        op.drop_index(name, table_name="deliveries")
    op.drop_index(op.f("ix_deliveries_lead_id_lane"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_consent_events_lead_id"), table_name="consent_events")
    op.drop_table("consent_events")
    op.drop_table("notices")
    op.drop_index(op.f("ix_leads_submitted_at"), table_name="leads")
    op.drop_index(op.f("ix_leads_fingerprint"), table_name="leads")
    op.drop_index(op.f("ix_leads_email"), table_name="leads")
    op.drop_table("leads")

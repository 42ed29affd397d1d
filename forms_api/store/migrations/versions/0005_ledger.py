"""Consent events become a ledger: numbered without gaps, chained, what is personal in them sealed with a key per lead."""

import sqlalchemy as sa
from alembic import op

from forms_api.store import ledger
from forms_api.store.consents import without_query
from forms_api.store.keys import key_for_writing, keys_of, seal_values
from forms_api.store.types import Words

revision = "0005_ledger"
down_revision = "0004_schedule"
branch_labels = None
depends_on = None

EVENTS = sa.table(
    "consent_events",
    sa.column("seq", sa.BigInteger()),
    *(sa.column(name, Words()) for name in ("id", "lead_id", "page", "residence", "sealed", "link")),
)


def upgrade() -> None:
    op.create_table(
        "lead_keys",
        sa.Column("lead_id", Words(), nullable=False),
        sa.Column("wrapped", Words(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_keys_lead_id_leads")),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_lead_keys")),
    )
    for name in ("sealed", "link"):
        op.add_column("consent_events", sa.Column(name, Words(), nullable=False, server_default=""))
    connection = op.get_bind()
    numbers = connection.execute(sa.select(EVENTS.c.seq).order_by(EVENTS.c.seq)).scalars().all()
    for number, old in enumerate(numbers, start=1):
        _seal(connection, number, old)
    op.drop_column("consent_events", "residence")
    if numbers:
        _chain(connection)


def downgrade() -> None:
    raise NotImplementedError("what is sealed cannot be put back for leads that were erased; restore a backup instead")


def _seal(connection: sa.Connection, number: int, old: int) -> None:
    """Gives the row its number, and moves its personal values under the lead's key."""
    here = EVENTS.c.seq == old
    row = connection.execute(sa.select(EVENTS.c.id, EVENTS.c.lead_id, EVENTS.c.page, EVENTS.c.residence).where(here)).one()
    values = {name: value for name, value in (("residence", row.residence), ("page", row.page)) if value}
    page = without_query(row.page)
    if page == row.page:
        values.pop("page", None)
    key = key_for_writing(connection, row.lead_id) if values else None
    sealed = seal_values(key, row.id, values) if key is not None else ""
    connection.execute(EVENTS.update().where(here).values(seq=number, page=page, sealed=sealed))


def _chain(connection: sa.Connection) -> None:
    key, link, links = keys_of(connection).chain, ledger.GENESIS, []
    for row in ledger.stored_rows(connection):
        link = ledger.link_after(key, link, list(row.values.values()))
        links.append({"of": row.values["seq"], "to": link})
    connection.execute(EVENTS.update().where(EVENTS.c.seq == sa.bindparam("of")).values(link=sa.bindparam("to")), links)
    connection.info[ledger.HEAD] = None

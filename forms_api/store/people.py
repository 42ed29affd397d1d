"""One person's leads: everything that came from one address."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from forms_api.store.ids import email_key
from forms_api.store.rows import row_to_lead
from forms_api.store.schema import leads
from leadcore.model.leads import Lead


def leads_of(connection: Connection, email: str, markets: Collection[str]) -> tuple[Lead, ...]:
    """The leads of an address in these markets, oldest first. An erased lead has no address and is nobody's."""
    if not email:
        return ()
    query = sa.select(leads).where(leads.c.email_key == email_key(email), leads.c.market.in_(markets))
    rows = connection.execute(query.order_by(leads.c.submitted_at, leads.c.id)).mappings()
    return tuple(row_to_lead(row) for row in rows)

"""What the recipient's law says of a message on its way: its labels and foot, and the hours in which it may go. No Flask here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy.engine import Engine

from forms_api.cases import law_of
from forms_api.destinations.base import Permanent, Result, RetryAt
from forms_api.store import leads
from forms_api.store.engine import reading
from leadcore.consent.hours import open_from
from leadcore.consent.identification import Identification, identification
from leadcore.consent.zones import zone_of
from leadcore.model.leads import Delivery, Lead
from leadcore.model.locales import language_of
from leadcore.model.markets import Market
from leadcore.model.project import Project

NO_HOUR = "no_allowed_hour"


def marks_of(market: Market, lead: Lead, day: dt.date) -> Identification:
    """What an advertising message to this lead has to show about itself."""
    return identification(law_of(market, lead, day), home=lead.residence, language=language_of(lead.locale))


def recipient_zone(market: Market, lead: Lead) -> str:
    """The time zone (IANA) in which the recipient's hours are counted: of the residence, else of the market."""
    if lead.residence in ("", market.country) and not lead.region:
        return market.time_zone
    return zone_of(lead.residence or market.country, lead.region)


def allowed_at(market: Market, lead: Lead, use: str, wanted: dt.datetime) -> dt.datetime | None:
    """The first moment from `wanted` (aware) on at which a message may go; None where the regimes leave no hour."""
    return open_from(law_of(market, lead, wanted.date()), use, wanted, recipient_zone(market, lead))


def is_advertising(delivery: Delivery) -> bool:
    """Whether a delivery is a mail of a nurture sequence, and not one that answers what somebody did."""
    return delivery.kind == "mail" and "/" in delivery.name


def hours_gate(
    engine: Engine, project: Callable[[], Project], clock: Callable[[], dt.datetime]
) -> Callable[[Delivery], Result | None]:
    """A gate of the outbox: an advertising mail outside the recipient's hours waits for the next allowed one."""

    def gate(delivery: Delivery) -> Result | None:
        market = project().markets.get(delivery.market)
        if market is None or not is_advertising(delivery):
            return None
        try:
            with reading(engine) as connection:
                lead = leads.by_id(connection, delivery.lead_id)
        except leads.UnknownLead:
            return None
        now = clock()
        at = allowed_at(market, lead, "email", now)
        if at is None:
            return Permanent(code=NO_HOUR, detail="the regimes in force leave no hour of any week")
        return RetryAt(reason="outside the recipient's hours", at=at) if at > now else None

    return gate

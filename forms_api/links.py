"""The pages behind the links in mails, as decisions: what a lead may do now, and what doing it stores. No Flask here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection

from forms_api.cases import TICK_KEYS, case_of
from forms_api.followup import allowed_uses, consented, waits_for_parent
from forms_api.minors import age_claimed
from forms_api.store import consents, leads, rights
from forms_api.store.ids import derived_id
from forms_api.store.leads import Changed
from leadcore.consent.decide import decide
from leadcore.consent.standing import ended_uses, standings
from leadcore.model.leads import ConsentEvent, Lead
from leadcore.model.markets import Market
from leadcore.model.project import Project

#: Days in which an address may be confirmed; after them the request has to be made again.
CONFIRM_DAYS = 30


def expired(lead: Lead, now: dt.datetime) -> bool:
    """Whether the confirmation came too late."""
    return lead.confirmed_at is None and now - lead.submitted_at > dt.timedelta(days=CONFIRM_DAYS)


def given_event(connection: Connection, lead_id: str) -> ConsentEvent | None:
    """The first consent event of a lead: what was shown and answered in the form."""
    return next((e for e in consents.of_lead(connection, lead_id) if e.event in ("given", "refused")), None)


def asks_parent(events: Iterable[ConsentEvent]) -> bool:
    """Whether the confirmation that a lead waits for is a parent's, by its consent record."""
    return any(waits_for_parent(e.decision) for e in events if e.event in ("given", "refused"))


def confirm(connection: Connection, project: Project, lead: Lead, secret_key: str, now: dt.datetime) -> Changed:
    """Confirms the address and adds what may follow: the same decision, with the awaited event now true."""
    market, definition = project.markets[lead.market], project.forms[lead.form]
    given = given_event(connection, lead.id)
    if given is None:
        raise leads.UnknownLead(lead.id)
    # What was taken back before the confirmation stays taken back.
    back = ended_uses(standings(consents.of_lead(connection, lead.id)))
    given = replace(given, uses={use: {**one, "ticked": bool(one.get("ticked")) and use not in back} for use, one in given.uses.items()})
    decision = decide(decision_case(market, lead, given))
    parent = waits_for_parent(decision)
    pending = consented(project, market, definition, lead, allowed_uses(decision, confirmed=True), secret_key, now)
    event = replace(
        given,
        id=derived_id(lead.id, "consent/parent_confirmed" if parent else "consent/confirmed"),
        event="parent_confirmed" if parent else "confirmed",
        at=now,
        decision=decision,
        doi_sent_at=lead.submitted_at,
        doi_confirmed_at=now,
    )
    return leads.confirm(connection, lead.id, now, pending, event)


def withdraw(connection: Connection, lead: Lead, now: dt.datetime) -> Changed:
    """Ends every consent of the lead; destinations already reached are told."""
    given = given_event(connection, lead.id)
    if given is None:
        raise leads.UnknownLead(lead.id)
    event = replace(given, id=derived_id(lead.id, "consent/withdrawn"), event="withdrawn", at=now, uses=_unticked(given))
    return rights.withdraw(connection, lead.id, now, event)


def erase(connection: Connection, lead: Lead, now: dt.datetime) -> Changed:
    """Empties every personal value of the lead; the proof of what was shown stays without them."""
    given = given_event(connection, lead.id)
    event = None
    if given is not None:
        event = replace(given, id=derived_id(lead.id, "consent/erased"), event="erased", at=now, uses=_unticked(given))
    return rights.erase(connection, lead.id, now, event)


def held(lead: Lead, events: tuple[ConsentEvent, ...]) -> dict[str, Any]:
    """Everything kept about a lead, for its own export."""
    return {
        "receipt": lead.receipt,
        "market": lead.market,
        "locale": lead.locale,
        "form": lead.form,
        "page": lead.page,
        "name": lead.name,
        "email": lead.email,
        "phone": lead.phone_typed,
        "phone_e164": lead.phone_e164,
        "company": lead.company,
        "residence": lead.residence,
        "region": lead.region,
        "answers": dict(lead.answers),
        "submitted_at": _iso(lead.submitted_at),
        "confirmed_at": _iso(lead.confirmed_at),
        "withdrawn_at": _iso(lead.withdrawn_at),
        "consents": [
            {
                "event": e.event,
                "at": _iso(e.at),
                "uses": {use: dict(one) for use, one in e.uses.items()},
                "notice_digest": e.notice_digest,
                "notice_language": e.notice_language,
                "notice_text": e.notice_text,
                "regimes": list(e.regimes),
            }
            for e in events
        ],
    }


def decision_case(market: Market, lead: Lead, given: ConsentEvent) -> dict[str, Any]:
    """The case that a stored lead was decided by, with its address confirmed."""
    ticks = {TICK_KEYS[use]: bool(one.get("ticked")) for use, one in given.uses.items() if use in TICK_KEYS}
    residence, _, region = given.residence.partition("-")
    return case_of(
        market,
        locale=lead.locale,
        languages=(given.notice_language, *_served(given)),
        ticks=ticks,
        residence=residence,
        region=region,
        phone=lead.phone_e164,
        signal=bool(given.signal_seen),
        today=given.at.date(),
        confirmed=True,
        age=age_claimed(lead),
    )


def _served(given: ConsentEvent) -> tuple[str, ...]:
    """Languages that the first decision found served, so that confirming does not judge them again."""
    shown = given.decision.get("show", ())
    codes = shown if isinstance(shown, (list, tuple)) else ()
    return tuple(str(c).partition(":")[2] for c in codes if str(c).startswith("lang:"))


def _unticked(event: ConsentEvent) -> dict[str, dict[str, object]]:
    return {use: {**one, "ticked": False} for use, one in event.uses.items()}


def _iso(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None

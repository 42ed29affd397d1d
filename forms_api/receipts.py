"""Consent events of the store as ISO/IEC TS 27560 records, one for each use that was ever ticked. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from collections.abc import Sequence
from typing import Any

from forms_api.letters import unsubscribe_url
from leadcore.consent.records import ConsentEvent as RecordEvent
from leadcore.consent.records import ConsentRecord, DataItem, Recipient, State, receipt_json_ld
from leadcore.consent.standing import standings
from leadcore.model import addresses
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import ConsentEvent, Lead
from leadcore.model.markets import Market

#: What each standing is called in a receipt. What still waits for something has been asked for and not been given.
_STATES: dict[str, State] = {
    "requested": "requested",
    "pending": "requested",
    "given": "given",
    "refused": "refused",
    "withdrawn": "withdrawn",
    "objected": "withdrawn",
    "erased": "withdrawn",
    "expired": "expired",
}
#: Events that are told although they change no state: they are why it stands.
_TOLD = ("given", "confirmed", "reconfirmed", "parent_confirmed")
#: How each kind of event came about; others by what our own clock or people did.
_HOW = {"requested": "web form", "given": "web form", "refused": "web form", "confirmed": "link in a mail", "reconfirmed": "link in a mail", "parent_confirmed": "link in a mail"}
_SCHEDULED = ("expired",)
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://leadsite.example/consent")


def receipts(
    lead: Lead,
    events: Sequence[ConsentEvent],
    market: Market,
    definition: FormDefinition | None,
    secret_key: str,
    *,
    version: int = 0,
    now: dt.datetime | None = None,
) -> list[dict[str, Any]]:
    """The receipts of a lead as JSON-LD, one per use; empty when nothing was ever ticked.

    `version` is the number of the notice in the register, `now` (aware UTC) the time of issue. The definition is None
    where the form has left the project.
    """
    return [receipt_json_ld(record) for record in consent_records(lead, events, market, definition, secret_key, version=version, now=now)]


def consent_records(
    lead: Lead,
    events: Sequence[ConsentEvent],
    market: Market,
    definition: FormDefinition | None,
    secret_key: str,
    *,
    version: int = 0,
    now: dt.datetime | None = None,
) -> list[ConsentRecord]:
    """The consent records of a lead, one for each use that was ever ticked."""
    uses = dict.fromkeys(use for e in events for use, one in e.uses.items() if one.get("ticked"))
    return [_record(lead, events, use, market, definition, secret_key, version, now) for use in uses]


def history(events: Sequence[ConsentEvent], use: str) -> tuple[RecordEvent, ...]:
    """What became of one use, event by event; events that say nothing of it are left out."""
    found: list[RecordEvent] = []
    for index, event in enumerate(events):
        held = [one for (_, on), one in standings(events[: index + 1]).items() if on == use]
        if not held:
            continue
        state = _STATES[max(held, key=lambda one: one.since).state]
        if event.event == "reconfirmed" and state == "given":
            state = "renewed"
        if found and found[-1].state == state and event.event not in _TOLD:
            continue
        actor = "controller" if event.event in _SCHEDULED else "data subject"
        how = "schedule" if event.event in _SCHEDULED else _HOW.get(event.event, "privacy page or link in a mail")
        found.append(RecordEvent(state=state, at=event.at, actor=actor, how=how))
    return tuple(found)


def _record(
    lead: Lead,
    events: Sequence[ConsentEvent],
    use: str,
    market: Market,
    definition: FormDefinition | None,
    secret_key: str,
    version: int,
    now: dt.datetime | None,
) -> ConsentRecord:
    first = next(e for e in events if e.uses.get(use, {}).get("ticked"))
    one, language = first.uses[use], lead.locale.split("-")[0]
    purpose_id = str(one.get("purpose", ""))
    purposes = {p.id: p.summary for p in definition.purposes} if definition else {}
    confirmed = next((e for e in events if e.event == "confirmed"), None)
    controller, facts = market.controller, market.privacy
    # The receipt may be shown to others: of the links that need no log-in it holds only the one that withdraws.
    privacy = addresses.absolute(market, addresses.legal_path(market, lead.locale, "privacy"))
    return ConsentRecord(
        id=str(uuid.uuid5(_SPACE, f"{lead.id}/{use}")),
        receipt=lead.receipt,
        issued_at=now,
        person=hmac.new(secret_key.encode(), lead.id.encode(), hashlib.sha256).hexdigest(),
        use=use,
        purpose=str(one.get("wording") or purposes.get(purpose_id, purpose_id)),
        purpose_id=purpose_id,
        legal_basis="consent",
        events=history(events, use),
        default_state=first.ui_default,
        text=first.notice_text,
        text_digest=first.notice_digest,
        notice_version=str(version) if version else first.notice_digest[:12],
        language=first.notice_language,
        page=first.page,
        form=first.form,
        form_version=first.notice_digest[:12],
        regimes=first.regimes,
        rules_version=first.at.date().isoformat(),
        controller=controller.name_in(language),
        controller_id=controller.registration_in(language),
        controller_address=controller.address_in(language),
        controller_contact=controller.email,
        data=tuple(DataItem(label=f.label, type=f.type, required=f.required) for f in definition.fields if f.label) if definition else (),
        recipients=tuple(Recipient(name=r.name_in(language), role=r.role, country=r.country) for r in facts.recipients),
        storage_countries=(facts.storage_country,),
        retention_months=facts.retention_months,
        withdrawal_url=unsubscribe_url(market, secret_key, lead),
        rights_url=privacy,
        rights_contact=controller.privacy_contact_in(language) or controller.email,
        privacy_url=privacy,
        authority=facts.authority.get(language, ""),
        authority_url=facts.authority_url,
        transfer_basis=facts.transfer_basis,
        doi_sent_at=confirmed.doi_sent_at if confirmed else None,
        doi_confirmed_at=confirmed.doi_confirmed_at if confirmed else None,
        signal_seen=bool(first.signal_seen),
    )

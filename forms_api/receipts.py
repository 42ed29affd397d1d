"""Consent events of the store as ISO/IEC TS 27560 records, one for each use that was ever ticked. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from leadcore.consent.records import ConsentEvent as RecordEvent
from leadcore.consent.records import ConsentRecord, State, receipt_json_ld
from leadcore.model import addresses
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import ConsentEvent, Lead
from leadcore.model.markets import Market

#: The state each event of the store stands for; a refusal is told by the missing tick.
_STATES: dict[str, State] = {"given": "given", "confirmed": "given", "withdrawn": "withdrawn", "erased": "withdrawn"}


def receipts(
    lead: Lead, events: Sequence[ConsentEvent], market: Market, definition: FormDefinition, secret_key: str
) -> list[dict[str, Any]]:
    """The receipts of a lead as JSON-LD, one per use; empty when nothing was ever ticked."""
    first = events[0]
    uses = dict.fromkeys(use for e in events for use, one in e.uses.items() if one.get("ticked"))
    return [receipt_json_ld(_record(lead, events, first, use, market, definition, secret_key)) for use in uses]


def _record(
    lead: Lead,
    events: Sequence[ConsentEvent],
    first: ConsentEvent,
    use: str,
    market: Market,
    definition: FormDefinition,
    secret_key: str,
) -> ConsentRecord:
    one = first.uses[use]
    purpose = next((p.summary for p in definition.purposes if p.id == one.get("purpose")), str(one.get("purpose", "")))
    confirmed = next((e for e in events if e.event == "confirmed"), None)
    privacy = addresses.absolute(market, addresses.legal_path(market, lead.locale, "privacy"))
    language = lead.locale.split("-")[0]
    return ConsentRecord(
        id=f"{lead.id}-{use}",
        person=hmac.new(secret_key.encode(), lead.id.encode(), hashlib.sha256).hexdigest(),
        use=use,
        purpose=purpose,
        legal_basis="consent",
        events=tuple(
            RecordEvent(state=_STATES.get(e.event, "refused"), at=e.at, actor="data subject", how="web form" if e is first else "link in a mail")
            for e in events
        ),
        default_state=first.ui_default,
        text=first.notice_text,
        text_digest=first.notice_digest,
        notice_version=first.notice_digest[:12],
        language=first.notice_language,
        page=first.page,
        form=first.form,
        form_version=first.notice_digest[:12],
        regimes=first.regimes,
        rules_version=first.at.date().isoformat(),
        controller=market.controller.name_in(language),
        controller_address=market.controller.address_in(language),
        controller_contact=market.controller.email,
        data_categories=tuple(f.label for f in definition.fields if f.label),
        recipients=tuple(r.name for r in market.privacy.recipients),
        storage_countries=(market.privacy.storage_country,),
        retention_months=market.privacy.retention_months,
        withdrawal_url=privacy,
        rights_url=privacy,
        privacy_url=privacy,
        authority=market.privacy.authority.get(language, ""),
        transfer_basis=market.privacy.transfer_basis,
        doi_sent_at=confirmed.doi_sent_at if confirmed else None,
        doi_confirmed_at=confirmed.doi_confirmed_at if confirmed else None,
        signal_seen=bool(first.signal_seen),
    )

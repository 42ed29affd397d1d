"""The consent receipt behind its link: a page in the lead's language, and the same as JSON-LD. Both only show."""

from __future__ import annotations

import json

from flask import Blueprint, Response, make_response

from forms_api.letters import receipt_url, unsubscribe_url
from forms_api.pages import receipt_page
from forms_api.receipt_view import receipt_view
from forms_api.receipts import consent_records
from forms_api.routes.linked import Visit, linked
from forms_api.routes.submissions import nowhere, services
from forms_api.store import notices
from forms_api.store.engine import reading
from leadcore.consent.records import ConsentRecord, receipt_json_ld

receipts = Blueprint("receipts", __name__)


@receipts.get("/receipt/<token>")
@linked("receipt", until=("erased_at",))
def show_receipt(visit: Visit) -> Response:
    kit, lead, market = services(), visit.lead, visit.market
    key = kit.settings.secret_key
    view = receipt_view(
        visit.words, market, lead, kit.project().forms.get(lead.form), visit.events, _records(visit),
        download_url=f"{receipt_url(market, key, lead)}/receipt.jsonld", withdraw_url=unsubscribe_url(market, key, lead),
    )  # fmt: skip
    return make_response(receipt_page(kit.project(), market, visit.locale, view))


@receipts.get("/receipt/<token>/receipt.jsonld")
@linked("receipt", until=("erased_at",))
def download_receipt(visit: Visit) -> Response:
    """One object for one consent, a list for several; 404 where nothing was agreed to."""
    made = [receipt_json_ld(record) for record in _records(visit)]
    if not made:
        return nowhere()
    text = json.dumps(made[0] if len(made) == 1 else made, ensure_ascii=False, indent=2)
    response = Response(text + "\n", mimetype="application/ld+json")
    response.headers["Content-Disposition"] = f'attachment; filename="{visit.lead.receipt}.jsonld"'
    return response


def _records(visit: Visit) -> list[ConsentRecord]:
    kit, lead = services(), visit.lead
    digest = next((e.notice_digest for e in visit.events if e.notice_digest), "")
    with reading(kit.engine) as connection:
        notice = notices.by_digest(connection, digest)
    return consent_records(
        lead, visit.events, visit.market, kit.project().forms.get(lead.form), kit.settings.secret_key,
        version=notice.version if notice else 0, now=kit.clock(),
    )  # fmt: skip

"""The consent receipt from its link: a page in the lead's language, and the same facts as JSON-LD."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from forms_api.letters import receipt_url, unsubscribe_url
from forms_api.receipts import history
from leadcore.model.leads import Lead

from ..pages_read import Page
from ..served import KEY, Api


def receipt_path(api: Api, lead: Lead) -> str:
    market = api.project.markets[lead.market]
    return receipt_url(market, KEY, lead).removeprefix(market.forms_url)


def confirmed(api: Api, market: str = "in", locale: str = "gu-IN", **answers: str) -> Lead:
    lead = api.taken(market, locale, "demo", **{"phone": "98200 12345", "message": "Namaste", "consent_news_email": "yes", **answers})
    api.client.post(api.link(lead, "confirm"))
    return next(one for one in api.leads() if one.id == lead.id)


def downloaded(api: Api, lead: Lead) -> Any:
    return json.loads(api.client.get(receipt_path(api, lead) + "/receipt.jsonld").get_data(as_text=True))


@pytest.mark.parametrize(("market", "locale", "phone"), [("in", "gu-IN", "98200 12345"), ("ae", "ar-AE", "050 123 4567"), ("de", "de", "030 123456")])
def test_the_page_after_confirming_leads_to_the_receipt_in_the_leads_language(api: Api, market: str, locale: str, phone: str) -> None:
    locale = locale if locale in api.project.markets[market].locales else api.project.markets[market].locales[0]
    lead = confirmed(api, market, locale, phone=phone)
    thanks = Page(api.client.post(api.link(lead, "confirm")).get_data(as_text=True))
    (link,) = [url for url, _ in thanks.links if "/receipt/" in url]
    answer = api.client.get(link.removeprefix(api.project.markets[market].forms_url))
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 200 and page.lang == locale
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    first = api.events(lead)[0]
    assert lead.receipt in page.main and first.notice_digest in page.main
    assert str(first.uses["email"]["wording"]) in page.main
    for line in first.notice_text.split("\n"):
        assert line in page.main
    assert api.project.markets[market].controller.name_in(locale.split("-")[0]) in page.main
    assert lead.email not in page.main, "the page proves what was agreed; whose it is the lead knows"


def test_the_receipt_is_downloaded_as_json_ld(any_api: Api) -> None:
    lead = confirmed(any_api)
    answer = any_api.client.get(receipt_path(any_api, lead) + "/receipt.jsonld")
    assert answer.mimetype == "application/ld+json"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{lead.receipt}.jsonld"'
    receipt, first = json.loads(answer.get_data(as_text=True)), any_api.events(lead)[0]
    assert receipt["dct:conformsTo"].startswith("ISO-IEC-TS-27560:2023")
    assert receipt["dct:isPartOf"] == lead.receipt and receipt["dct:issued"]["@value"] == "2026-11-21T12:00:00Z"
    assert receipt["dpv:hasNotice"]["dct:identifier"] == f"sha256:{first.notice_digest}"
    assert (receipt["dpv:hasNotice"]["dct:language"], receipt["dpv:hasNotice"]["dct:description"]) == ("gu-IN", first.notice_text)
    process = receipt["dpv:hasProcess"]
    assert (process["dpv:hasPurpose"]["dct:identifier"], process["dpv:hasPurpose"]["dct:type"]) == ("news", "email")
    assert {item["@type"] for item in process["dpv:hasPersonalData"]} >= {"pd:EmailAddress", "pd:TelephoneNumber", "pd:Name"}
    assert process["dpv:hasStorageCondition"]["dpv:hasLocation"] == ["loc:IN"]
    assert "loc:IN" in process["dpv:hasJurisdiction"]
    assert receipt["dpv:hasRecipient"][0]["dpv:hasLocation"] == "loc:IN"
    assert "privacy@in.karvan.example" in receipt["dpv:hasRight"]["dpv:hasContact"]
    market = any_api.project.markets["in"]
    assert receipt["dpv:hasConsentControl"]["schema:url"] == unsubscribe_url(market, KEY, lead)
    assert [e["@type"] for e in receipt["dpv:hasActivity"]] == ["dpv:ConsentRequested", "dpv:ConsentGiven"]
    assert receipt["dpv:hasConsentStatus"] == "dpv:ConsentGiven"
    assert [e["dpv:hasIndicationMethod"] for e in receipt["dpv:hasActivity"]] == ["web form", "link in a mail"]
    assert lead.email not in json.dumps(receipt) and "/privacy/ey" not in json.dumps(receipt), "it may be shown to others"


def test_a_tick_that_waits_for_a_confirmation_is_only_requested(api: Api) -> None:
    lead = confirmed(api)
    given, done = api.events(lead)[0], api.events(lead)[-1]
    waits = replace(given, uses={"email": {"ticked": True, "wording": "…", "purpose": "news", "awaits": ["doi_confirmed"]}})
    assert [e.state for e in history([waits], "email")] == ["requested"]
    after = replace(done, uses=waits.uses)
    assert [(e.state, e.how) for e in history([waits, after], "email")] == [("requested", "web form"), ("given", "link in a mail")]
    gone = replace(given, event="expired", at=given.at + dt.timedelta(days=900), uses={"email": {"ticked": False, "purpose": "news"}})
    assert [(e.state, e.actor) for e in history([waits, after, gone], "email")][-1] == ("expired", "controller")
    assert history([given], "sms") == ()


def test_a_withdrawal_is_told_by_the_receipt(api: Api) -> None:
    lead = confirmed(api)
    api.clock.advance(days=3)
    api.client.post(api.link(lead, "unsubscribe"))
    receipt = downloaded(api, lead)
    assert receipt["dpv:hasConsentStatus"] == "dpv:ConsentWithdrawn"
    assert receipt["dpv:hasActivity"][-1]["dct:date"]["@value"] == "2026-11-24T12:00:00Z"
    links = Page(api.client.get(receipt_path(api, lead)).get_data(as_text=True)).links
    assert not any("/unsubscribe/" in url for url, _ in links), "nothing is left to withdraw"


def test_a_lead_that_agreed_to_nothing_has_a_page_and_no_download(api: Api) -> None:
    lead = api.taken("us", "en-US")
    page = Page(api.client.get(receipt_path(api, lead)).get_data(as_text=True))
    assert "Nothing beyond your request" in page.main
    assert not any("jsonld" in url for url, _ in page.links)
    assert api.client.get(receipt_path(api, lead) + "/receipt.jsonld").status_code == 404


def test_an_erased_lead_has_no_receipt(api: Api) -> None:
    from forms_api import links
    from forms_api.store.engine import writing

    lead = confirmed(api)
    with writing(api.kit.engine) as connection:
        links.erase(connection, lead, api.clock())
    for path in (receipt_path(api, lead), receipt_path(api, lead) + "/receipt.jsonld"):
        answer = api.client.get(path)
        assert lead.receipt not in answer.get_data(as_text=True) and "jsonld" not in answer.get_data(as_text=True)


def test_a_token_of_another_purpose_opens_no_receipt(api: Api) -> None:
    lead = confirmed(api)
    token = api.link(lead, "confirm").rpartition("/")[2]
    assert api.client.get(f"/receipt/{token}").status_code == 404
    assert api.client.get(f"/receipt/{token}/receipt.jsonld").status_code == 404
    assert api.client.post(receipt_path(api, lead)).status_code in (404, 405)

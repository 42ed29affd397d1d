"""The consent record and the receipt made from it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from leadcore.consent.records import ConsentEvent, ConsentRecord, DataItem, Recipient, receipt_json_ld

GIVEN = ConsentEvent(state="given", at=datetime(2026, 11, 22, 10, tzinfo=UTC), actor="person", how="ticked box")
WITHDRAWN = ConsentEvent(state="withdrawn", at=datetime(2026, 12, 1, 8, tzinfo=UTC), actor="person", how="one-click")
RECORD = ConsentRecord(
    id="0b4d4e2e-7c1f-4f0c-9a51-0c9c1a2b3c4d",
    person="hmac-sha256:5f2c",
    use="email",
    purpose="news about our products",
    legal_basis="UWG §7(2) no. 2; GDPR art. 6(1)(a)",
    events=(GIVEN,),
    default_state="empty",
    text="Who we are\nExample GmbH is responsible for your data.",
    text_digest="ab" * 32,
    notice_version="2026-11-22.1",
    language="de",
    page="https://example.com/de/guide/",
    form="guide",
    form_version="3",
    regimes=("EU", "DE"),
    rules_version="1",
    controller="Example GmbH",
    controller_address="Musterweg 1, 10115 Berlin",
    controller_contact="privacy@example.com",
    data=(DataItem(label="email address", type="email"),),
    recipients=(Recipient(name="Mailer AG", role="mail", country="CH"),),
    storage_countries=("DE",),
    retention_months=24,
    withdrawal_url="https://example.com/u/",
    doi_sent_at=datetime(2026, 11, 22, 10, 1, tzinfo=UTC),
    parent_evidence="mother@example.com",
    dues=(("retention_due", date(2028, 11, 22)),),
)

MANDATORY = (
    *("@context", "@id", "@type", "dct:identifier", "dct:conformsTo", "dpv:hasDataSubject", "dpv:hasConsentStatus"),
    *("dpv:hasNotice", "dpv:hasProcess", "dpv:hasDataController", "dpv:hasRecipient", "dpv:hasConsentControl"),
    "dpv:hasActivity",
)


@pytest.mark.parametrize("key", MANDATORY)
def test_a_receipt_holds_what_the_specification_asks_for(key):
    assert receipt_json_ld(RECORD)[key]


def test_a_receipt_is_json_in_the_vocabulary():
    receipt = json.loads(json.dumps(receipt_json_ld(RECORD)))
    assert receipt["dpv:hasConsentStatus"] == "dpv:ConsentGiven"
    assert receipt["dpv:hasNotice"]["dct:language"] == "de"
    assert receipt["dpv:hasNotice"]["dct:description"] == RECORD.text
    process = receipt["dpv:hasProcess"]
    assert process["dpv:hasPurpose"]["dct:title"] == "news about our products"
    assert process["dpv:hasStorageCondition"]["dpv:hasDuration"]["@value"] == "P24M"
    assert process["dpv:hasJurisdiction"] == ["loc:EU", "loc:DE"]
    prefixes = {key.split(":")[0] for key in receipt if ":" in key}
    assert prefixes <= set(receipt["@context"])


def test_a_receipt_tells_nothing_about_other_people():
    assert "mother@example.com" not in json.dumps(receipt_json_ld(RECORD))


def test_the_state_is_the_latest_events_whatever_their_order():
    record = replace(RECORD, events=(WITHDRAWN, GIVEN))
    assert record.state == "withdrawn"
    assert record.withdrawn_at == WITHDRAWN.at
    receipt = receipt_json_ld(record)
    assert receipt["dpv:hasConsentStatus"] == "dpv:ConsentWithdrawn"
    assert [event["@type"] for event in receipt["dpv:hasActivity"]] == ["dpv:ConsentGiven", "dpv:ConsentWithdrawn"]


def test_a_renewed_consent_is_not_withdrawn():
    renewed = replace(GIVEN, state="renewed", at=WITHDRAWN.at + timedelta(days=1))
    assert replace(RECORD, events=(GIVEN, WITHDRAWN, renewed)).withdrawn_at is None


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=1))], ids=["naive", "plus-one"])
def test_a_time_that_is_not_utc_is_refused(zone):
    with pytest.raises(ValueError, match="aware UTC"):
        replace(GIVEN, at=datetime(2026, 11, 22, tzinfo=zone))
    with pytest.raises(ValueError, match="doi_sent_at"):
        replace(RECORD, doi_sent_at=datetime(2026, 11, 22, tzinfo=zone))


def test_a_record_without_an_event_is_refused():
    with pytest.raises(ValueError, match="event"):
        replace(RECORD, events=())

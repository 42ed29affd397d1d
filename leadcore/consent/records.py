"""The consent record (ours) and the consent receipt made from it (theirs), as ISO/IEC TS 27560:2023 in JSON-LD.

Terms come from the W3C Data Privacy Vocabulary. Neither holds an address in the clear: a person is a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Literal

SCHEMA_VERSION = "ISO-IEC-TS-27560:2023 leadsite-1"

State = Literal["unknown", "requested", "refused", "given", "renewed", "expired", "invalidated", "revoked", "withdrawn"]

_STATUS: Mapping[str, str] = MappingProxyType(
    {
        "unknown": "dpv:ConsentUnknown",
        "requested": "dpv:ConsentRequested",
        "refused": "dpv:ConsentRefused",
        "given": "dpv:ConsentGiven",
        "renewed": "dpv:RenewedConsentGiven",
        "expired": "dpv:ConsentExpired",
        "invalidated": "dpv:ConsentInvalidated",
        "revoked": "dpv:ConsentRevoked",
        "withdrawn": "dpv:ConsentWithdrawn",
    }
)
_PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        "email": "dpv:DirectMarketing",
        "sms": "dpv:DirectMarketing",
        "voice": "dpv:DirectMarketing",
        "chat": "dpv:DirectMarketing",
        "profiling": "dpv:PersonalisedAdvertising",
        "share": "dpv:Marketing",
        "transfer": "dpv:Purpose",
        "enquiry": "dpv:CommunicationForCustomerCare",
    }
)
_CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "loc": "https://w3id.org/dpv/loc#",
    "pd": "https://w3id.org/dpv/pd#",
}
#: What a field of a form asks for, as a category of personal data; others are just that.
_DATA: Mapping[str, str] = MappingProxyType(
    {"email": "pd:EmailAddress", "phone": "pd:TelephoneNumber", "name": "pd:Name", "nickname": "pd:Name", "country": "pd:Country",
     "region": "pd:Location", "postcode": "pd:Location"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataItem:
    """One thing that is known of the person: its label, the type of the field that asked for it, whether it had to be given."""

    label: str
    type: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who receives the data for us: name, what for, in which country (ISO 3166-1 alpha-2)."""

    name: str
    role: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEvent:
    """One change of a consent: its state from `at` (aware UTC) on, and who acted in which way."""

    state: State
    at: datetime
    actor: str
    how: str

    def __post_init__(self) -> None:
        _require_utc("at", self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """What proves one consent for one use.

    `person` is a keyed hash of the address, never the address. `default_state` is the state of the control before
    the person touched it. `text_digest` is the digest of the notice with its box wordings; `notice_version` names it.
    `purpose_id` is the purpose's name in the form, `receipt` the number the person knows, `controller_id` a register's.
    Times are aware UTC. `retention_months` is 0 where no term is set. Raises ValueError for a naive time or without
    an event. Source: fact base section 3, minimal record.
    """

    id: str
    person: str
    use: str
    purpose: str
    legal_basis: str
    events: tuple[ConsentEvent, ...]
    default_state: str
    text: str
    text_digest: str
    notice_version: str
    language: str
    page: str
    form: str
    form_version: str
    regimes: tuple[str, ...]
    rules_version: str
    controller: str
    controller_address: str
    controller_contact: str
    data: tuple[DataItem, ...]
    recipients: tuple[Recipient, ...]
    storage_countries: tuple[str, ...]
    retention_months: int
    withdrawal_url: str
    purpose_id: str = ""
    controller_id: str = ""
    receipt: str = ""
    issued_at: datetime | None = None
    rights_url: str = ""
    rights_contact: str = ""
    privacy_url: str = ""
    authority: str = ""
    authority_url: str = ""
    transfer_basis: str = ""
    age_claim: int | None = None
    parent_evidence: str = ""
    doi_sent_at: datetime | None = None
    doi_confirmed_at: datetime | None = None
    registry_ref: str = ""
    signal_seen: bool = False
    signal_processed_at: datetime | None = None
    dues: tuple[tuple[str, date], ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    schema_version: str = SCHEMA_VERSION

    def __post_init__(self) -> None:
        if not self.events:
            raise ValueError("a consent record holds at least one event")
        for name in ("doi_sent_at", "doi_confirmed_at", "signal_processed_at", "issued_at"):
            if (moment := getattr(self, name)) is not None:
                _require_utc(name, moment)

    @property
    def state(self) -> State:
        """The state after the latest event; of two at one time the later one in the record counts."""
        return sorted(self.events, key=lambda event: event.at)[-1].state

    @property
    def withdrawn_at(self) -> datetime | None:
        """When consent was withdrawn or revoked last, None where it stands."""
        times = [event.at for event in self.events if event.state in ("withdrawn", "revoked")]
        return max(times, default=None) if self.state in ("withdrawn", "revoked") else None


def _require_utc(name: str, moment: datetime) -> None:
    if moment.tzinfo is None or moment.utcoffset() != UTC.utcoffset(None):
        raise ValueError(f"{name}: {moment!r} is not aware UTC")


def _time(moment: datetime) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}


def _processing(record: ConsentRecord) -> dict[str, Any]:
    storage: dict[str, Any] = {"@type": "dpv:StorageCondition", "dpv:hasLocation": [f"loc:{country}" for country in record.storage_countries]}
    if record.retention_months:
        storage["dpv:hasDuration"] = _months(record.retention_months)
    purpose = {"@type": _PURPOSES.get(record.use, "dpv:Purpose"), "dct:title": record.purpose, "dct:type": record.use}
    if record.purpose_id:
        purpose["dct:identifier"] = record.purpose_id
    process: dict[str, Any] = {
        "@type": "dpv:Process",
        "dpv:hasPurpose": purpose,
        "dpv:hasLegalBasis": {"@type": "dpv:Consent", "dct:description": record.legal_basis},
        "dpv:hasProcessing": ["dpv:Collect", "dpv:Store", "dpv:Use"],
        "dpv:hasPersonalData": [
            {
                "@type": _DATA.get(item.type, "dpv:PersonalData"),
                "dct:title": item.label,
                "dpv:hasNecessity": "dpv:Required" if item.required else "dpv:Optional",
            }
            for item in record.data
        ],
        "dpv:hasStorageCondition": storage,
        "dpv:hasJurisdiction": [f"loc:{code}" for code in record.regimes],
    }
    if record.transfer_basis:
        safeguard = {"@type": "dpv:SafeguardForDataTransfer", "dct:title": record.transfer_basis}
        process["dpv:hasTechnicalOrganisationalMeasure"] = safeguard
    return process


def _months(count: int) -> dict[str, str]:
    return {"@type": "xsd:duration", "@value": f"P{count}M"}


def _parties(record: ConsentRecord) -> dict[str, Any]:
    controller = {
        "@type": "dpv:DataController",
        "dct:identifier": record.controller_id or record.controller,
        "schema:name": record.controller,
        "schema:address": record.controller_address,
        "dpv:hasContact": record.controller_contact,
    }
    recipients = []
    for one in record.recipients:
        entry: dict[str, Any] = {"@type": ["dpv:Recipient", "dpv:DataProcessor"], "schema:name": one.name}
        if one.role:
            entry["dct:description"] = one.role
        if one.country:
            entry["dpv:hasLocation"] = f"loc:{one.country}"
        recipients.append(entry)
    parties: dict[str, Any] = {"dpv:hasDataController": controller, "dpv:hasRecipient": recipients}
    if record.authority:
        authority = {"@type": "dpv:DataProtectionAuthority", "schema:name": record.authority}
        parties["dpv:hasAuthority"] = authority | ({"schema:url": record.authority_url} if record.authority_url else {})
    return parties


def _event(record: ConsentRecord, event: ConsentEvent) -> dict[str, Any]:
    """One event: when, which state from then on, by whom, in which way, and for how long where it is a consent."""
    entry: dict[str, Any] = {
        "@type": _STATUS[event.state],
        "dct:date": _time(event.at),
        "dpv:isIndicatedBy": event.actor,
        "dpv:hasIndicationMethod": event.how,
    }
    if event.state in ("given", "renewed"):
        entry["dpv:hasDuration"] = {"@type": "dpv:UntilEventDuration", "dct:description": "until it is withdrawn"}
        if record.retention_months:
            entry["dpv:hasDuration"]["dct:extent"] = _months(record.retention_months)
    return entry


def receipt_json_ld(record: ConsentRecord) -> dict[str, Any]:
    """The receipt for the person: header, processing, parties and events, as JSON-LD.

    The wording shown is included; evidence about other people and technical logs are not. Source: ISO/IEC TS
    27560:2023 as mapped by the W3C DPV guide `consent-27560`.
    """
    events = sorted(record.events, key=lambda event: event.at)
    receipt: dict[str, Any] = {
        "@context": dict(_CONTEXT),
        "@id": f"urn:uuid:{record.id}",
        "@type": ["dpv:ConsentReceipt", "dpv:ConsentRecord"],
        "dct:identifier": record.id,
        "dct:conformsTo": record.schema_version,
        "dpv:hasDataSubject": {"@type": "dpv:DataSubject", "dct:identifier": record.person},
        "dpv:hasConsentStatus": _STATUS[record.state],
        "dpv:hasNotice": {
            "@type": "dpv:ConsentNotice",
            "dct:hasVersion": record.notice_version,
            "dct:language": record.language,
            "dct:identifier": f"sha256:{record.text_digest}",
            "dct:description": record.text,
            "dct:source": record.page,
        },
        "dpv:hasProcess": _processing(record),
        **_parties(record),
        "dpv:hasRight": {
            "@type": "dpv:DataSubjectRight",
            "schema:url": record.rights_url,
            "dpv:hasContact": record.rights_contact or record.controller_contact,
        },
        "dpv:hasConsentControl": {"@type": "dpv:WithdrawConsent", "schema:url": record.withdrawal_url},
        "dpv:hasActivity": [_event(record, event) for event in events],
    }
    if record.issued_at:
        receipt["dct:issued"] = _time(record.issued_at)
    if record.receipt:
        receipt["dct:isPartOf"] = record.receipt
    if record.dues:
        receipt["dpv:hasExpiry"] = [{"dct:title": kind, "dct:date": day.isoformat()} for kind, day in record.dues]
    if record.privacy_url:
        receipt["dpv:hasPolicy"] = {"@type": "dpv:PrivacyNotice", "schema:url": record.privacy_url}
    return receipt

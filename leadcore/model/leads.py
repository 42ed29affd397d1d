"""Leads and what follows from them: consent events, deliveries, attempts, list members.

Pure values. Every time is aware UTC; a status is computed from the times, never stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

#: What a consent event says happened. `leadcore.consent.standing` says what follows from each.
ConsentEventKind = Literal[
    "requested", "given", "confirmed", "refused", "withdrawn", "expired", "reconfirm_asked", "reconfirmed", "parent_asked",
    "parent_confirmed", "registered", "corrected", "erased", "objected",
]  # fmt: skip
#: A delivery either changes a nurture list or sends one mail.
DeliveryKind = Literal["list", "mail"]
DeliveryAction = Literal["subscribe", "correct", "unsubscribe", "erase", "send"]
LeadStatus = Literal["received", "confirmed", "quarantined", "withdrawn", "erased"]
DeliveryStatus = Literal["waiting", "due", "delivered", "failed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """An accepted submission. Text that was not asked for, or was erased, is empty.

    `receipt` is the short public code. `fingerprint` is a digest over what was sent; two equal ones within ten
    minutes, without a `submission_id`, are one lead. `answers` holds every field as typed.
    `residence` is ISO 3166-1 alpha-2, `region` the part after it in ISO 3166-2 (`CA` of `US-CA`).
    """

    id: str
    receipt: str
    submission_id: str | None = None
    fingerprint: str
    market: str
    locale: str
    form: str
    page: str = ""
    email: str = ""
    name: str = ""
    phone_typed: str = ""
    phone_e164: str = ""
    company: str = ""
    residence: str = ""
    region: str = ""
    answers: Mapping[str, object] = field(default_factory=dict)
    submitted_at: datetime
    confirmed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    erased_at: datetime | None = None
    released_at: datetime | None = None
    quarantine_reason: str | None = None

    @property
    def quarantined(self) -> bool:
        """Held back as suspect: nothing is delivered until it is released."""
        return self.quarantine_reason is not None and self.released_at is None

    @property
    def status(self) -> LeadStatus:
        """The latest state that its times imply."""
        if self.erased_at:
            return "erased"
        if self.withdrawn_at:
            return "withdrawn"
        if self.quarantined:
            return "quarantined"
        return "confirmed" if self.confirmed_at else "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEvent:
    """One entry of the consent record: what was shown and what the person did.

    `uses` maps each use (`email`, `sms`, …) to `{"ticked": bool, "wording": str, "purpose": str}`.
    `ui_default` is the state of the boxes before the visitor touched them. `decision` is the decision as
    `leadcore.consent` gave it. `evidence` holds what else proves the event and is about a person, such as the
    parent's address or the value before a correction. The event is proof: it is added, never changed. Erasure
    destroys the key of `evidence`, `residence` and the query of `page`, which are then empty.
    """

    id: str
    lead_id: str
    event: ConsentEventKind
    at: datetime
    market: str
    locale: str
    form: str
    page: str = ""
    regimes: tuple[str, ...] = ()
    uses: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    ui_default: str = "empty"
    notice_digest: str = ""
    notice_text: str = ""
    notice_language: str = ""
    decision: Mapping[str, object] = field(default_factory=dict)
    doi_sent_at: datetime | None = None
    doi_confirmed_at: datetime | None = None
    residence: str = ""
    signal_seen: str = ""
    evidence: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedNotice:
    """A notice exactly as a page showed it; market, locale and form say where it was first published.

    `html` is the part of the page that showed it, boxes included, empty where nobody kept it. `version` counts the
    notices of one market, form, locale and set of regimes from 1, 0 where it was shown on demand only. `boxes` are the
    names of the boxes beside it, over which the digest goes too; `purposes` and `channels` are what they are for.
    """

    digest: str
    text: str
    market: str
    locale: str
    form: str
    published_at: datetime
    html: str = ""
    version: int = 0
    boxes: tuple[str, ...] = ()
    regimes: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One thing to bring to one destination.

    `name` is the list's name or the mail's id. `destination` is the kind of place as the market file writes it
    (`list`, `webhook`, `console`, `mail`). `payload` is what the destination receives. `attempts_count` counts
    since creation or the last replay.
    """

    id: str
    lead_id: str
    market: str
    kind: DeliveryKind
    name: str
    destination: str
    action: DeliveryAction
    payload: Mapping[str, object] = field(default_factory=dict)
    due_at: datetime
    created_at: datetime
    delivered_at: datetime | None = None
    failed_at: datetime | None = None
    failed_reason: str | None = None
    cancelled_at: datetime | None = None
    attempts_count: int = 0

    @property
    def lane(self) -> str:
        """The queue it waits in, one per place: `webhook:de/newsletter` for a list, `mail` for every mail."""
        return "mail" if self.kind == "mail" else list_lane(self.destination, self.market, self.name)

    @property
    def open(self) -> bool:
        """Still to be brought."""
        return not (self.delivered_at or self.failed_at or self.cancelled_at)

    def status_at(self, now: datetime) -> DeliveryStatus:
        if self.delivered_at:
            return "delivered"
        if self.cancelled_at:
            return "cancelled"
        if self.failed_at:
            return "failed"
        return "due" if self.due_at <= now else "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at a delivery. `outcome` is the result type's word; `detail` a code, never a lead's values."""

    delivery_id: str
    at: datetime
    outcome: str
    detail: str = ""
    duration_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMember:
    """A lead on a nurture list kept in our own store; on the list while `left_at` is None."""

    list: str
    lead_id: str
    market: str
    locale: str
    email: str
    name: str = ""
    phone_e164: str = ""
    company: str = ""
    joined_at: datetime
    left_at: datetime | None = None


def list_lane(destination: str, market: str, name: str) -> str:
    """The lane of a market's list at a kind of destination: `webhook:de/newsletter`."""
    return f"{destination}:{market}/{name}"

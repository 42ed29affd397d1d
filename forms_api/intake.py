"""From a submission to a lead with its consent event and deliveries, or to the form again. Pure: stores nothing.

Page and API use the same form class, the same consent view and the same decision.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import wtforms
from werkzeug.datastructures import MultiDict

from forms_api.cases import TICK_KEYS, case_of
from forms_api.minors import asks_age, child_words, held_for_parent, parent_event
from forms_api.spam import quarantine_reason
from leadcore.consent.decide import decide
from leadcore.consent.page_rules import TRANSFER_ITEMS, asks_more, requirements
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import ConsentEvent, Lead, PublishedNotice
from leadcore.model.locales import known_territories
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.consent_view import ConsentView, consent_view
from leadcore.rendering.errors import coded
from leadcore.rendering.field_types.region import REGIONS
from leadcore.rendering.frame import words_for
from leadcore.rendering.i18n import N_
from leadcore.rendering.minor_fields import AGE, PARENT, age_of, asked_fields
from leadcore.rendering.notice_facts import goes_abroad
from leadcore.rendering.webforms import closed_words, make_form

REFUSED = N_("Where you live ({place}), the rules do not let us take your data through this form. Nothing was stored.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What was sent, and the circumstances that matter. `signal` is true for `Sec-GPC: 1`.

    `ip_country` is a coarse hint that may only add a regime; it is judged by and never stored.
    """

    data: MultiDict[str, str]
    locale: str
    page: str
    signal: bool = False
    origin_known: bool = True
    ip_country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgain:
    """The form has to be shown again, with everything kept.

    `code` is `fields`, `notice`, `refused`, `unsaved`, or `closed` where its notice is not ready in this language;
    `parent` where a parent's address is needed, `child` where a mail cannot bring the parent's agreement. `refused_by` is the gate of storage or transfer that is not met.
    """

    code: str
    form: wtforms.Form
    consent: ConsentView
    form_errors: tuple[tuple[str, str], ...] = ()
    refused_by: str = ""
    box_errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A lead that may be stored, with the decision on each consent.

    `consent` is what the page showed where that is how the form reads today; else the store has the notice already.
    """

    lead: Lead
    event: ConsentEvent
    decision: Mapping[str, Any]
    boxes: tuple[str, ...]
    consent: ConsentView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A submission in its form, and what this visitor has to be shown."""

    form: wtforms.Form
    consent: ConsentView
    residence: str
    region: str
    phone: str
    age: int | None
    parent: str


def take(
    project: Project,
    market: Market,
    definition: FormDefinition,
    submission: Submission,
    *,
    now: dt.datetime,
    lead_id: str,
    event_id: str,
    receipt: str,
    published: Callable[[str], PublishedNotice | None] = lambda digest: None,
) -> AskAgain | Taken:
    """What becomes of a submission. `published` gives the notice that a page once showed under a digest, or None."""
    words = words_for(project, market, submission.locale)
    data, today = submission.data, now.date()
    read = _read(project, market, definition, submission, today)
    form, full = read.form, read.consent
    base = consent_view(project, market, submission.locale, definition, today=today)
    if read.parent == "parent_verified":
        return AskAgain(code="child", form=form, consent=full, form_errors=(("age", child_words(words, market)),))
    if closed := closed_words(words, market, full) or closed_words(words, market, base):
        return AskAgain(code="closed", form=form, consent=full, form_errors=(("closed", " ".join(closed)),))
    shown = _shown(submission, base, full, published)
    more = data.get("notice", "") != full.digest and base.digest != full.digest and shows_more(market, base, full, read.residence)
    box_errors = {b.name: str(coded(words, "consent_required")) for b in full.boxes if b.needed and not is_ticked(data, b.name)}
    place = words.territory(read.residence)
    notice_errors: tuple[tuple[str, str], ...] = ()
    if shown is None:
        notice_errors = (("notice-1", str(coded(words, "notice_changed"))),)
    elif more:
        notice_errors = (("notice-1", str(coded(words, "notice_more", place=place))),)
    if read.parent and PARENT.name not in data and not any(f.errors for f in form if f.name != PARENT.name):
        form[PARENT.name].errors = (coded(words, "parent_asked"),)
        return AskAgain(code="parent", form=form, consent=full)
    if any(field_.errors for field_ in form):
        return AskAgain(code="fields", form=form, consent=full, form_errors=notice_errors, box_errors={} if notice_errors else box_errors)
    # Nobody is asked to read more only to hear that it was for nothing.
    asking = bool(notice_errors or box_errors)
    decision = decide(consent_case(market, submission, read, today, willing=asking))
    if decision["decision"] == "refuse":
        by = next((code for code in decision["refuse"] if code.startswith(("residency:", "transfer:"))), "")
        message = words.gettext(REFUSED, place=place)
        return AskAgain(code="refused", form=form, consent=full, form_errors=(("notice-1", message),), refused_by=by)
    if decision["decision"] == "hold_parent" and not read.parent:
        return AskAgain(code="child", form=form, consent=full, form_errors=(("age", child_words(words, market)),))
    if shown is None or more:
        return AskAgain(code="notice", form=form, consent=full, form_errors=notice_errors)
    if box_errors:
        return AskAgain(code="fields", form=form, consent=full, box_errors=box_errors)
    answers = {f.name: form[f.name] for f in definition.fields if f.name in form}
    typed = {name: str(getattr(one, "typed", "") or one.data or "") for name, one in answers.items()}
    if read.age is not None:
        typed[AGE.name] = str(read.age)
    reason = quarantine_reason(
        trap=data.get("website", ""), elapsed=data.get("elapsed", ""), texts=typed, origin_known=submission.origin_known
    )
    lead = Lead(
        id=lead_id,
        receipt=receipt,
        submission_id=(data.get("submission_id") or "").strip()[:200] or None,
        fingerprint=fingerprint(market, definition, submission),
        market=market.id,
        locale=submission.locale,
        form=definition.id,
        page=submission.page,
        email=_value(definition, form, "email"),
        name=_value(definition, form, "name"),
        phone_typed=str(getattr(_of_type(definition, form, "phone"), "typed", "") or ""),
        phone_e164=read.phone,
        company=_value(definition, form, "company"),
        residence=read.residence,
        region=read.region,
        answers=typed,
        submitted_at=now,
        quarantine_reason=reason,
    )
    if read.parent:
        lead = held_for_parent(lead, str(form[PARENT.name].data))
    uses = _uses(full, shown.text, data)
    event = ConsentEvent(
        id=event_id,
        lead_id=lead_id,
        event="given" if any(is_ticked(data, b.name) for b in full.boxes) else "refused",
        at=now,
        market=market.id,
        locale=submission.locale,
        form=definition.id,
        page=submission.page,
        regimes=tuple(decision["applies"]),
        uses=uses,
        notice_digest=data.get("notice", ""),
        notice_text=shown.text,
        notice_language=shown.locale,
        decision=decision,
        residence=f"{read.residence}-{read.region}" if read.region else read.residence,
        signal_seen="Sec-GPC: 1" if submission.signal else "",
    )
    wordings = _wordings(full, shown.text)
    ticked = tuple(wordings[b.name] or b.text for b in full.boxes if is_ticked(data, b.name))
    return Taken(lead=lead, event=event, decision=decision, boxes=ticked, consent=shown.consent)


def shows_more(market: Market, base: ConsentView, full: ConsentView, residence: str) -> bool:
    """Whether this visitor has to be shown more than the page did: by the rules in force, or because for the place of
    residence data is kept, or goes, abroad though for the market's own country it does not."""
    if asks_more(base.requirements, full.requirements) or {b.name for b in full.boxes} - {b.name for b in base.boxes}:
        return True
    privacy, home = market.privacy, residence or market.country
    places = {*privacy.stores, *(recipient.country for recipient in privacy.recipients)}
    further = {place for place in places if goes_abroad(home, place) and not goes_abroad(market.country, place)}
    own = requirements(home, today=full.requirements.today, early=False).notice_items
    return bool(further and TRANSFER_ITEMS & set(own))


def unsaved(project: Project, market: Market, definition: FormDefinition, submission: Submission, now: dt.datetime, message: str) -> AskAgain:
    """The form as it was sent, with a message on top: the fault is not the visitor's."""
    read = _read(project, market, definition, submission, now.date())
    return AskAgain(code="unsaved", form=read.form, consent=read.consent, form_errors=(("notice-1", message),))


def _read(project: Project, market: Market, definition: FormDefinition, submission: Submission, today: dt.date) -> _Read:
    residence = _residence(definition, submission.data, market)
    data, region = submission.data, _typed(definition, submission.data, "region")
    region = region if any(code == region for code, _ in REGIONS.get(residence, ())) else ""
    age = age_of(data.get(AGE.name))
    parent = ""
    if age is not None:
        number = _typed(definition, data, "phone")
        parent = parent_event(market.jurisdiction, residence, region, number, submission.ip_country, age, today)
    asks = AGE.name in data or asks_age(market.jurisdiction, residence, today)
    asked = asked_fields(definition, age=asks, parent=bool(parent) or PARENT.name in data)
    form = make_form(project, market, submission.locale, definition, country=residence, asked=asked, data=data)
    form.validate()  # type: ignore[no-untyped-call]
    phone = str(getattr(_of_type(definition, form, "phone"), "e164", "") or "")
    consent = consent_view(
        project, market, submission.locale, definition, today=today, residence=residence, region=region, phone=phone,
        ip_country=submission.ip_country,
    )  # fmt: skip
    return _Read(form=form, consent=consent, residence=residence, region=region, phone=phone, age=age, parent=parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """The notice that the visitor saw, its language, and how it came about where it is one of today's."""

    text: str
    locale: str
    consent: ConsentView | None = None


def _shown(
    submission: Submission, base: ConsentView, full: ConsentView, published: Callable[[str], PublishedNotice | None]
) -> _Shown | None:
    """What the posted digest stands for: the notice of today, or one published before in whatever language it was."""
    digest = submission.data.get("notice", "")
    for consent in (base, full):
        if consent.digest == digest:
            return _Shown(text=consent.text, locale=submission.locale, consent=consent)
    found = published(digest) if digest else None
    return _Shown(text=found.text, locale=found.locale) if found else None


def consent_case(
    market: Market, submission: Submission, read: _Read, today: dt.date, *, willing: bool = False
) -> dict[str, Any]:
    """The submission as a case that `decide` reads; `willing` as if every needed box were ticked."""
    ticks = _ticks(read.consent, submission.data)
    if willing:
        ticks |= {TICK_KEYS[box.use]: True for box in read.consent.boxes if box.needed}
    return case_of(
        market,
        locale=submission.locale,
        languages=tuple(n.lang for n in read.consent.notices),
        ticks=ticks,
        residence=read.residence,
        region=read.region,
        phone=read.phone,
        signal=submission.signal,
        today=today,
        confirmed=False,
        age=read.age,
        ip_country=submission.ip_country,
    )


def _ticks(consent: ConsentView, data: Mapping[str, str]) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for box in consent.boxes:
        key = TICK_KEYS[box.use]
        found[key] = found.get(key, False) or is_ticked(data, box.name)
    return found


def _wordings(consent: ConsentView, text: str) -> dict[str, str]:
    """The sentence beside each box as the notice shown had it; empty where that notice does not tell.

    An older notice may have said it in other words, or in another language, in the same order.
    """
    lines = [line.removeprefix("[ ] ") for line in text.split("\n") if line.startswith("[ ] ")]
    in_order = lines if len(lines) == len(consent.boxes) else [""] * len(consent.boxes)
    return {b.name: b.text if b.text in lines else old for b, old in zip(consent.boxes, in_order, strict=True)}


def _uses(consent: ConsentView, text: str, data: Mapping[str, str]) -> dict[str, dict[str, object]]:
    uses: dict[str, dict[str, object]] = {}
    wordings = _wordings(consent, text)
    for box in consent.boxes:
        one: dict[str, object] = {"ticked": is_ticked(data, box.name), "wording": wordings[box.name], "purpose": box.purpose}
        if box.use not in uses or one["ticked"]:
            uses[box.use] = one
    return uses


def is_ticked(data: Mapping[str, str], name: str) -> bool:
    """Whether a box was sent as ticked; the form shown again shows it by the same rule."""
    return str(data.get(name, "")).strip().lower() in ("yes", "true", "on", "1")


def fingerprint(market: Market, definition: FormDefinition, submission: Submission) -> str:
    """A digest over answers, ticks, notice and page: the same for the same submission sent twice."""
    named = {"locale", "page", "notice", AGE.name, PARENT.name, *(f.name for f in definition.fields)}
    kept = {
        name: submission.data.getlist(name)
        for name in sorted(submission.data)
        if name in named or name.startswith("consent_")
    }
    text = json.dumps([market.id, definition.id, kept], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _residence(definition: FormDefinition, data: Mapping[str, str], market: Market) -> str:
    """The declared country; empty where none that exists was declared."""
    country = definition.field("country")
    if country is None:
        return market.country
    code = data.get(country.name, "").strip()
    return code if code in known_territories() else ""


def _typed(definition: FormDefinition, data: Mapping[str, str], type_: str) -> str:
    """What was sent for the first field of a type, as it was typed."""
    found = definition.field(type_)
    return data.get(found.name, "").strip() if found else ""


def _of_type(definition: FormDefinition, form: wtforms.Form, type_: str) -> wtforms.Field | None:
    found = definition.field(type_)
    return form[found.name] if found and found.name in form else None


def _value(definition: FormDefinition, form: wtforms.Form, type_: str) -> str:
    one = _of_type(definition, form, type_)
    return str(one.data or "") if one is not None else ""

"""From a submission to a lead with its consent event and deliveries, or to the form again. Pure: stores nothing.

Page and API use the same form class, the same consent view and the same decision.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import wtforms
from werkzeug.datastructures import MultiDict

from forms_api.spam import quarantine_reason
from leadcore.consent.decide import decide
from leadcore.consent.page_rules import asks_more
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import ConsentEvent, Lead
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.consent_view import ConsentView, consent_view
from leadcore.rendering.errors import coded
from leadcore.rendering.field_types.region import REGIONS
from leadcore.rendering.frame import words_for
from leadcore.rendering.i18n import N_
from leadcore.rendering.webforms import make_form


REFUSED = N_("Where you live ({place}), the rules do not let us take your data through this form. Nothing was stored.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What was sent, and the circumstances that matter. `signal` is true for `Sec-GPC: 1`."""

    data: MultiDict[str, str]
    locale: str
    page: str
    signal: bool = False
    origin_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgain:
    """The form has to be shown again, with everything kept. `code` is `fields`, `notice` or `refused`."""

    code: str
    form: wtforms.Form
    consent: ConsentView
    form_errors: tuple[tuple[str, str], ...] = ()
    box_errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A lead that may be stored, with the decision on each consent."""

    lead: Lead
    event: ConsentEvent
    decision: Mapping[str, Any]
    boxes: tuple[str, ...]


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
    known_text: Callable[[str], str | None] = lambda digest: None,
) -> AskAgain | Taken:
    """What becomes of a submission. `known_text` gives the notice once published under a digest, or None."""
    words = words_for(project, market, submission.locale)
    data = submission.data
    residence = _residence(definition, data, market)
    form = make_form(project, market, submission.locale, definition, country=residence, data=data)
    form.validate()
    answers = {f.name: form[f.name] for f in definition.fields if f.name in form}
    phone = _phone(definition, form)
    region = _value(definition, form, "region")
    region = region if any(code == region for code, _ in REGIONS.get(residence, ())) else ""
    base = consent_view(project, market, submission.locale, definition, today=now.date())
    full = consent_view(
        project, market, submission.locale, definition, today=now.date(), residence=residence, region=region, phone=phone
    )
    posted = data.get("notice", "")
    text = {base.digest: base.text, full.digest: full.text}.get(posted) or known_text(posted)
    box_errors = {b.name: str(coded(words, "consent_required")) for b in full.boxes if b.needed and not _ticked(data, b.name)}
    if any(field_.errors for field_ in form):
        return AskAgain(code="fields", form=form, consent=full, box_errors={n: e for n, e in box_errors.items() if posted == full.digest})
    if text is None:
        return AskAgain(code="notice", form=form, consent=full, form_errors=(("notice-1", str(coded(words, "notice_changed"))),))
    if posted != full.digest and asks_more(base.requirements, full.requirements) and _needs_new_page(base, full):
        place = words.territory(residence)
        return AskAgain(code="notice", form=form, consent=full, form_errors=(("notice-1", str(coded(words, "notice_more", place=place))),))
    if box_errors:
        return AskAgain(code="fields", form=form, consent=full, box_errors=box_errors)
    decision = decide(consent_case(market, submission, full, residence=residence, region=region, phone=phone, today=now.date()))
    if decision["decision"] == "refuse":
        message = words.gettext(REFUSED, place=words.territory(residence))
        return AskAgain(code="refused", form=form, consent=full, form_errors=(("notice-1", message),))
    typed = {name: str(getattr(one, "typed", "") or one.data or "") for name, one in answers.items()}
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
        phone_e164=phone,
        company=_value(definition, form, "company"),
        residence=residence,
        region=region,
        answers=typed,
        submitted_at=now,
        quarantine_reason=reason,
    )
    event = ConsentEvent(
        id=event_id,
        lead_id=lead_id,
        event="given" if any(_ticked(data, b.name) for b in full.boxes) else "refused",
        at=now,
        market=market.id,
        locale=submission.locale,
        form=definition.id,
        page=submission.page,
        regimes=tuple(decision["applies"]),
        uses=_uses(full, data),
        notice_digest=posted,
        notice_text=text,
        notice_language=submission.locale,
        decision=decision,
        residence=f"{residence}-{region}" if region else residence,
        signal_seen="Sec-GPC: 1" if submission.signal else "",
    )
    return Taken(lead=lead, event=event, decision=decision, boxes=tuple(b.text for b in full.boxes if _ticked(data, b.name)))


def consent_case(
    market: Market,
    submission: Submission,
    consent: ConsentView,
    *,
    residence: str,
    region: str,
    phone: str,
    today: dt.date,
    confirmed: bool = False,
) -> dict[str, Any]:
    """The submission as a case that `decide` reads."""
    ticks = {name: tick for name, tick in _ticks(consent, submission.data).items()}
    return case_of(
        market,
        locale=submission.locale,
        languages=tuple(n.lang for n in consent.notices),
        ticks=ticks,
        residence=residence,
        region=region,
        phone=phone,
        signal=submission.signal,
        today=today,
        confirmed=confirmed,
    )


def case_of(
    market: Market,
    *,
    locale: str,
    languages: Sequence[str],
    ticks: Mapping[str, bool],
    residence: str,
    region: str,
    phone: str,
    signal: bool,
    today: dt.date,
    confirmed: bool,
) -> dict[str, Any]:
    """A case in the language of `leadsite consent decide`."""
    language = locale.split("-")[0]
    answers: dict[str, Any] = {
        "email": "given",
        "ui.default": "empty",
        "enquiry": True,
        "notice_langs_served": list(dict.fromkeys(tag.split("-")[0] for tag in languages)),
        "notice_lang_chosen": language,
        "page_langs": [language],
        "stores": [market.privacy.storage_country],
        "storage_country": market.privacy.storage_country,
        "transfer_basis": market.privacy.transfer_basis or ("consent" if ticks.get("tick_transfer") else ""),
        "consent_document": "separate",
        "doi_confirmed": confirmed,
        **ticks,
    }
    if phone:
        answers["phone"] = phone
    visitor: dict[str, Any] = {"lang": language, "gpc": signal}
    if residence:
        visitor["residence"] = residence
    if region:
        visitor["region"] = region
    return {"today": today.isoformat(), "market": market.jurisdiction, "visitor": visitor, "answers": answers}


#: Uses as consent views name them -> the tick key of a case.
TICK_KEYS = {
    "email": "tick_email",
    "sms": "tick_sms",
    "voice": "tick_phone",
    "chat": "tick_chat",
    "share": "tick_partners",
    "transfer": "tick_transfer",
    "profiling": "tick_profiling",
    "explicit_consent": "tick_explicit_consent",
}


def _ticks(consent: ConsentView, data: Mapping[str, str]) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for box in consent.boxes:
        key = TICK_KEYS[box.use]
        found[key] = found.get(key, False) or _ticked(data, box.name)
    return found


def _uses(consent: ConsentView, data: Mapping[str, str]) -> dict[str, dict[str, object]]:
    uses: dict[str, dict[str, object]] = {}
    for box in consent.boxes:
        one: dict[str, object] = {"ticked": _ticked(data, box.name), "wording": box.text, "purpose": box.purpose}
        if box.use not in uses or one["ticked"]:
            uses[box.use] = one
    return uses


def _ticked(data: Mapping[str, str], name: str) -> bool:
    return str(data.get(name, "")).strip().lower() in ("yes", "true", "on", "1")


def _needs_new_page(base: ConsentView, full: ConsentView) -> bool:
    """Whether the visitor would see anything else: new words, boxes or languages."""
    return base.digest != full.digest


def fingerprint(market: Market, definition: FormDefinition, submission: Submission) -> str:
    """A digest over what was sent, the same for the same submission sent twice."""
    kept = {
        name: submission.data.getlist(name)
        for name in sorted(submission.data)
        if name not in ("elapsed", "submission_id", "website")
    }
    text = json.dumps([market.id, definition.id, kept], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _residence(definition: FormDefinition, data: Mapping[str, str], market: Market) -> str:
    country = definition.field("country")
    return str(data.get(country.name, "")).strip().upper() if country else market.country


def _of_type(definition: FormDefinition, form: wtforms.Form, type_: str) -> wtforms.Field | None:
    found = definition.field(type_)
    return form[found.name] if found and found.name in form else None


def _value(definition: FormDefinition, form: wtforms.Form, type_: str) -> str:
    one = _of_type(definition, form, type_)
    return str(one.data or "") if one is not None else ""


def _phone(definition: FormDefinition, form: wtforms.Form) -> str:
    return str(getattr(_of_type(definition, form, "phone"), "e164", "") or "")

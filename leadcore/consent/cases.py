"""One consent case, read from the mapping of the case language into a type that cannot be wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

TICK_USES: Mapping[str, str] = MappingProxyType(
    {
        "tick_email": "email",
        "tick_sms": "sms",
        "tick_phone": "voice",
        "tick_chat": "chat",
        "tick_profiling": "profiling",
        "tick_partners": "share",
        "tick_transfer": "transfer",
    }
)
"""Which box speaks for which use, in the order of the uses."""

_PLANNED = {"email": "planned_email_at", "sms": "planned_sms_at", "voice": "planned_call_at", "chat": "planned_chat_at"}

Tick = Literal["yes", "no", "not_offered"]


class CaseError(ValueError):
    """A case that cannot be read; the message names the key and the shapes that can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known of one submission. None means that the case does not speak of it; "" that it speaks of nothing."""

    today: date
    markets: tuple[str, ...]
    residence: str
    region: str
    age: int | None
    lang: str
    gpc: bool
    org: bool
    existing_customer: bool
    free_account: bool
    ip_country: str
    seat: str
    phone: str
    ticks: Mapping[str, Tick]
    night: Tick | None
    objection: str
    prechecked: bool
    profiling_default: str
    enquiry: bool
    optout_offered: bool
    langs_served: tuple[str, ...] | None
    page_langs: tuple[str, ...] | None
    lang_chosen: str
    doi_confirmed: bool
    planned: Mapping[str, str]
    storage_country: str
    stores: tuple[str, ...] | None
    transfer_basis: str | None
    assessment_id: str | None
    data_kinds: tuple[str, ...]
    same_document: bool
    part6a_shown: bool
    iys_uploaded: date | None
    dlt_recorded: date | None
    registry_checked: date | None
    unsubscribed: bool

    def ticked(self, use: str) -> bool:
        """Whether the person ticked the box of a use."""
        return self.ticks.get(use) == "yes"


def _date(key: str, value: Any) -> date:
    if isinstance(value, date):
        return value if type(value) is date else value.date()  # type: ignore[attr-defined]
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise CaseError(f"{key}: {value!r} is not a date like 2026-11-21") from None


def _day(answers: Mapping[str, Any], key: str) -> date | None:
    return _date(key, answers[key]) if answers.get(key) else None


def _tick(key: str, value: Any) -> Tick:
    if value is True or value is False:
        return "yes" if value else "no"
    if value == "not_offered":
        return "not_offered"
    raise CaseError(f'{key}: {value!r} is none of true, false, "not_offered"')


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, Sequence):
        return tuple(str(item) for item in value)
    raise CaseError(f"{key}: {value!r} is not a list of texts")


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return "" if value is None else str(value).strip()


def _age(value: Any) -> int | None:
    if value is None or value == "":
        return None
    try:
        years = int(value)
    except (TypeError, ValueError):
        raise CaseError(f"visitor.age: {value!r} is not a number of years") from None
    if years < 0:
        raise CaseError(f"visitor.age: {value!r} is below zero")
    return years


def _ticks(answers: Mapping[str, Any]) -> dict[str, Tick]:
    ticks = {use: _tick(key, answers[key]) for key, use in TICK_USES.items() if answers.get(key) is not None}
    if not ticks and answers.get("objection_box"):
        # an objection box without any other box speaks for the address that was given
        if answers.get("email"):
            ticks["email"] = "not_offered"
        elif answers.get("phone"):
            ticks["sms"] = "not_offered"
    return ticks


def read_case(case: Mapping[str, Any]) -> Case:
    """The case as a value.

    Raises CaseError where `today` is missing or a value has the wrong shape. Source: the language of consent cases.
    """
    if "today" not in case:
        raise CaseError("today: missing; a case needs the day on which it is judged")
    visitor: Mapping[str, Any] = case.get("visitor") or {}
    answers: Mapping[str, Any] = case.get("answers") or {}
    nested = answers.get("ui")
    default = answers.get("ui.default", nested.get("default") if isinstance(nested, Mapping) else None)
    night = answers.get("tick_night")
    served, page, stores = (answers.get(key) for key in ("notice_langs_served", "page_langs", "stores"))
    return Case(
        today=_date("today", case["today"]),
        markets=_texts("market", case.get("market") or ()),
        residence=_text(visitor, "residence"),
        region=_text(visitor, "region"),
        age=_age(visitor.get("age")),
        lang=_text(visitor, "lang"),
        gpc=visitor.get("gpc") in (True, 1, "1"),
        org=bool(visitor.get("org")),
        existing_customer=bool(visitor.get("existing_customer")),
        free_account=bool(visitor.get("free_account")),
        ip_country=_text(visitor, "ip_country") or _text(case, "ip_country"),
        seat=_text(case, "seat"),
        phone=_text(answers, "phone"),
        ticks=MappingProxyType(_ticks(answers)),
        night=None if night is None else _tick("tick_night", night),
        objection=_text(answers, "objection_box"),
        prechecked=default == "ticked",
        profiling_default=_text(answers, "profiling_default"),
        enquiry=bool(answers.get("enquiry")),
        optout_offered=bool(answers.get("soft_optout_offered")) or bool(answers.get("objection_box")),
        langs_served=None if served is None else _texts("notice_langs_served", served),
        page_langs=None if page is None else _texts("page_langs", page),
        lang_chosen=_text(answers, "notice_lang_chosen"),
        doi_confirmed=answers.get("doi_confirmed") is True,
        planned=MappingProxyType({use: str(answers[key]) for use, key in _PLANNED.items() if answers.get(key)}),
        storage_country=_text(answers, "storage_country").upper(),
        stores=None if stores is None else tuple(store.upper() for store in _texts("stores", stores)),
        transfer_basis=None if "transfer_basis" not in answers else _text(answers, "transfer_basis"),
        assessment_id=None if "transfer_assessment_id" not in answers else _text(answers, "transfer_assessment_id"),
        data_kinds=_texts("data_kinds", answers.get("data_kinds") or ()),
        same_document=answers.get("consent_document") == "same",
        part6a_shown=bool(answers.get("part6a_notice_shown")),
        iys_uploaded=_day(answers, "iys_uploaded_at"),
        dlt_recorded=_day(answers, "dlt_recorded_at"),
        registry_checked=_day(answers, "registry_checked_at"),
        unsubscribed=bool(answers.get("unsubscribe_clicked")),
    )

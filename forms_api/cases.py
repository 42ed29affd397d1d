"""A submission as a case of consent, in the language of `leadsite consent decide`. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from leadcore.consent.applies import applicable
from leadcore.consent.regimes import Regime
from leadcore.model.leads import Lead
from leadcore.model.markets import Market

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
    age: int | None = None,
    ip_country: str = "",
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
        "stores": list(market.privacy.stores),
        "storage_country": market.privacy.storage_country,
        "transfer_basis": market.privacy.transfer_basis or ("consent" if ticks.get("tick_transfer") else ""),
        "transfer_assessment_id": market.privacy.transfer_assessment,
        "consent_document": "separate",
        "doi_confirmed": confirmed,
        **ticks,
    }
    if phone:
        answers["phone"] = phone
    visitor: dict[str, Any] = {"lang": language, "gpc": signal, "age": age, "ip_country": ip_country}
    if residence:
        visitor["residence"] = residence
    if region:
        visitor["region"] = region
    return {"today": today.isoformat(), "market": market.jurisdiction, "visitor": visitor, "answers": answers}


def law_of(market: Market, lead: Lead, day: dt.date) -> tuple[Regime, ...]:
    """The chains in force for a stored lead on a day: by its market, residence, sub-region and phone number."""
    return _law(market.jurisdiction, lead.residence, lead.region, lead.phone_e164, day)


@lru_cache(maxsize=4096)
def _law(jurisdiction: str, residence: str, region: str, phone: str, day: dt.date) -> tuple[Regime, ...]:
    return applicable(markets=(jurisdiction,), today=day, residence=residence, region=region, phone=phone)

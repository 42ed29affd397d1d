"""A submission as a case of consent, in the language of `leadsite consent decide`. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

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

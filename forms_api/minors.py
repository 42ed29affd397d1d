"""A child's submission: which agreement of a parent it needs, what is kept until then, what the visitor is told. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import lru_cache

from leadcore.consent.cases import read_case
from leadcore.consent.law import law_for
from leadcore.consent.page_rules import requirements
from leadcore.model.leads import Lead
from leadcore.model.markets import Market
from leadcore.rendering.i18n import N_, Translator
from leadcore.rendering.minor_fields import AGE

CHILD_TITLE = N_("A parent or guardian has to agree first")
CHILD_TEXT = N_(
    "Thank you for your interest. Here a parent or guardian has to agree in a way that we cannot check by mail, "
    "so we have stored nothing. A parent or guardian can write to us: {email}."
)


@lru_cache(maxsize=4096)
def parent_event(
    jurisdiction: str, residence: str, region: str, phone: str, ip_country: str, age: int, today: dt.date
) -> str:
    """The parent's agreement that a visitor of this age needs: "" none, `parent_confirmed` by mail, `parent_verified` by more.

    Source: field `minor` of the regimes; 16 CFR 312.5(b): a mail alone verifies no parent where data is passed on.
    """
    visitor = {"residence": residence, "region": region, "age": age, "ip_country": ip_country}
    case = {"today": today, "market": jurisdiction, "visitor": visitor, "answers": {"phone": phone}}
    return law_for(read_case(case)).minors.event


@lru_cache(maxsize=4096)
def asks_age(jurisdiction: str, residence: str, today: dt.date) -> bool:
    """Whether the law of market or residence makes a difference by age."""
    return bool(requirements(jurisdiction, residence or None, today=today).age_question)


def child_words(words: Translator, market: Market) -> str:
    """What a visitor reads whose parent cannot agree by mail."""
    return words.gettext(CHILD_TEXT, email=market.controller.email)


def held_for_parent(lead: Lead, parent_email: str) -> Lead:
    """What is kept of a child's lead until the parent agrees: what the mail to the parent needs, and the age claim."""
    age = {name: value for name, value in lead.answers.items() if name == AGE.name}
    return replace(lead, email=parent_email, phone_typed="", phone_e164="", company="", answers=age)


def age_claimed(lead: Lead) -> int | None:
    """The age in years that a stored lead was sent with."""
    value = lead.answers.get(AGE.name)
    return int(str(value)) if str(value or "").isdecimal() else None

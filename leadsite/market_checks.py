"""What markets owe search engines and the law: clear tags (P112), facts of their notices (P113), where data is kept (P115)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from leadcore.consent.cases import read_case
from leadcore.consent.law import law_for
from leadcore.consent.page_rules import requirements
from leadcore.consent.residency import residency_findings
from leadcore.model.locales import language_of
from leadcore.model.markets import Market
from leadcore.problems import ProblemList
from leadcore.rendering.notice_facts import applying_items, goes_abroad

_COMPLAINTS = ("complaint", "complaint_to_board_link", "complaint_authority_legend")
_OFFICERS = ("dpo", "contact_dpo", "contact_privacy_officer")
_TRANSFERS = ("transfers", "safeguards", "risks_of_transfer")


def check_tags(markets: Iterable[Market], found: ProblemList) -> None:
    """Adds P112 where two markets tell search engines the same language and country, naming all of them."""
    claims: dict[str, list[tuple[Market, str]]] = {}
    for market in markets:
        for locale in market.locales:
            claims.setdefault(market.hreflang(locale), []).append((market, locale))
    for tag, claim in claims.items():
        names = list(dict.fromkeys(m.id for m, _ in claim))
        if len(names) > 1:
            last = claim[-1][0]
            found.add(
                "P112",
                last.place("locales"),
                f'the markets {" and ".join(names)} are both "{tag}" to search engines',
                "give one of them another locale or jurisdiction, or make one market of them",
                detail=tuple(f"{locale}: {m.place('locales')}" for m, locale in claim),
                market=last.id,
            )


def check_stores(market: Market, today: dt.date, found: ProblemList) -> None:
    """Adds P115 for each rule on storage or transfer that the market's own stores do not meet.

    A transfer without any basis is P113's: the notice has to name it.
    """
    privacy = market.privacy
    answers = {
        "storage_country": privacy.storage_country,
        "stores": list(privacy.stores),
        "transfer_basis": privacy.transfer_basis,
        "transfer_assessment_id": privacy.transfer_assessment,
    }
    case = read_case({"today": today, "market": market.jurisdiction, "answers": answers})
    for reason in residency_findings(case, law_for(case).chains):
        if reason.code == "transfer:NO_BASIS":
            continue
        country = reason.code.partition(":")[2].partition("_")[0]
        fix = f'keep a store there: storage_country = "{country}" or copies = ["{country}"]'
        if reason.code.endswith("_LOCAL_ONLY"):
            fix = f'keep the data there alone: storage_country = "{country}", no copies'
        if reason.code == "transfer:NO_ASSESSMENT":
            fix = 'record the assessment or filing and name it: transfer_assessment = "…"'
        place = market.place("privacy.storage_country" if "privacy.storage_country" in market.lines else "privacy")
        message = f"the law of {market.jurisdiction} does not let data be kept in {', '.join(privacy.stores)} ({reason.code})"
        found.add("P115", place, message, fix, detail=(reason.cite,), market=market.id)


def check_facts(market: Market, today: dt.date, found: ProblemList) -> None:
    """Adds P113 for each fact that the notice of the market's jurisdiction must show and its file does not hold."""
    items = applying_items(requirements(market.jurisdiction, today=today), market)
    controller, privacy = market.controller, market.privacy
    languages = tuple(dict.fromkeys(map(language_of, market.locales)))
    lacking = [f'add {tag} = "…"' for tag in languages if not privacy.authority.get(tag)]
    unregistered = not all(controller.registration_in(tag) for tag in languages)
    unanswered = not all(controller.privacy_contact_in(tag) for tag in languages)
    abroad = [privacy.storage_country, *(r.country for r in privacy.recipients)]
    leaves = any(goes_abroad(market.country, country) for country in abroad)
    basis = 'add transfer_basis = "contract", "adequacy" or "consent"'
    needs = (
        (("controller_and_bin",), unregistered, "controller.registration", 'add registration = "…"'),
        (_OFFICERS, unanswered, "controller.privacy_contact", 'add privacy_contact = "…"'),
        (_COMPLAINTS, bool(lacking), "privacy.authority", ", ".join(lacking)),
        (_TRANSFERS, leaves and not privacy.transfer_basis, "privacy.transfer_basis", basis),
    )
    for names, lacks, key, fix in needs:
        asking = [item for item in items if item in names]
        if lacks and asking:
            table = key.rpartition(".")[0]
            place = market.place(key if key in market.lines else table)
            message = f'the consent notice of {market.jurisdiction} needs "{key}" (notice item {asking[0]})'
            found.add("P113", place, message, f"{fix} to [{table if key != 'privacy.authority' else key}]", market=market.id)

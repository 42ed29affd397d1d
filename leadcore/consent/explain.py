"""Which rules bind a visitor, field by field, with the regime, the source and how sure it is; and what follows from them.

What follows is asked of `decide`, with every box ticked and with no box offered: nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from leadcore.consent.applies import codes_in_force
from leadcore.consent.cases import TICK_USES, read_case
from leadcore.consent.decide import decide
from leadcore.consent.law import law_for
from leadcore.consent.regimes import USES, scale, shared

_SIDES = (("with its box ticked", True), ("without a box", "not_offered"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainRow:
    """One field: its combined value, the regimes that gave it, their sources, and the weakest confidence among them.

    `meaning` says in words what the field rules.
    """

    field: str
    value: str
    regime: str
    citation: str
    confidence: str
    note: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What follows for this visitor: a `subject`, its `outcome` in the codes of consent cases, and who says so."""

    subject: str
    outcome: str
    regime: str
    citation: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The regimes in force for a visitor, the row of every field, and what follows for this visitor."""

    codes: tuple[str, ...]
    reviewed: date
    rows: tuple[ExplainRow, ...]
    follows: tuple[Consequence, ...] = ()


def explain(
    market: str | Iterable[str],
    *,
    today: date,
    residence: str = "",
    region: str = "",
    phone: str = "",
    ip_country: str = "",
    seat: str = "",
    age: int | None = None,
    lang: str = "",
    gpc: bool = False,
    org: bool = False,
    customer: bool = False,
) -> Explanation:
    """The rules for a visitor on a day, one row per field in the order of `regimes.FIELDS`, and what follows from them.

    `gpc`: the browser sends the opt-out signal. `org`: acts for an organisation. `customer`: bought before and was
    offered to refuse. `lang`: the language chosen for the notice. `reviewed` is the oldest review among the regimes.
    """
    markets = [market] if isinstance(market, str) else list(market)
    visitor: dict[str, Any] = {
        "residence": residence, "region": region, "age": age, "lang": lang, "gpc": gpc, "org": org,
        "existing_customer": customer, "ip_country": ip_country,
    }  # fmt: skip
    answers: dict[str, Any] = {"phone": phone, "notice_lang_chosen": lang, "soft_optout_offered": customer}
    case = {"today": today, "market": markets, "seat": seat, "visitor": visitor, "answers": answers}
    law = law_for(read_case(case))
    meanings = _meanings()
    rows = tuple(
        ExplainRow(
            field=name,
            value=rule.value,
            regime=", ".join(rule.regimes),
            citation=rule.cite,
            confidence=rule.conf,
            note=rule.note,
            meaning=meanings.get(name, ""),
        )
        for name, rule in law.rules.items()
    )
    bases = {row.field: row for row in rows if row.field in USES}
    return Explanation(
        codes=codes_in_force(law.chains),
        reviewed=min(chain.reviewed for chain in law.chains),
        rows=rows,
        follows=_follows(case, bases),
    )


def _meanings() -> Mapping[str, str]:
    found = {field["id"]: field["meaning"] for field in shared()["field"]}
    return {**found, **dict.fromkeys(USES, found["basis"]), "penalty": "what a breach may cost"}


def _follows(case: Mapping[str, Any], bases: Mapping[str, ExplainRow]) -> tuple[Consequence, ...]:
    decided = {
        side: decide({**case, "answers": {**case["answers"], **dict.fromkeys(TICK_USES, tick)}}) for side, tick in _SIDES
    }
    ticked = decided[_SIDES[0][0]]
    found = [Consequence(subject="decision, every box ticked", outcome=ticked["decision"], regime="", citation="", confidence="")]
    found += [_of_use(use, side, decided[side], bases[use]) for use in USES for side, _ in _SIDES]
    reasons = _reasons(ticked)
    for key, subject in (("show", "the page shows"), ("never_show", "the page never shows"), ("store", "to keep")):
        kept = [code for code in ticked[key] if not code.startswith(("notice:", "purpose:"))]
        found += [_cited(subject, code, reasons.get(code, ())) for code in kept]
    return tuple(found)


def _reasons(decision: Mapping[str, Any]) -> dict[str, list[Mapping[str, str]]]:
    reasons: dict[str, list[Mapping[str, str]]] = {}
    for reason in decision["because"]:
        reasons.setdefault(reason["code"], []).append(reason)
    return reasons


def _of_use(use: str, side: str, decision: Mapping[str, Any], basis: ExplainRow) -> Consequence:
    """When a use may happen, and the codes that say why not at once; cited by its basis where nothing stands against it."""
    codes = [code for code in (*decision["pending"], *decision["refuse"]) if code.startswith(f"{use}:")]
    whens = [entry["when"] for entry in decision["forward"] if entry["use"] == use]
    why = ", ".join(code.partition(":")[2] for code in codes)
    outcome = " and ".join(dict.fromkeys(whens)) + (f" ({why})" if why else "")
    reasons = _reasons(decision)
    cited = _cited(f"{use} {side}", outcome, [reason for code in codes for reason in reasons[code]])
    if codes:
        return cited
    return Consequence(
        subject=cited.subject, outcome=outcome, regime=basis.regime, citation=basis.citation, confidence=basis.confidence
    )


def _cited(subject: str, outcome: str, reasons: Iterable[Mapping[str, str]]) -> Consequence:
    kept = tuple(reasons)
    ranks = [scale("conf").index(reason["conf"]) for reason in kept]
    return Consequence(
        subject=subject,
        outcome=outcome,
        regime=", ".join(dict.fromkeys(reason["regime"] for reason in kept)),
        citation="; ".join(dict.fromkeys(reason["cite"] for reason in kept)),
        confidence=scale("conf")[max(ranks)] if ranks else "",
    )

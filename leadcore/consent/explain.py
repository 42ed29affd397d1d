"""Which rules bind a visitor, field by field, with the regime, the source and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from leadcore.consent.applies import applicable, codes_in_force
from leadcore.consent.combine import combine


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainRow:
    """One field: its combined value, the regimes that gave it, their sources, and the weakest confidence among them."""

    field: str
    value: str
    regime: str
    citation: str
    confidence: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The regimes in force for a visitor and the row of every field."""

    codes: tuple[str, ...]
    reviewed: date
    rows: tuple[ExplainRow, ...]


def explain(
    market: str | Iterable[str],
    *,
    today: date,
    residence: str = "",
    region: str = "",
    phone: str = "",
    ip_country: str = "",
    seat: str = "",
    org: bool = False,
) -> Explanation:
    """The rules for a visitor on a day, one row per field in the order of `regimes.FIELDS`.

    `reviewed` is the oldest review among the regimes in force.
    """
    markets = (market,) if isinstance(market, str) else tuple(market)
    chains = applicable(
        markets=markets, today=today, residence=residence, region=region, phone=phone, ip_country=ip_country, seat=seat
    )
    rows = tuple(
        ExplainRow(
            field=name,
            value=rule.value,
            regime=", ".join(rule.regimes),
            citation=rule.cite,
            confidence=rule.conf,
            note=rule.note,
        )
        for name, rule in combine(chains, org=org).items()
    )
    return Explanation(codes=codes_in_force(chains), reviewed=min(chain.reviewed for chain in chains), rows=rows)

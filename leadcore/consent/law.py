"""The law of one case: the chains in force, their combined rules, and what the visitor's age asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadcore.consent.applies import applicable, codes_in_force, country_of, places, region_of
from leadcore.consent.cases import Case
from leadcore.consent.combine import Combined, combine, for_organisation, rank
from leadcore.consent.minors import MinorFindings, minor_findings
from leadcore.consent.regimes import Regime, Rule

NEEDS_CONSENT = rank("email", "opt_in_soft")


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What all judgements of one case share: the chains, the combined rules and the findings on age."""

    chains: tuple[Regime, ...]
    codes: tuple[str, ...]
    rules: Mapping[str, Combined]
    minors: MinorFindings

    def basis(self, chain: Regime, use: str, case: Case) -> Rule:
        """The basis of a use under one chain, for a person or an organisation."""
        return for_organisation(use, chain) if case.org else chain[use]

    def needs_consent(self, use: str) -> bool:
        """Whether a use needs consent under any chain."""
        return rank(use, self.rules[use].value) >= NEEDS_CONSENT

    def signal_honoured(self, case: Case) -> bool:
        """Whether the browser's opt-out signal was sent and some chain honours it."""
        return case.gpc and self.rules["signal"].value != "ignore"


def law_for(case: Case, market_countries: Mapping[str, Sequence[str]] | None = None) -> Law:
    """The chains, combined rules and age findings that a case is judged by.

    `market_countries` names the countries of market ids that are not country codes.
    """
    named = market_countries or {}
    markets = [country for market in case.markets for country in named.get(market, (market,))]
    links: dict[str, Any] = {
        "markets": markets, "residence": case.residence, "region": case.region, "phone": case.phone,
        "ip_country": case.ip_country, "seat": case.seat,
    }  # fmt: skip
    chains = applicable(today=case.today, **links)
    states = frozenset(part for country, part in places(**links) if country == "US")
    return Law(
        chains=chains,
        codes=codes_in_force(chains),
        rules=combine(chains, org=case.org, home=country_of(case.residence)),
        minors=minor_findings(case, chains, frozenset(region_of("US", state) for state in states)),
    )

"""Which regimes bind one visitor: the union of every link to a country that the case knows.

The union is a safe engineering policy, not a statement of conflict of laws: a link may add a regime, never remove one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from leadcore.consent.phone_country import phone_country
from leadcore.consent.regimes import HOUSE, Regime, codes, country_regime, is_known, regime, shared

_ALIASES = {"UK": "GB", "EL": "GR"}
_SUBREGIONS = {("CA", "QC"): "CA-QC", ("US", "CA"): "US-CA", ("US", "GPC"): "US-GPC"}
# "US-GPC" as a market stands for the signal states as a group


def country_of(market: str) -> str:
    """The jurisdiction in a market's name: `de` and `DE` give DE, `in-gu` gives IN, `eu` gives EU; else the name itself.

    A part of a country with rules of its own stays: `CA-QC` and `US-CO` (a state in the signal table) give themselves.
    """
    name = market.strip().upper().replace("_", "-")
    head, _, part = name.partition("-")
    head = _ALIASES.get(head, head)
    if f"{head}-{part}" in codes() or (head == "US" and part in shared()["gpc_states"]):
        return f"{head}-{part}"
    return head if is_known(head) else _ALIASES.get(name, name)


def region_of(country: str, region: str) -> str:
    """The bare sub-region (`QC`) of `QC`, `CA-QC` or `ca_qc`, read inside `country`."""
    name = region.strip().upper().replace("_", "-")
    return name.removeprefix(f"{country}-")


def country_chains(country: str, region: str, today: date) -> tuple[Regime, ...]:
    """The chains of one country with one of its sub-regions; a parent with a child in the answer is left out.

    A state in the signal table adds `US-GPC` from its day on.
    """
    found: list[Regime] = []
    part = region_of(country, region)
    if (country, part) in _SUBREGIONS:
        found.append(regime(_SUBREGIONS[country, part], today))
    if country == "US":
        row = shared()["gpc_states"].get(part)
        if row and row["from"] <= today:
            found.append(regime("US-GPC", today))
    return tuple(found) or (country_regime(country, today),)


def _without_parents(chains: Iterable[Regime]) -> tuple[Regime, ...]:
    unique = {(chain.code, chain.country): chain for chain in chains}
    kept = []
    for chain in unique.values():
        children = (other for other in unique.values() if chain.code in other.codes[:-1])
        if chain.country == "EU":
            # the bare union gives way to any of its members, also to those without a file of their own
            covered = any(other.root == "EU" and other.country != "EU" for other in unique.values())
        else:
            covered = any(child.country == chain.country for child in children)
        if not covered:
            kept.append(chain)
    return tuple(kept)


def places(
    *,
    markets: Iterable[str],
    residence: str = "",
    region: str = "",
    phone: str = "",
    ip_country: str = "",
    seat: str = "",
) -> tuple[tuple[str, str], ...]:
    """Every link of a visitor to a country, as (country, sub-region or ""), in the order market, residence, phone, IP country, seat."""
    sold_to = [country_of(market) for market in markets if market]
    home, _, lives_in = country_of(residence).partition("-") if residence else ("", "", "")
    region = region or lives_in
    links: list[tuple[str, str]] = []
    for sold in sold_to:
        country, _, own = sold.partition("-")
        # without a residence the sub-region can only lie in the market
        links += [(country, part) for part in dict.fromkeys((own, region if country == home or not home else "")) if part]
        if not any(country == linked for linked, _ in links):
            links.append((country, ""))
    if home:
        links.append((home, region))
    if number_country := phone_country(phone, home or (sold_to[0].partition("-")[0] if sold_to else "")):
        links.append((number_country, region if number_country == home else ""))
    found = [country_of(country).partition("-") for country in (ip_country, seat) if country]
    return tuple(dict.fromkeys((*links, *((country, part) for country, _, part in found))))


def applicable(
    *,
    markets: Iterable[str],
    today: date,
    residence: str = "",
    region: str = "",
    phone: str = "",
    ip_country: str = "",
    seat: str = "",
) -> tuple[Regime, ...]:
    """The chains in force, each once, in the order market, residence, phone, IP country, seat.

    `markets` are country codes or market ids. An unknown country adds the house default; an empty residence adds
    nothing where a market is known. Source: schema scope of the fact base (ISO 3166-1, ITU-T E.164).
    """
    links = places(markets=markets, residence=residence, region=region, phone=phone, ip_country=ip_country, seat=seat)
    if not links:
        return (regime(HOUSE, today),)
    return _without_parents(chain for country, part in links for chain in country_chains(country, part, today))


def codes_in_force(chains: Iterable[Regime]) -> tuple[str, ...]:
    """The codes of the chains with their parents, parents first, each once."""
    return tuple(dict.fromkeys(code for chain in chains for code in chain.codes))

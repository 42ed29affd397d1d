"""Jurisdictions as values: each file of `regimes/` read once, inheritance and dated switches resolved.

A child and its parents are one chain (member state and EU, state and US): a field of the child replaces the
parent's and the two are never weighed against each other.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

USES = ("email", "sms", "voice", "chat", "profiling", "share", "transfer")
"""What data may be used for; each has a basis of its own."""

FIELDS = (
    *USES,
    *("soft", "b2b", "prechecked", "split", "doi", "age", "minor", "notice", "lang", "proof", "proof_years", "expiry"),
    *("unsub", "ident", "quiet", "dsr", "signal", "residency", "registries", "penalty"),
)
"""Every rule of a regime: the seven uses, the nineteen other fields of the schema, and the penalty."""

HOUSE = "HOUSE"
"""Code of the house default, which stands in for a country without facts."""

_EMPTY: Mapping[str, Any] = MappingProxyType({})
_META = frozenset({"value", "cite", "conf", "note"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One rule of one regime, with its source; `data` holds the parsed value (`list`, `years`, `windows`, ...).

    Rules and regimes are read once, so they compare and hash by identity.
    """

    field: str
    value: str
    cite: str
    conf: str
    regime: str
    note: str = ""
    data: Mapping[str, Any] = dataclasses.field(default_factory=lambda: _EMPTY)

    def items(self) -> tuple[str, ...]:
        """The members of a set-valued rule, in the order of the source."""
        return tuple(self.data.get("list", ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A code that a page has to `show`, or must `never` show, by one regime from one day on."""

    side: str
    code: str
    field: str
    cite: str
    regime: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regime:
    """The rules of one chain on one day; `codes` runs from the oldest parent to the regime itself."""

    code: str
    codes: tuple[str, ...]
    country: str
    name: str
    status: str
    authority: str
    reviewed: date
    sources: tuple[str, ...]
    rules: Mapping[str, Rule]
    screens: tuple[Screen, ...]

    def __getitem__(self, name: str) -> Rule:
        return self.rules[name]

    @property
    def root(self) -> str:
        """The oldest parent: `EU` for a member state, `US` for California."""
        return self.codes[0]


@cache
def _read(name: str) -> Mapping[str, Any]:
    source = resources.files("leadcore.consent").joinpath("regimes", f"{name}.toml")
    return MappingProxyType(tomllib.loads(source.read_text(encoding="utf-8")))


def shared() -> Mapping[str, Any]:
    """Scales, vocabulary, ages of digital consent, signal states and the house default."""
    return _read("_shared")


@cache
def codes() -> tuple[str, ...]:
    """The codes of all jurisdictions that have a file, sorted."""
    folder = resources.files("leadcore.consent").joinpath("regimes")
    names = (entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(sorted(name for name in names if not name.startswith("_")))


@cache
def eea_states() -> frozenset[str]:
    """The member states of the EEA (ISO 3166-1), from the table of digital ages."""
    return frozenset(shared()["digital_age_eea"]) - {"GB"}


@cache
def scale(name: str) -> tuple[str, ...]:
    """One ordered scale, loose to strict: `basis`, `prechecked`, `doi`, `b2b`, `signal`, `residency`, `minor`."""
    return tuple(shared()["scales"][name])


@cache
def is_known(country: str) -> bool:
    """Whether there are facts for a country (a file of its own, or a row in the EEA table)."""
    return country in codes() or country in eea_states()


def _rule(code: str, name: str, table: Mapping[str, Any]) -> Rule:
    data = {key: value for key, value in table.items() if key not in _META}
    return Rule(
        field=name,
        value=table["value"],
        cite=table["cite"],
        conf=table.get("conf", shared()["default_conf_for_missing"]),
        note=table.get("note", ""),
        regime=code,
        data=MappingProxyType(data),
    )


def _own_rules(code: str, table: Mapping[str, Any], today: date) -> dict[str, Rule]:
    rules = {name: _rule(code, name, table[name]) for name in FIELDS if name in table}
    # the earliest switch still ahead tells the value of today, so it is written last
    for switch in sorted(table.get("dated", ()), key=lambda s: s["from"], reverse=True):
        if today < switch["from"]:
            rules |= {name: _rule(code, name, old) for name, old in switch.get("before", {}).items()}
    return rules


def _screens(code: str, table: Mapping[str, Any]) -> tuple[Screen, ...]:
    return tuple(
        Screen(
            side=s["side"], code=s["code"], field=s["field"], cite=s["cite"], regime=code, since=s.get("from", date.min)
        )
        for s in table.get("screen", ())
    )


@lru_cache(maxsize=1024)
def regime(code: str, today: date) -> Regime:
    """The chain that ends in `code`, as it stands on `today`.

    Raises KeyError for a code without a file (other than `HOUSE`).
    """
    if code == HOUSE:
        table = shared()["house_default"]
    elif code in codes():
        table = _read(code)
    else:
        raise KeyError(code)
    rules = _own_rules(code, table, today)
    screens = tuple(s for s in _screens(code, table) if s.since <= today)
    chain: tuple[str, ...] = (code,)
    if table["parent"]:
        parent = regime(table["parent"], today)
        rules = {**parent.rules, **rules}
        screens = parent.screens + screens
        chain = (*parent.codes, code)
    return Regime(
        code=code,
        codes=chain,
        country=code.split("-")[0],
        name=table["name"],
        status=table["status"],
        authority=table["authority"],
        reviewed=table["reviewed"],
        sources=tuple(table["sources"]),
        rules=MappingProxyType({name: rules[name] for name in FIELDS if name in rules}),
        screens=screens,
    )


@lru_cache(maxsize=1024)
def country_regime(country: str, today: date) -> Regime:
    """The chain of a country: its own, the EU's with the national digital age, or the house default."""
    if country in codes():
        return regime(country, today)
    if country not in eea_states():
        return regime(HOUSE, today)
    union = regime("EU", today)
    row = shared()["digital_age_eea"][country]
    years = row["before"] if "from" in row and today < row["from"] else row["age"]
    age = replace(
        union["age"], value=str(years), cite=row["cite"], conf=row["conf"], data=MappingProxyType({"years": years})
    )
    bound = MappingProxyType({"rules": [{"rule": "parental", "under": years}]})
    minor = replace(union["minor"], value=f"parental<{years}", cite=row["cite"], conf=row["conf"], data=bound)
    rules = MappingProxyType({**union.rules, "age": age, "minor": minor})
    return replace(union, country=country, rules=rules)


def last_switch(code: str) -> date | None:
    """The latest day on which a rule of this regime or of a parent changes, None where none does."""
    table = shared()["house_default"] if code == HOUSE else _read(code)
    days = [switch["from"] for switch in table.get("dated", ())]
    if table["parent"] and (above := last_switch(table["parent"])):
        days.append(above)
    return max(days, default=None)

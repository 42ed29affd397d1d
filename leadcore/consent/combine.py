"""One rule per field out of several chains: the strictest, with the exceptions of section 2.2 of the fact base.

Every answer names the rules it came from, so that a decision can be cited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache, lru_cache
from types import MappingProxyType

from leadcore.consent.regimes import FIELDS, USES, Regime, Rule, scale

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MESSAGES = ("email", "sms", "voice", "chat")

Windows = tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """The combined rule of one field; `rules` are those that gave it, `items` its members where it is a set."""

    field: str
    value: str
    rules: tuple[Rule, ...]
    items: tuple[str, ...] = ()
    number: int = 0

    @property
    def regimes(self) -> tuple[str, ...]:
        """The codes of the regimes that gave the rule."""
        return tuple(dict.fromkeys(rule.regime for rule in self.rules))

    @property
    def cite(self) -> str:
        """The sources, in the order of the regimes; "-" where no statute speaks."""
        return "; ".join(dict.fromkeys(rule.cite for rule in self.rules if rule.cite not in ("", "-"))) or "-"

    @property
    def conf(self) -> str:
        """The weakest confidence among the rules."""
        return max((rule.conf for rule in self.rules), key=scale("conf").index)

    @property
    def note(self) -> str:
        """The limits of the rules."""
        return "; ".join(dict.fromkeys(rule.note for rule in self.rules if rule.note))


@cache
def rank(name: str, value: str) -> int:
    """The place of a value on its scale, 0 the loosest."""
    return scale("basis" if name in USES else name).index(value)


def _strictest(name: str, rules: Sequence[Rule]) -> Combined:
    top = max(rank(name, rule.value) for rule in rules)
    winners = tuple(rule for rule in rules if rank(name, rule.value) == top)
    return Combined(field=name, value=winners[0].value, rules=winners, number=top)


def _largest(name: str, rules: Sequence[Rule]) -> Combined:
    top = max(rule.data["years"] for rule in rules)
    winners = tuple(rule for rule in rules if rule.data["years"] == top)
    return Combined(field=name, value=str(top), rules=winners, number=top)


def _union(name: str, rules: Sequence[Rule]) -> Combined:
    items = tuple(dict.fromkeys(item for rule in rules for item in rule.items()))
    labels = [
        part for rule in rules if "label" in rule.data for part in rule.value.split(",") if part.startswith("label:")
    ]
    items += tuple(dict.fromkeys(labels))
    givers = tuple(rule for rule in rules if rule.items()) or tuple(rules)
    return Combined(field=name, value=",".join(items) or "none", rules=givers, items=items)


def _soft(name: str, rules: Sequence[Rule]) -> Combined:
    barred = tuple(rule for rule in rules if rule.value == "none")
    if barred:
        return Combined(field=name, value="none", rules=barred)
    giving = tuple(rule for rule in rules if rule.value != "not_needed")
    if not giving:
        return Combined(field=name, value="not_needed", rules=tuple(rules))
    windows: dict[str, int] = {}
    items: list[str] = []
    for item in (item for rule in giving for item in rule.items()):
        kind, _, months = item.partition("=")
        if months:
            windows[kind] = min(windows.get(kind, 999), int(months.rstrip("m")))
        elif item not in items:
            items.append(item)
    items += [f"{kind}={months}m" for kind, months in windows.items()]
    return Combined(field=name, value=",".join(items), rules=giving, items=tuple(items))


def _minor(name: str, rules: Sequence[Rule]) -> Combined:
    parts = tuple(dict.fromkeys(part for rule in rules for part in rule.value.split("; ")))
    return Combined(field=name, value="; ".join(parts), rules=tuple(rules), items=parts)


def _lang(name: str, rules: Sequence[Rule]) -> Combined:
    parts = tuple(dict.fromkeys(rule.value for rule in rules))
    strict = tuple(rule for rule in rules if rule.value != "any_clear") or tuple(rules)
    duties = tuple(part for part in parts if part != "any_clear") or ("any_clear",)
    return Combined(field=name, value="; ".join(duties), rules=strict, items=duties)


def _expiry(name: str, rules: Sequence[Rule]) -> Combined:
    months: dict[str, tuple[int, Rule]] = {}
    for rule in rules:
        for term in rule.data.get("terms", ()):
            if term["kind"] not in months or term["months"] < months[term["kind"]][0]:
                months[term["kind"]] = (term["months"], rule)
    stated = tuple(rule for rule in rules if rule.value == "as_stated")
    parts = tuple(f"{count}m {kind}" for kind, (count, _) in months.items()) + ("as_stated",) * bool(stated)
    givers = tuple({rule.regime: rule for _, rule in months.values()}.values()) + stated
    return Combined(field=name, value="; ".join(parts) or "none", rules=givers or tuple(rules), items=parts)


def _days(rule: Rule, unit: str, count: int) -> float:
    """A term in calendar days, the longest reading: a business day is counted as itself, a month as 30 days."""
    return {"d": count, "bd": count * 7 / 5, "mo": count * 30}[unit]


def unsubscribe_hours(rule: Rule) -> int:
    """The hours within which an opt-out has to take effect: asap is 24, immediate 0, a business day at least 24."""
    unit = rule.data["unit"]
    return {"asap": 24, "immediate": 0}.get(unit, 24 * int(rule.data.get("days", 0)))


def _unsub(name: str, rules: Sequence[Rule]) -> Combined:
    hours = min(unsubscribe_hours(rule) for rule in rules)
    winners = tuple(rule for rule in rules if unsubscribe_hours(rule) == hours)
    value = winners[0].value.split()[0]
    longest = max(int(rule.data.get("valid_days", 0)) for rule in rules)
    notify = sorted({int(rule.data["notify_days"]) for rule in rules if "notify_days" in rule.data})
    items = (value, *((f"valid={longest}d",) if longest else ()), *(f"notify={days}d" for days in notify))
    extra = tuple(rule for rule in rules if rule not in winners and {"valid_days", "notify_days"} & set(rule.data))
    return Combined(field=name, value=" ".join(items), rules=winners + extra, items=items, number=hours)


def _dsr(name: str, rules: Sequence[Rule]) -> Combined:
    timed = [rule for rule in rules if rule.value != "none"]
    if not timed:
        return Combined(field=name, value="none", rules=tuple(rules))

    def length(rule: Rule) -> tuple[float, float]:
        first = _days(rule, rule.data["unit"], rule.data["days"])
        return first, first + _days(rule, rule.data.get("extend_unit", "d"), rule.data.get("extend", 0))

    best = min(timed, key=length)
    return Combined(field=name, value=best.value, rules=tuple(r for r in timed if length(r) == length(best)))


def day_windows(rule: Rule, use: str, day: str) -> Windows | None:
    """The windows of one rule for a use on a weekday; None where the rule sets no hours for the use at all."""
    mine = [window for window in rule.data.get("windows", ()) if window["use"] == use]
    if not mine:
        return None
    return tuple((time.fromisoformat(w["from"]), time.fromisoformat(w["to"])) for w in mine if day in w["days"])


def allowed_windows(chains: Iterable[Regime], use: str, day: str) -> Windows | None:
    """When a use may happen on a weekday under every chain; None where no chain sets hours for it."""
    meet: Windows | None = None
    for chain in chains:
        windows = day_windows(chain["quiet"], use, day)
        if windows is None:
            continue
        if meet is None:
            meet = windows
        else:
            pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in meet for b in windows)
            meet = tuple(sorted(pair for pair in pairs if pair[0] < pair[1]))
    return meet


def _quiet(name: str, rules: Sequence[Rule]) -> Combined:
    givers = tuple(rule for rule in rules if rule.data.get("windows"))
    value = "; ".join(dict.fromkeys(rule.value for rule in givers)) or "none"
    return Combined(field=name, value=value, rules=givers or tuple(rules), items=tuple(r.value for r in givers))


_SPECIAL: Mapping[str, Callable[[str, Sequence[Rule]], Combined]] = MappingProxyType(
    {
        **dict.fromkeys(("split", "notice", "proof", "ident", "registries", "penalty"), _union),
        "age": _largest, "proof_years": _largest, "soft": _soft, "minor": _minor, "lang": _lang,
        "expiry": _expiry, "unsub": _unsub, "dsr": _dsr, "quiet": _quiet,
    }
)


def _penalty(rules: Sequence[Rule]) -> Combined:
    texts = tuple(dict.fromkeys(rule.value for rule in rules))
    return Combined(field="penalty", value="; ".join(texts), rules=tuple(rules), items=texts)


def for_organisation(use: str, chain: Regime) -> Rule:
    """The basis of a use towards an organisation under one chain: `b2b` may lower it for messages and calls."""
    rule = chain[use]
    lowered = {"opt_out": "opt_out", "exempt": "free"}.get(chain["b2b"].value)
    if use not in MESSAGES or lowered is None or rank(use, rule.value) <= rank(use, lowered):
        return rule
    b2b = chain["b2b"]
    return Rule(field=use, value=lowered, cite=b2b.cite, conf=b2b.conf, regime=b2b.regime, note=b2b.note)


def combine_field(name: str, chains: Sequence[Regime], *, org: bool = False, home: str = "") -> Combined:
    """The rule of one field over all chains; `org` when the visitor acts for an organisation.

    `home` is the country of residence, whose label stands first in a message (schema, field `ident`).

    Raises ValueError without a chain.
    """
    if not chains:
        raise ValueError("no regime to combine")
    if name in USES and org:
        return _strictest(name, [for_organisation(name, chain) for chain in chains])
    if name == "ident" and home:
        chains = sorted(chains, key=lambda chain: chain.country != home)
    rules = [chain[name] for chain in chains]
    if name == "penalty":
        return _penalty(rules)
    return _SPECIAL.get(name, _strictest)(name, rules)


def combine(chains: Sequence[Regime], *, org: bool = False, home: str = "") -> Mapping[str, Combined]:
    """The rule of every field over all chains, in the order of `regimes.FIELDS`; `org` and `home` as for one field.

    Raises ValueError without a chain.
    """
    return _combined(tuple(chains), org, home.partition("-")[0])


@lru_cache(maxsize=1024)
def _combined(chains: tuple[Regime, ...], org: bool, home: str) -> Mapping[str, Combined]:
    return MappingProxyType({name: combine_field(name, chains, org=org, home=home) for name in FIELDS})

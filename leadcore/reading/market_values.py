"""Single values of a market file, checked against the regimes and the time zones; and those nobody has written yet."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leadcore.consent import regimes
from leadcore.model.locales import known_territories
from leadcore.reading.tables import Table


def is_jurisdiction(code: str) -> bool:
    """A country, a union of countries with rules of its own, or a part of a country that has some."""
    country, _, part = code.partition("-")
    if code in regimes.codes() or (not part and code in known_territories()):
        return True
    return country == "US" and part in regimes.shared()["gpc_states"]


def jurisdiction_fix(code: str) -> str:
    """What to write in place of a code that is no jurisdiction."""
    country, _, part = code.partition("-")
    if not part or country not in known_territories():
        return "write a country code such as IN, EU for all of it, or a state such as US-CA"
    parts = {c for c in regimes.codes() if c.startswith(f"{country}-")}
    if country == "US":
        parts |= {f"US-{state}" for state in regimes.shared()["gpc_states"]}
    own = f"; parts with rules of their own are {', '.join(sorted(parts))}" if parts else ""
    return f"write {country}{own}"


def is_time_zone(name: str) -> bool:
    """Whether the name is one of IANA's."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def check_filled(value: object, table: Table, key: str) -> None:
    """Adds P007 for each value that `leadsite market add` left to be written."""
    if isinstance(value, dict):
        for name, inner in value.items():
            check_filled(inner, table, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            check_filled(inner, table, f"{key}.{index}")
    elif isinstance(value, str) and value.startswith("<"):
        table.problem("P007", key, f'"{key}" is still to be filled in', f"write the value in place of {value}")

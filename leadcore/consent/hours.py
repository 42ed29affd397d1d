"""Allowed hours: whether a message or call may happen at a time, and when it may happen next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from leadcore.consent.cases import Case, CaseError
from leadcore.consent.combine import DAYS, Windows, allowed_windows
from leadcore.consent.regimes import Regime, Rule
from leadcore.consent.zones import zone_of

_PLAN = re.compile(r"^(?:(\d{4}-\d{2}-\d{2})[T ])?(\d{1,2}:\d{2})(?::\d{2})?(?:\s+(\S+))?$")
_LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursFindings:
    """When a use may happen: `when` is `now` or a local time; the rules that stand against the wanted time."""

    when: str
    outside: tuple[Rule, ...] = ()
    night: tuple[Rule, ...] = ()


def _holds(windows: Windows | None, moment: time) -> bool:
    if windows is None:
        return True
    return any(start <= moment < end or moment == end == _LAST_MINUTE for start, end in windows)


def _planned(text: str, today: date) -> tuple[datetime, str]:
    match = _PLAN.match(text.strip())
    try:
        if match:
            day = date.fromisoformat(match[1]) if match[1] else today
            return datetime.combine(day, time.fromisoformat(match[2].zfill(5))), match[3] or ""
    except ValueError:
        pass
    raise CaseError(f'planned time: {text!r} is not a time like "22:30 Asia/Seoul"')


def next_allowed(chains: Sequence[Regime], use: str, start: datetime) -> datetime | None:
    """The first allowed moment at or after `start`, local time; None where the chains leave no hour of any week."""
    for offset in range(15):
        day = start.date() + timedelta(days=offset)
        windows = allowed_windows(chains, use, DAYS[day.weekday()])
        earliest = start.time() if offset == 0 else time.min
        if windows is None:
            return datetime.combine(day, earliest)
        for first, end in sorted(windows):
            moment = max(first, earliest)
            if _holds(((first, end),), moment):
                return datetime.combine(day, moment)
    return None


def open_from(chains: Sequence[Regime], use: str, wanted: datetime, zone: str) -> datetime | None:
    """The first allowed moment at or after `wanted` (aware), judged by the clocks of `zone` (IANA), in UTC.

    None where the chains leave no hour of any week. An hour that a clock change skips is taken at the new time.
    """
    local = wanted.astimezone(ZoneInfo(zone))
    found = next_allowed(chains, use, local.replace(tzinfo=None))
    if found is None:
        return None
    if found == local.replace(tzinfo=None):
        return wanted.astimezone(UTC)
    return found.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _against(chains: Sequence[Regime], use: str, day: str, moment: time | None) -> tuple[Rule, ...]:
    """The rules that forbid the moment; without one, the rules that leave no hour of the whole day."""
    found = []
    for chain in chains:
        windows = allowed_windows([chain], use, day)
        if (windows == ()) if moment is None else not _holds(windows, moment):
            found.append(chain["quiet"])
    return tuple(found)


def hours_findings(case: Case, chains: Sequence[Regime], use: str) -> HoursFindings:
    """When a use may happen at the earliest.

    Without a planned time only a day without any allowed hour is judged. Hours that a consent of its own opens (KR
    night, Network Act art. 50(3)) are open where that box was ticked. Raises CaseError for a time that cannot be read.
    """
    if case.night == "yes":
        chains = [chain for chain in chains if not chain["quiet"].data.get("night_consent")]
    wanted = case.planned.get(use)
    start, zone = _planned(wanted, case.today) if wanted else (datetime.combine(case.today, time.min), "")
    moment = start.time() if wanted else None
    against = _against(chains, use, DAYS[start.weekday()], moment)
    if not against and allowed_windows(chains, use, DAYS[start.weekday()]) == ():
        against = tuple(chain["quiet"] for chain in chains if chain["quiet"].data.get("windows"))
    if not against:
        return HoursFindings(when="now")
    later = next_allowed(chains, use, start)
    zone = zone or zone_of(case.residence or next(iter(case.markets), ""), case.region)
    return HoursFindings(
        when=f"{later:%Y-%m-%dT%H:%M} {zone}" if later else "never",
        outside=tuple(rule for rule in against if not rule.data.get("night_consent")),
        night=tuple(rule for rule in against if rule.data.get("night_consent")),
    )

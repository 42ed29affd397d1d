"""When to try a delivery again, and when to give up. Pure: the time and the jitter come in as arguments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from forms_api.destinations.answers import LONGEST_RETRY_AFTER_SECONDS
from forms_api.destinations.base import Accepted, Duplicate, Permanent, Result, RetryAt, Suppressed

_MINUTE, _HOUR = 60, 3600
#: Seconds to wait before attempt 1, 2, … 10, as Standard Webhooks 1.0.0 proposes. In all three days, three hours,
#: thirty-five minutes and five seconds: just over 72 hours, so a destination that fails on Friday evening and is
#: mended on Monday morning loses nothing.
SCHEDULE_SECONDS = (
    0, 5, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR,
)  # fmt: skip
#: A wait grows by up to this share of itself, so that what failed together does not come back together.
JITTER_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """It arrived, now or before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """To be tried again at this time."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Not to be tried again unless a person replays it. `reason` is a code with a colon and its detail."""

    reason: str


Verdict = Delivered | Again | Failed


def judge(result: Result, attempts_made: int, now: datetime, jitter: float) -> Verdict:
    """What follows from an attempt's result. `attempts_made` counts this one; `jitter` is from 0 to 1."""
    match result:
        case Accepted() | Duplicate():
            return Delivered()
        case Permanent(code=code, detail=detail):
            return Failed(reason=f"{code}: {detail}" if detail else code)
        case Suppressed(reason=reason):
            return Failed(reason=f"suppressed: {reason}")
        case RetryAt(at=at, reason=reason):
            following = next_attempt_at(attempts_made, now, jitter, at)
            return Again(at=following) if following else Failed(reason=f"gave up: {reason}")


def next_attempt_at(
    attempts_made: int, now: datetime, jitter: float, retry_after: datetime | None = None
) -> datetime | None:
    """When the next attempt is due, or None after the last one.

    Never sooner than the schedule says; later when the destination asked for it, within LONGEST_RETRY_AFTER_SECONDS.
    """
    if attempts_made >= len(SCHEDULE_SECONDS):
        return None
    planned = now + timedelta(seconds=SCHEDULE_SECONDS[attempts_made] * (1 + JITTER_SHARE * jitter))
    if retry_after is None:
        return planned
    return max(planned, min(retry_after, now + timedelta(seconds=LONGEST_RETRY_AFTER_SECONDS)))

"""HTTP answers as results: what a status means, and when a destination asks us to come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from forms_api.destinations.base import Accepted, Permanent, Result, RetryAt

#: A destination's Retry-After is obeyed up to here, one day; some answer with years.
LONGEST_RETRY_AFTER_SECONDS = 86_400


def answer_to_result(status: int, retry_after: str | None, now: datetime) -> Result:
    """Any 2xx is success, 410 means the endpoint is gone for good, all else is tried again (specification,
    "Deliverability and reliability")."""
    if 200 <= status < 300:
        return Accepted(detail=str(status))
    if status == 410:
        return Permanent(code="gone", detail="410", destination_gone=True)
    return RetryAt(reason=str(status), at=retry_after_to_time(retry_after, now))


def retry_after_to_time(value: str | None, now: datetime) -> datetime | None:
    """The time that a Retry-After header asks for: seconds or an HTTP date (RFC 9110 section 10.2.3).

    None for a header that is absent, negative or unreadable; at most LONGEST_RETRY_AFTER_SECONDS from now.
    """
    text = (value or "").strip()
    latest = now + timedelta(seconds=LONGEST_RETRY_AFTER_SECONDS)
    if text.isascii() and text.isdigit():
        return latest if len(text) > 9 else min(latest, now + timedelta(seconds=int(text)))
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return min(latest, at)

"""The retry policy: the schedule and its total, jitter, Retry-After, giving up."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from forms_api.destinations.answers import answer_to_result, retry_after_to_time
from forms_api.destinations.base import Accepted, Duplicate, Permanent, RetryAt, Suppressed
from forms_api.retry import JITTER_SHARE, SCHEDULE_SECONDS, Again, Delivered, Failed, judge, next_attempt_at


def test_the_schedule_lasts_just_over_72_hours():
    total = timedelta(seconds=sum(SCHEDULE_SECONDS))
    assert total == timedelta(days=3, hours=3, minutes=35, seconds=5)
    assert timedelta(hours=72) < total < timedelta(hours=84)
    assert list(SCHEDULE_SECONDS) == sorted(SCHEDULE_SECONDS)


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("attempts_made", range(len(SCHEDULE_SECONDS)))
def test_each_wait_is_the_schedules_plus_its_jitter(now, attempts_made, jitter):
    wait = (next_attempt_at(attempts_made, now, jitter) - now).total_seconds()
    assert wait == pytest.approx(SCHEDULE_SECONDS[attempts_made] * (1 + JITTER_SHARE * jitter))


def test_after_the_last_attempt_there_is_none(now):
    assert next_attempt_at(len(SCHEDULE_SECONDS), now, 0) is None
    assert next_attempt_at(len(SCHEDULE_SECONDS), now, 0, now + timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("asked_seconds", "waited_seconds"), [(-3600, 5), (1, 5), (60, 60), (86_400, 86_400), (10**9, 86_400)]
)
def test_retry_after_makes_it_later_never_sooner_and_never_years(now, asked_seconds, waited_seconds):
    at = next_attempt_at(1, now, 0, now + timedelta(seconds=asked_seconds))
    assert (at - now).total_seconds() == waited_seconds


@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        (Accepted(), Delivered()),
        (Duplicate(), Delivered()),
        (Permanent(code="gone", detail="410"), Failed(reason="gone: 410")),
        (Suppressed(reason="erased"), Failed(reason="suppressed: erased")),
    ],
)
def test_results_that_end_a_delivery(now, result, verdict):
    assert judge(result, 1, now, 0.5) == verdict


def test_a_temporary_failure_is_tried_again_until_the_schedule_ends(now):
    assert judge(RetryAt(reason="503"), 1, now, 0) == Again(at=now + timedelta(seconds=5))
    assert judge(RetryAt(reason="503"), 9, now, 0) == Again(at=now + timedelta(hours=24))
    assert judge(RetryAt(reason="503"), 10, now, 0) == Failed(reason="gave up: 503")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120), (" 0 ", 0), ("1000000000", 86_400), ("9" * 400, 86_400),
        ("-5", None), ("soon", None), ("", None), (None, None), ("1.5", None), ("١٢", None),
    ],
)  # fmt: skip
def test_retry_after_in_seconds(now, header, seconds):
    expected = None if seconds is None else now + timedelta(seconds=seconds)
    assert retry_after_to_time(header, now) == expected


@pytest.mark.parametrize(("hours", "capped"), [(2, 2), (-2, -2), (9999, 24)])
def test_retry_after_as_a_date(now, hours, capped):
    header = format_datetime(now + timedelta(hours=hours), usegmt=True)
    assert retry_after_to_time(header, now) == now + timedelta(hours=capped)


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 422, 429, 500, 502, 503, 504])
def test_every_answer_but_success_and_410_is_tried_again(now, status):
    assert answer_to_result(status, "60", now) == RetryAt(reason=str(status), at=now + timedelta(seconds=60))


def test_410_ends_it_and_names_the_destination_as_gone(now):
    assert answer_to_result(410, None, now) == Permanent(code="gone", detail="410", destination_gone=True)

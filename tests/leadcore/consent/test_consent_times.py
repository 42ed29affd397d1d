"""Working days, months, zones and the next allowed hour."""

import zoneinfo
from datetime import date, datetime

import pytest

from leadcore.consent.business_days import add_months, add_working_days
from leadcore.consent.hours import next_allowed, open_from
from leadcore.consent.regimes import codes, eea_states, regime
from leadcore.consent.zones import zone_of

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("start", "count", "country", "due"),
    [
        (date(2026, 11, 20), 3, "TR", date(2026, 11, 25)),
        (date(2026, 11, 21), 3, "TR", date(2026, 11, 25)),
        (date(2026, 11, 23), 3, "TR", date(2026, 11, 26)),
        (date(2026, 10, 27), 3, "TR", date(2026, 11, 2)),
        (date(2026, 11, 18), 2, "EG", date(2026, 11, 22)),
        (date(2026, 11, 18), 0, "DE", date(2026, 11, 18)),
    ],
)
def test_the_next_working_day_is_day_one(start, count, country, due):
    assert add_working_days(start, count, country) == due


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2028, 2, 29), 24, date(2030, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_a_month_ends_no_later_than_it_does(start, months, due):
    assert add_months(start, months) == due


@pytest.mark.parametrize(
    ("names", "use", "start", "allowed"),
    [
        (["FR"], "voice", "2026-11-23T13:00", "2026-11-23T14:00"),
        (["FR"], "voice", "2026-11-27T20:00", "2026-11-30T10:00"),
        (["BD"], "sms", "2026-11-23T23:59", "2026-11-23T23:59"),
        (["BD"], "sms", "2026-11-23T00:00", "2026-11-23T08:00"),
        (["KR"], "sms", "2026-11-23T21:00", "2026-11-24T08:00"),
        (["US", "IN"], "sms", "2026-11-23T08:30", "2026-11-23T10:00"),
        (["DE"], "voice", "2026-11-22T03:00", "2026-11-22T03:00"),
        (["ZA"], "voice", "2026-11-28T13:00", "2026-11-30T08:00"),
        (["VN", "CO"], "voice", "2026-11-28T15:30", "2026-11-30T08:00"),
    ],
)
def test_the_next_allowed_hour(names, use, start, allowed):
    chains = [regime(name, TODAY) for name in names]
    assert next_allowed(chains, use, datetime.fromisoformat(start)) == datetime.fromisoformat(allowed)


@pytest.mark.parametrize("place", sorted({*codes(), *eea_states()}))
def test_a_country_has_a_zone_that_exists(place):
    zone = zone_of(place.partition("-")[0], place.partition("-")[2])
    assert zone != "UTC"
    assert zoneinfo.ZoneInfo(zone)


def test_a_sub_region_has_its_own_zone():
    assert zone_of("US", "CA") == "America/Los_Angeles"
    assert zone_of("US", "US-TX") == "America/Chicago"
    assert zone_of("XX") == "UTC"


@pytest.mark.parametrize(
    ("country", "use", "zone", "wanted", "allowed"),
    [
        # France: calls Mon-Fri 10-13 and 14-20, by the clocks of Paris, winter and summer.
        ("FR", "voice", "Europe/Paris", "2026-11-23T08:30+00:00", "2026-11-23T09:00+00:00"),
        ("FR", "voice", "Europe/Paris", "2026-09-07T07:30+00:00", "2026-09-07T08:00+00:00"),
        ("FR", "voice", "Europe/Paris", "2026-11-23T12:30+00:00", "2026-11-23T13:00+00:00"),
        # On the eve of the change to winter time, Friday evening leads to Monday by the new clocks.
        ("FR", "voice", "Europe/Paris", "2026-10-23T18:30+00:00", "2026-10-26T09:00+00:00"),
        ("FR", "voice", "Europe/Paris", "2027-03-26T19:30+00:00", "2027-03-29T08:00+00:00"),
        ("KR", "sms", "Asia/Seoul", "2026-11-23T11:59+00:00", "2026-11-23T11:59+00:00"),
        ("KR", "sms", "Asia/Seoul", "2026-11-23T12:00+00:00", "2026-11-23T23:00+00:00"),
        ("IN", "sms", "Asia/Kolkata", "2026-11-23T04:29+00:00", "2026-11-23T04:30+00:00"),
        ("IN", "voice", "Asia/Kolkata", "2026-11-23T15:30+00:00", "2026-11-24T04:30+00:00"),
        ("US", "sms", "America/New_York", "2026-11-01T03:00+00:00", "2026-11-01T13:00+00:00"),
        ("CO", "email", "America/Bogota", "2026-11-22T15:00+00:00", "2026-11-23T12:00+00:00"),
        ("DE", "email", "Europe/Berlin", "2026-11-22T03:00+00:00", "2026-11-22T03:00+00:00"),
    ],
)
def test_the_next_allowed_moment_is_told_by_the_recipients_clocks(country, use, zone, wanted, allowed):
    chains = [regime(country, TODAY)]
    assert open_from(chains, use, datetime.fromisoformat(wanted), zone) == datetime.fromisoformat(allowed)

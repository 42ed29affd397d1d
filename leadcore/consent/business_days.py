"""Working days and terms in months, counted from the day consent was given."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

_FRIDAY_SATURDAY = frozenset({4, 5})
_SATURDAY_SUNDAY = frozenset({5, 6})
_WEEKENDS = {
    **dict.fromkeys(("BD", "EG", "IL", "SA", "JO", "KW", "QA", "OM", "BH", "IQ", "DZ", "LY"), _FRIDAY_SATURDAY),
    "NP": frozenset({5}),
}
_FIXED_HOLIDAYS = {"TR": frozenset({(1, 1), (4, 23), (5, 1), (5, 19), (7, 15), (8, 30), (10, 29)})}
# Religious holidays move with the moon and are set by decree; a due day that ignores them is early, never late.


def is_working_day(day: date, country: str) -> bool:
    """Whether a day is a working day in a country, by its weekend and its fixed public holidays."""
    if day.weekday() in _WEEKENDS.get(country, _SATURDAY_SUNDAY):
        return False
    return (day.month, day.day) not in _FIXED_HOLIDAYS.get(country, frozenset())


def add_working_days(start: date, count: int, country: str) -> date:
    """The day that is `count` working days after `start`; the next working day is day 1."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, country):
            count -= 1
    return day


def add_months(start: date, months: int) -> date:
    """The same day `months` later, or the last day of that month where it is shorter."""
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))

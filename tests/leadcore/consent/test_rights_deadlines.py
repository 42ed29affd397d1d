"""Until when a request has to be answered: every case fails when its term in the law data changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leadcore.consent.regimes import codes
from leadcore.consent.rights import KINDS, deadline

#: A Friday noon.
RECEIVED = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("markets", "residence", "kind", "due", "regimes"),
    [
        (["DE"], "DE", "access", datetime(2026, 12, 20, 12, tzinfo=UTC), ("EU",)),
        (["DE"], "DE", "withdrawal", datetime(2026, 11, 21, 12, tzinfo=UTC), ("EU",)),
        (["BR"], "", "erasure", datetime(2026, 12, 5, 12, tzinfo=UTC), ("BR",)),
        (["KZ"], "", "access", datetime(2026, 11, 25, 12, tzinfo=UTC), ("KZ",)),
        (["DE"], "BR", "export", datetime(2026, 12, 5, 12, tzinfo=UTC), ("BR",)),
        (["CN"], "", "correction", datetime(2026, 12, 11, 12, tzinfo=UTC), ("CN",)),
        (["US-CA"], "", "access", datetime(2027, 1, 4, 12, tzinfo=UTC), ("US-CA", "US-GPC")),
        (["US"], "US", "withdrawal", datetime(2026, 12, 4, 12, tzinfo=UTC), ("US",)),
        (["VN"], "", "withdrawal", RECEIVED, ("VN",)),
    ],
)
def test_the_shortest_term_in_force_counts(markets: list[str], residence: str, kind: str, due: datetime, regimes: tuple[str, ...]) -> None:
    found = deadline(kind, RECEIVED, markets=markets, residence=residence)
    assert (found.due_at, found.regimes) == (due, regimes)
    assert found.cite


def test_a_month_ends_with_the_shorter_month() -> None:
    assert deadline("access", datetime(2027, 1, 31, 9, tzinfo=UTC), markets=["FR"]).due_at == datetime(2027, 2, 28, 9, tzinfo=UTC)


def test_without_a_term_in_law_our_own_counts() -> None:
    found = deadline("access", RECEIVED, markets=["US"])
    assert found.due_at == RECEIVED + timedelta(days=30) and found.regimes == ()


@pytest.mark.parametrize("code", codes())
@pytest.mark.parametrize("kind", KINDS)
def test_every_jurisdiction_has_a_deadline(code: str, kind: str) -> None:
    found = deadline(kind, RECEIVED, markets=[code])
    assert RECEIVED <= found.due_at <= RECEIVED + timedelta(days=100)


def test_an_unknown_kind_is_told() -> None:
    with pytest.raises(ValueError, match="access, correction"):
        deadline("wish", RECEIVED, markets=["DE"])

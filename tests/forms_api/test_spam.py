"""Signs of a machine: each alone is enough, none of them is about what somebody believes or where they come from."""

from __future__ import annotations

import pytest

from forms_api.spam import FASTEST_MS, MOST_LINKS, quarantine_reason


def reason(**given: str | bool) -> str | None:
    text = str(given.pop("text", ""))
    return quarantine_reason(**{"trap": "", "elapsed": "", "texts": {"message": text}, **given})  # type: ignore[arg-type]


def test_a_person_shows_no_sign() -> None:
    assert reason(text="See https://example.com and www.example.org", elapsed="20000", trap="  ") is None


def test_each_sign_has_its_reason_and_the_first_one_counts() -> None:
    assert reason(trap="x", elapsed="1", origin_known=False) == "honeypot"
    assert reason(elapsed="1", text="www. " * 9, origin_known=False) == "too_fast"
    assert reason(text="www. " * 9, origin_known=False) == "links"
    assert reason(origin_known=False) == "origin_hidden"


@pytest.mark.parametrize(("elapsed", "fast"), [("0", True), (str(FASTEST_MS - 1), True), (str(FASTEST_MS), False), ("0000000000099", False), ("9" * 5000, False), ("١٢", False), ("1.5", False), ("-1", False), ("", False)])
def test_only_a_plain_number_of_milliseconds_can_be_too_fast(elapsed: str, fast: bool) -> None:
    assert (reason(elapsed=elapsed) == "too_fast") is fast


@pytest.mark.parametrize("link", ["https://www.example.com/a", "http://example.com", "WWW.example.com", "[url=https://example.com]x[/url]", "[URL]www.example.com"])
def test_a_link_counts_once_however_it_is_written(link: str) -> None:
    assert reason(text=f"{link} " * MOST_LINKS) is None
    assert reason(text=f"{link} " * (MOST_LINKS + 1)) == "links"


def test_links_are_counted_over_all_answers() -> None:
    texts = {f"field{n}": "https://example.com" for n in range(MOST_LINKS + 1)}
    assert quarantine_reason(trap="", elapsed="", texts=texts) == "links"

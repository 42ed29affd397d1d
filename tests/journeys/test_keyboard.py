"""With a keyboard and without JavaScript, in every locale: from the landing page over a mistake to the thank-you page in at most
twelve key presses besides typing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leadcore.reading import load_project

from .apart import Apart
from .conftest import free_port

ROOT = Path(__file__).parents[2]
VALUES = tomllib.loads((ROOT / "tests" / "leadcore" / "rendering" / "values.toml").read_text(encoding="utf-8"))["accepted"]
PLACES = [(m.id, locale) for m in load_project(ROOT).markets.values() for locale in m.locales]
#: Right to left, Indic, kana and Han; the other locales are slow.
FEW = [("il", "he"), ("in", "gu-IN"), ("jp", "ja")]
MOST_PRESSES = 12

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("keyboard")]


@pytest.fixture(scope="module")
def apart(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    made = Apart(example, tmp_path_factory.mktemp("keyboard"), free_port)
    yield made
    made.close()


def row_of(field: str, market: str, locale: str) -> dict[str, str]:
    """What people there have: in this locale, or else in its language, or else in the market."""
    rows = [row for row in VALUES if row["field"] == field and row["typed"].strip() == row["typed"]]
    language = locale.split("-")[0]
    here = [row for row in rows if (row["market"], row["locale"]) == (market, locale)]
    spoken = [row for row in rows if row["locale"].split("-")[0] == language]
    found: dict[str, str] = [*here, *spoken, *(row for row in rows if row["market"] == market)][0]
    return found


class Keyboard:
    """Counts the keys that are pressed besides typing."""

    def __init__(self, page: Any) -> None:
        self.page, self.presses = page, 0

    def press(self, key: str) -> None:
        self.presses += 1
        self.page.keyboard.press(key)

    def tab_to(self, selector: str) -> None:
        while self.presses < 4 * MOST_PRESSES:
            self.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                shown = self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert shown != "none", f"one cannot see the focus on {selector}"
                return
        raise AssertionError(f"Tab does not reach {selector}")

    def follow(self, selector: str) -> None:
        self.tab_to(selector)
        self.press("Enter")

    def send(self) -> None:
        with self.page.expect_navigation():
            self.press("Enter")


@pytest.mark.parametrize(
    ("market", "locale"), [pytest.param(*place, marks=() if place in FEW else pytest.mark.slow, id="-".join(place)) for place in PLACES]
)
def test_from_the_landing_page_over_a_mistake_to_thanks(apart: Apart, browser: Any, market: str, locale: str) -> None:
    name, row = row_of("name", market, locale)["typed"], row_of("email", market, locale)
    address = row["typed"]
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    keys = Keyboard(page)

    page.goto(apart.page(market, locale))
    keys.follow(".skip")
    keys.follow(".hero a.button")
    keys.tab_to("#f-name")
    page.keyboard.type(name)
    keys.tab_to("#f-email")
    page.keyboard.type("nobody")
    keys.send()
    assert page.evaluate("document.activeElement.matches('.summary[role=alert]')"), "the summary of errors has the focus"
    assert page.locator(".summary li").count() == 1
    assert (page.input_value("#f-name"), page.input_value("#f-email")) == (name, "nobody")
    keys.follow(".summary a")
    assert page.evaluate("document.activeElement.id") == "f-email", "a link in the summary leads to its field"
    keys.press("Control+A")
    page.keyboard.type(address)
    keys.send()
    assert page.url.split("#")[0].endswith(f"/{market}/{apart.project.markets[market].prefix(locale)}thanks/guide/")
    assert page.get_attribute("html", "lang") == locale
    assert keys.presses <= MOST_PRESSES, f"{keys.presses} key presses"

    (lead,) = [one for one in apart.leads(row.get("stored", address)) if (one.market, one.locale) == (market, locale)]
    assert (lead.answers["name"], lead.answers["email"]) == (name, address)
    assert context.cookies() == []
    context.close()

"""The optional script of a form, in a browser: site and API on two origins, the API sometimes away."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from leadcore.model.locales import direction
from leadcore.rendering.assets import assets
from leadcore.rendering.frame import words_for

from .apart import Apart
from .conftest import free_port

pytestmark = [pytest.mark.browser]

PLACES = [("us", "en-US"), ("ae", "ar"), ("in", "gu-IN"), ("jp", "ja")]
KEPT = (
    "We cannot take your form just now. It is kept in this tab and will be sent by itself as soon as we can take it. "
    "Keep this tab open until then."
)
NOTE = "form.lead [role=status]"
BUTTON = "form.lead button[type=submit]"


@pytest.fixture(scope="module")
def apart(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    made = Apart(example, tmp_path_factory.mktemp("apart"), free_port)
    yield made
    made.close()


@pytest.fixture
def page(apart: Apart, browser: Any) -> Iterator[Any]:
    """A page in a fresh context that notes what it asks for, and any error of the script."""
    apart.up()
    context = browser.new_context(viewport={"width": 360, "height": 740})
    made = context.new_page()
    made.errors = []
    made.asked = []
    made.on("pageerror", lambda error: made.errors.append(str(error)))
    made.on("request", lambda request: made.asked.append((request.method, request.url)))
    yield made
    assert made.errors == []
    assert context.cookies() == []
    context.close()


def posted(page: Any) -> list[str]:
    return [method for method, url in page.asked if method in ("POST", "OPTIONS") and "localhost" in url]


def stored(page: Any) -> list[str]:
    found: list[str] = page.evaluate("[...Object.keys(sessionStorage), ...Object.keys(localStorage)]")
    return found


def fill(page: Any, apart: Apart, name: str, market: str = "us", locale: str = "en-US") -> str:
    """Opens a landing page and fills in its form; the address typed."""
    address = f"{name}.{market}.{time.monotonic_ns()}@example.com"
    page.goto(apart.page(market, locale))
    page.fill("#f-name", "Zoë & Ada")
    page.fill("#f-email", address)
    page.check("input[name=consent_news_email]")
    page.evaluate("window.here = true")
    return address


def comes_to_thanks(page: Any, apart: Apart, market: str = "us", locale: str = "en-US") -> None:
    page.wait_for_url(f"{apart.page(market, locale)}thanks/guide/*", timeout=15_000)
    assert stored(page) == [], "what was kept is gone once it is taken"


@pytest.mark.parametrize(("market", "locale"), PLACES)
def test_the_first_view_is_small_and_leaves_nothing_behind(apart: Apart, page: Any, market: str, locale: str) -> None:
    page.goto(apart.page(market, locale), wait_until="networkidle")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.fill("#f-name", "O")
    assert len(page.asked) <= 4 and all(url.startswith((apart.site, "data:")) for _, url in page.asked)
    assert sum(url.endswith(".js") for _, url in page.asked) == 1
    assert stored(page) == [], "nothing is kept before the visitor sends"


def test_the_script_is_small_and_only_a_page_with_a_form_loads_it(apart: Apart, page: Any, example: Path) -> None:
    (script,) = [data for name, data in assets(example).items() if name.startswith("form.")]
    assert len(script) <= 3072 and len(gzip.compress(script, mtime=0)) <= 1536
    for path in ("blog/", "privacy/", "thanks/guide/"):
        page.asked.clear()
        page.goto(f"{apart.page('us', 'en-US')}{path}", wait_until="networkidle")
        assert [url for _, url in page.asked if url.endswith(".js")] == []


def test_a_new_script_reaches_the_pages_that_load_it_and_no_others(copy_of_example: Path, tmp_path: Path) -> None:
    def built() -> dict[str, bytes]:
        command = [sys.executable, "-m", "leadsite", "build", "--market", "us", "--out", str(tmp_path / "out"), "--project", str(copy_of_example)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.glob("out/us/**/*.*")}

    before = built()
    script = copy_of_example / "site" / "static" / "form.js"
    script.write_bytes(script.read_bytes() + b"// another\n")
    after = built()
    changed = {name for name in before if name in after and before[name] != after[name] and name.endswith(".html")}
    with_form = {name for name, data in before.items() if b'<form class="lead"' in data}
    assert changed == with_form and len(with_form) == 2
    (name,) = [name for name in after if name.endswith(".js")]
    assert all(name.removeprefix("out/us").encode() in after[page] for page in changed)


@pytest.mark.parametrize(("market", "locale"), PLACES)
def test_errors_stand_in_the_page_as_the_server_worded_them(apart: Apart, page: Any, browser: Any, market: str, locale: str) -> None:
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(apart.page(market, locale))
    with plain.expect_navigation():
        plain.locator(BUTTON).press("Enter")
    page.goto(apart.page(market, locale))
    page.evaluate("window.here = true")
    page.locator(BUTTON).press("Enter")
    page.wait_for_selector(".summary")
    assert page.evaluate("window.here") and page.url == apart.page(market, locale), "the page has not changed"
    assert page.evaluate("document.activeElement.matches('.summary[role=alert]')")
    assert page.title() == plain.title()
    assert page.locator("main form.lead").count() == page.locator("h1").count() == 1
    for what in (".summary", ".error", "form.lead"):
        assert page.locator(what).all_inner_texts() == plain.locator(what).all_inner_texts(), what
    for one in (page, plain):
        assert one.get_attribute("html", "dir") == direction(locale)
    edges = [o.locator(".wrong").first.evaluate("e => getComputedStyle(e).borderInlineStartWidth") for o in (page, plain)]
    assert edges == ["4px", "4px"], "the styles of an error came with it"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "f-name"
    page.keyboard.type("O")
    page.fill("#f-email", "nobody")
    page.locator(BUTTON).press("Enter")
    page.wait_for_function("document.querySelectorAll('.summary li').length == 1")
    assert (page.input_value("#f-name"), page.input_value("#f-email")) == ("O", "nobody")
    assert page.locator(".summary").count() == 1
    address = f"fixed.{market}@example.com"
    page.fill("#f-email", address)
    page.locator(BUTTON).press("Enter")
    comes_to_thanks(page, apart, market, locale)
    (lead,) = apart.leads(address)
    assert lead.locale == locale and lead.submission_id
    assert posted(page) == ["POST"] * 3, "no question before a submission"
    plain.context.close()


@pytest.mark.parametrize(("market", "locale"), PLACES)
def test_a_form_is_sent_once_when_the_api_comes_back(apart: Apart, page: Any, market: str, locale: str) -> None:
    page.add_init_script("{ const set = setTimeout; window.setTimeout = (what, after) => after > 1500 ? 1 : set(what, after) }")  # Only `online` tries again.
    address = fill(page, apart, "later", market, locale)
    apart.down()
    page.click(BUTTON)
    words = words_for(apart.project, apart.project.markets[market], locale).gettext(KEPT)
    page.wait_for_selector(f"{NOTE}:has-text('{words[:30]}')")
    assert page.locator(NOTE).inner_text() == words and (words != KEPT or locale.startswith("en"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert len(stored(page)) == 1 and page.evaluate("localStorage.length") == 0, "in this tab only"
    assert page.input_value("#f-email") == address and page.evaluate("window.here")
    apart.up()
    page.evaluate("dispatchEvent(new Event('online'))")
    comes_to_thanks(page, apart, market, locale)
    assert [one.answers["name"] for one in apart.leads(address)] == ["Zoë & Ada"]


def test_it_is_tried_again_by_itself(apart: Apart, page: Any) -> None:
    address = fill(page, apart, "patience")
    apart.down()
    page.click(BUTTON)
    page.wait_for_function("document.querySelector('[role=status]').textContent.startsWith('We cannot')")
    page.wait_for_timeout(3500)
    assert 2 <= len(posted(page)) <= 3, "with growing pauses"
    apart.up()
    comes_to_thanks(page, apart)
    assert len(apart.leads(address)) == 1


def test_a_reload_loses_nothing(apart: Apart, page: Any) -> None:
    address = fill(page, apart, "reload")
    apart.down()
    page.click(BUTTON)
    page.wait_for_function("sessionStorage.length == 1")
    page.reload()
    page.wait_for_selector(f"{NOTE}:has-text('kept in this tab')")
    assert (page.input_value("#f-name"), page.input_value("#f-email")) == ("Zoë & Ada", address)
    assert page.is_checked("input[name=consent_news_email]")
    apart.up()
    page.click(BUTTON)
    comes_to_thanks(page, apart)
    assert len(apart.leads(address)) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_the_server_puts_off_is_sent_later(apart: Apart, page: Any, status: int) -> None:
    address = fill(page, apart, f"off{status}")
    answers = iter([{"status": status, "headers": {"Access-Control-Allow-Origin": apart.site}, "body": "<form class=lead>"}])

    def route(route: Any) -> None:
        answer = next(answers, None)
        route.fulfill(**answer) if answer else route.continue_()

    page.route(f"{apart.forms}/**", route)
    page.click(BUTTON)
    page.wait_for_selector(f"{NOTE}:has-text('kept in this tab')")
    comes_to_thanks(page, apart)
    assert len(apart.leads(address)) == 1 and len(posted(page)) == 2


def test_an_answer_that_is_lost_makes_no_second_lead(apart: Apart, page: Any) -> None:
    address = fill(page, apart, "lost")
    seen: list[dict[str, str]] = []

    def route(route: Any) -> None:
        seen.append(dict(parse_qsl(route.request.post_data)))
        if len(seen) == 1:
            assert route.fetch().status == 201
            route.abort()
        else:
            route.continue_()

    page.route(f"{apart.forms}/**", route)
    page.click(BUTTON)
    comes_to_thanks(page, apart)
    assert len(apart.leads(address)) == 1
    assert seen[0] == seen[1] and re.fullmatch(r"\d+(-\d+){3}", seen[0]["submission_id"]) and int(seen[0]["elapsed"]) > 0


def test_two_clicks_are_one_submission(apart: Apart, page: Any) -> None:
    address = fill(page, apart, "twice")

    def slowly(route: Any) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route(f"{apart.forms}/**", slowly)
    page.evaluate("{ const form = document.querySelector('form.lead'); form.requestSubmit(); form.requestSubmit() }")
    assert page.locator(NOTE).inner_text() == "Sending…"
    comes_to_thanks(page, apart)
    assert len(apart.leads(address)) == 1 and len(posted(page)) == 1


def test_back_and_once_more_is_the_same_lead(apart: Apart, page: Any) -> None:
    address = fill(page, apart, "back")
    page.click(BUTTON)
    comes_to_thanks(page, apart)
    page.go_back()
    page.fill("#f-name", "Zoë & Ada")
    page.fill("#f-email", address)
    page.check("input[name=consent_news_email]")
    page.click(BUTTON)
    comes_to_thanks(page, apart)
    assert len(apart.leads(address)) == 1


def test_other_answers_are_another_submission(apart: Apart, page: Any) -> None:
    first = fill(page, apart, "first")
    apart.down()
    page.click(BUTTON)
    page.wait_for_selector(f"{NOTE}:has-text('kept in this tab')")
    second = first.replace("first", "second")
    page.fill("#f-email", second)
    apart.up()
    page.click(BUTTON)
    comes_to_thanks(page, apart)
    assert (len(apart.leads(first)), len(apart.leads(second))) == (0, 1)


@pytest.mark.parametrize("answer", [{"status": 403, "body": "<h1>no form here</h1>"}, {"status": 303, "headers": {"Location": "/"}}, {"status": 201, "body": "<p>"}])
def test_what_the_script_cannot_show_is_left_to_the_browser(apart: Apart, page: Any, answer: dict[str, Any]) -> None:
    """Also an API that knows nothing of the script: its redirect is followed by the browser, and the lead is one."""
    address = fill(page, apart, "plain")
    headers = {"Access-Control-Allow-Origin": apart.site, **answer.get("headers", {})}
    answers = iter([{**answer, "headers": headers}])

    def route(route: Any) -> None:
        mine = next(answers, None)
        route.fulfill(**mine) if mine else route.continue_()

    page.route(f"{apart.forms}/**", route)
    page.click(BUTTON)
    comes_to_thanks(page, apart)
    assert len(apart.leads(address)) == 1


def test_where_the_browser_forbids_storage_the_page_itself_keeps_the_form(apart: Apart, page: Any) -> None:
    page.add_init_script("Object.defineProperty(window, 'sessionStorage', {get() { throw new DOMException('no', 'SecurityError') }})")
    address = fill(page, apart, "forbidden")
    apart.down()
    page.click(BUTTON)
    page.wait_for_selector(f"{NOTE}:has-text('kept in this tab')")
    apart.up()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_url("**/thanks/guide/*")
    assert len(apart.leads(address)) == 1

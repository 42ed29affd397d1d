"""What Chromium really draws: which family each glyph comes from, and where the digits of a telephone number stand."""

from __future__ import annotations

import functools
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from leadcore.model.locales import script_of
from leadcore.rendering.font_files import installed_font
from leadcore.rendering.i18n import translator
from leadcore.rendering.stylesheet import fonts_of, named_fonts
from leadsite.build import build_site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

#: A page of every script of the example, and of every language: market, path, locale.
POST = "blog/client-acquisition/ideal-client-profile/"
PAGES = {
    "us/": "en-US", f"us/{POST}": "en-US", "de/": "de", "br/": "pt-BR", "ca/fr/": "fr-CA", "uz/": "uz",
    "kz/ru/": "ru", "kz/kk/": "kk", "in/gu/": "gu-IN", f"in/gu/{POST}": "gu-IN", "in/mr/": "mr-IN", "in/bn/": "bn-IN",
    "bd/bn/": "bn-BD", "ae/ar/": "ar-AE", f"ae/ar/{POST}": "ar-AE", "il/": "he", "jp/": "ja", "cn/": "zh-Hans",
}  # fmt: skip
#: The families that are installed where the tests run, by script; the theme names each of them.
INSTALLED = {
    "Latn": "Noto Sans", "Cyrl": "Noto Sans", "Gujr": "Noto Sans Gujarati", "Deva": "Noto Sans Devanagari", "Beng": "Noto Sans Bengali",
    "Arab": "Noto Sans Arabic", "Hebr": "Noto Sans Hebrew", "Jpan": "Noto Sans CJK JP", "Hans": "Noto Sans CJK SC",
}  # fmt: skip
#: Each element that shows text of its own: its language, whether it is the page's and all signs are letters of its script, its text.
MARK = """pattern => {
  const own = new RegExp(pattern, 'u');
  let count = 0;
  for (const e of document.querySelectorAll('body *')) {
    if (['SCRIPT', 'STYLE', 'OPTION', 'DATALIST'].includes(e.tagName) || e.closest('svg')) continue;
    const text = [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join('').trim();
    if (!text || !e.getClientRects().length) continue;
    e.dataset.lang = e.closest('[lang]').lang;
    // What the theme draws before a text is not in its script.
    const plain = !/["']/.test(getComputedStyle(e, '::before').content);
    e.dataset.own = plain && [...text].every(c => own.test(c) || /\\s|\\p{M}/u.test(c)) && e.dataset.lang === document.documentElement.lang ? '1' : '';
    e.dataset.text = text.slice(0, 60);
    count++;
  }
  return count;
}"""
LETTERS = {"Jpan": r"\p{sc=Hira}|\p{sc=Kana}|\p{sc=Hani}|ー", "Hans": r"\p{sc=Hani}"}
PHONES = {"ae": "+971 50 123 4567", "il": "+972 3 555 0199"}
#: Where each character of a text begins, from the left, in the first element that shows it.
PLACES = """text => {
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const start = nodes.currentNode.data.indexOf(text);
    if (start < 0 || !nodes.currentNode.parentElement.getClientRects().length) continue;
    return [...text].map((_, i) => {
      const range = document.createRange();
      range.setStart(nodes.currentNode, start + i);
      range.setEnd(nodes.currentNode, start + i + 1);
      return range.getBoundingClientRect().left;
    });
  }
  return [];
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[Path], str]]:
    servers = []

    def start(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def origins(built: Any, serve: Callable[[Path], str]) -> dict[str, str]:
    return {market: serve(built.out / market) for market in built.plan.project.markets}


def families(stack: str) -> set[str]:
    return {name.strip().strip("\"'") for name in stack.split(",")}


def drawn(page: Any, script: str) -> list[tuple[str, bool, str, list[dict[str, Any]]]]:
    """Language, whether all signs are letters of its script, text and fonts of every element with text of its own."""
    assert page.evaluate(MARK, LETTERS.get(script, rf"\p{{sc={script}}}")) > 20
    cdp = page.context.new_cdp_session(page)
    cdp.send("DOM.enable")
    cdp.send("CSS.enable")
    root = cdp.send("DOM.getDocument", {"depth": 1})["root"]["nodeId"]
    found = []
    for node in cdp.send("DOM.querySelectorAll", {"nodeId": root, "selector": "[data-text]"})["nodeIds"]:
        attributes = cdp.send("DOM.getAttributes", {"nodeId": node})["attributes"]
        values = dict(zip(attributes[::2], attributes[1::2], strict=True))
        fonts = cdp.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        found.append((values["data-lang"], bool(values["data-own"]), values["data-text"], fonts))
    cdp.detach()
    return found


@pytest.mark.parametrize("path", PAGES)
def test_every_glyph_is_drawn_by_a_family_that_the_theme_names(path: str, origins: dict[str, str], browser: Any, example: Path) -> None:
    locale = PAGES[path]
    script = script_of(locale)
    font = installed_font((INSTALLED[script],), locale)
    if font is None or font.family != INSTALLED[script]:
        pytest.skip(f"{INSTALLED[script]} is not installed (make test installs fonts-noto-core and fonts-noto-cjk where it may)")
    market, _, rest = path.partition("/")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    try:
        page.goto(f"{origins[market]}/{rest}")
        page.evaluate("document.fonts.ready")
        wrong, own = [], 0
        for lang, all_own, text, fonts in drawn(page, script):
            named = families(fonts_of(example, lang)) | families(named_fonts(example, lang, "--head"))
            if all_own:
                own += 1
            else:
                # Latin letters, figures and marks that a script's family lacks come from the families of Latin text.
                named |= families(fonts_of(example, "en")) | families(named_fonts(example, "en", "--head"))
            wrong += [(lang, text, one["familyName"]) for one in fonts if not one["isCustomFont"] and one["familyName"] not in named]
        assert wrong == []
        assert own >= 5, "the page has text of its own script"
    finally:
        page.close()


@pytest.mark.parametrize("path", ["in/gu/", f"in/gu/{POST}", "in/gu/privacy/", "in/gu/thanks/guide/"])
def test_headings_are_drawn_by_the_font_that_the_market_chose(path: str, origins: dict[str, str], browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto(origins["in"] + path.removeprefix("in"))
        page.evaluate("document.fonts.ready")
        page.evaluate("for (const h of document.querySelectorAll('h1, h2, h3')) h.dataset.heading = '1'")
        cdp = page.context.new_cdp_session(page)
        cdp.send("DOM.enable")
        cdp.send("CSS.enable")
        root = cdp.send("DOM.getDocument", {"depth": 1})["root"]["nodeId"]
        nodes = cdp.send("DOM.querySelectorAll", {"nodeId": root, "selector": "h1"})["nodeIds"]
        assert nodes
        for node in nodes:
            fonts = cdp.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
            assert [(f["familyName"], f["isCustomFont"]) for f in fonts] == [("Noto Serif Gujarati", True)]
        (paragraph, *_) = cdp.send("DOM.querySelectorAll", {"nodeId": root, "selector": "main p"})["nodeIds"]
        assert not any(f["isCustomFont"] for f in cdp.send("CSS.getPlatformFontsForNode", {"nodeId": paragraph})["fonts"])
        fonts_asked = [url for url in asked if url.endswith(".woff2")]
        assert len(fonts_asked) == 1 and all(url.startswith(origins["in"]) for url in asked)
        images = re.compile(r"\.(avif|webp|svg|png|jpe?g)$")
        assert len([url for url in asked if not images.search(url)]) <= 4
    finally:
        page.close()


def test_a_late_font_moves_nothing(origins: dict[str, str], browser: Any) -> None:
    """The font comes a second after the page; the fallback has taken as much room."""
    assert shift_of(origins["in"] + "/gu/", browser) <= 0.01


def test_a_late_font_would_move_a_page_whose_fallback_is_of_another_size(origins: dict[str, str], browser: Any) -> None:
    assert shift_of(origins["in"] + "/gu/", browser, spoil=True) > 0.01


def shift_of(url: str, browser: Any, *, spoil: bool = False) -> float:
    """The cumulative layout shift while the font comes late, at its worst of three widths."""
    shifts = []
    for width in (360, 412, 1280):
        context = browser.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()

        def late(route: Any) -> None:
            time.sleep(1)
            route.continue_()

        def spoiled(route: Any) -> None:
            answer = route.fetch()
            body, count = re.subn(r"size-adjust:[\d.]+%", "size-adjust:150%", answer.text())
            assert count
            route.fulfill(response=answer, body=body)

        page.route("**/*.woff2", late)
        if spoil:
            page.route("**/gu/", spoiled)
        page.add_init_script(
            "window.shift = 0; new PerformanceObserver(l => l.getEntries().forEach(e => window.shift += e.value))"
            ".observe({type: 'layout-shift', buffered: true})"
        )
        page.goto(url)
        page.wait_for_function("[...document.fonts].some(f => f.family === 'H' && f.status === 'loaded')", timeout=15_000)
        page.wait_for_timeout(300)
        shifts.append(page.evaluate("window.shift"))
        context.close()
    return max(shifts)


@pytest.fixture(scope="module")
def with_phones(example: Path, tmp_path_factory: pytest.TempPathFactory, today: Any, serve: Callable[[Path], str]) -> dict[str, str]:
    """The right-to-left markets with a telephone number in their imprint and in the text of a post."""
    root = tmp_path_factory.mktemp("phones") / "example"
    for room in ("site", "content", "locales"):
        shutil.copytree(example / room, root / room)
    site = root / "site" / "site.toml"
    site.write_text(re.sub(r"^social_images.*$", "", site.read_text("utf-8"), flags=re.M), encoding="utf-8")
    for market, phone in PHONES.items():
        path = root / "content" / "markets" / f"{market}.toml"
        path.write_text(path.read_text("utf-8").replace("[controller]\n", f'[controller]\nphone = "{phone}"\n', 1), encoding="utf-8")
        language, call = {"ae": ("ar", "اتصلوا بنا على الرقم"), "il": ("he", "התקשרו אלינו למספר")}[market]
        post = root / "content" / "blog" / "client-acquisition" / f"01-ideal-client-profile.{language}.md"
        post.write_text(post.read_text("utf-8") + f"\n{call} {phone}.\n", encoding="utf-8")
    build_site(root, root / "build", tuple(PHONES), today=today)
    return {market: serve(root / "build" / market) for market in PHONES}


@pytest.mark.parametrize("place", ["imprint/", POST])
@pytest.mark.parametrize("market", PHONES)
def test_telephone_numbers_read_left_to_right(market: str, place: str, with_phones: dict[str, str], browser: Any) -> None:
    page = browser.new_page()
    try:
        page.goto(with_phones[market] + ("/ar/" if market == "ae" else "/") + place)
        assert page.evaluate("document.documentElement.dir") == "rtl"
        places = page.evaluate(PLACES, PHONES[market])
        assert len(places) == len(PHONES[market])
        assert places == sorted(set(places)), "each sign stands right of the one before"
    finally:
        page.close()


@pytest.mark.parametrize("message", ["Write to {contact_email} or call {phone}.", "Enter a phone number with its area code, like {example}"])
@pytest.mark.parametrize(("market", "tag"), [("ae", "ar"), ("il", "he")])
def test_numbers_in_messages_read_left_to_right(market: str, tag: str, message: str, example: Path, browser: Any) -> None:
    """What notices and errors of forms say, in the isolates of their catalogues."""
    phone = PHONES[market]
    words = translator(example, tag, market.upper())
    text = words.gettext(message, contact_email="privacy@small.example", phone=phone, example=phone)
    assert text != message and phone in text
    page = browser.new_page()
    page.set_content(f'<html lang="{tag}" dir="rtl"><body><p>{text}</p>')
    places = page.evaluate(PLACES, phone)
    page.close()
    assert len(places) == len(phone) and places == sorted(set(places))


@pytest.mark.parametrize("market", PHONES)
def test_a_number_is_typed_left_to_right(market: str, with_phones: dict[str, str], browser: Any) -> None:
    page = browser.new_page()
    try:
        page.goto(with_phones[market] + ("/ar/demo/" if market == "ae" else "/demo/"))
        found = page.evaluate("[...document.querySelectorAll('input[type=tel]')].map(e => getComputedStyle(e).direction)")
        assert found and set(found) == {"ltr"}
    finally:
        page.close()


def test_a_number_alone_would_be_turned_around(browser: Any) -> None:
    """What the isolates are for: without one, the groups change places."""
    page = browser.new_page()
    page.set_content(f'<html lang="ar" dir="rtl"><body><p>الرقم {PHONES["ae"]}</p>')
    places = page.evaluate(PLACES, PHONES["ae"])
    page.close()
    assert len(places) == len(PHONES["ae"]) and places != sorted(places)

"""What a browser asks for when a landing page opens, and what stays on the device: small, few, from one place, nothing kept."""

from __future__ import annotations

from typing import Any

import pytest

from .hosting import Gallery
from .states import TEMPLATES
from .test_axe import PLACES

FIRST_FLIGHT = 13 * 1024
MOST_SCRIPT = 3 * 1024
MOST_REQUESTS = 4
#: Names of all that a page can keep on a device without asking.
KEPT = """async () => [
    ...document.cookie.split("; ").filter(Boolean), ...Object.keys(localStorage), ...Object.keys(sessionStorage),
    ...(await indexedDB.databases()).map(one => one.name), ...await caches.keys(), ...await cookieStore.getAll(),
    ...(await navigator.serviceWorker.getRegistrations()).map(one => one.scope)]"""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("web-weights")]


class Visit:
    """A page opened by a new visitor with a phone, JavaScript on: `sizes` are bytes over the wire without headers, by kind."""

    def __init__(self, browser: Any, url: str) -> None:
        self.context = browser.new_context(viewport={"width": 360, "height": 740})
        page = self.context.new_page()
        answers: list[Any] = []
        self.asked: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("response", lambda answer: answers.append(answer))
        page.goto(url)
        page.evaluate("document.fonts.ready")
        self.sizes: dict[str, int] = {}
        for one in answers:
            kind = one.request.resource_type
            self.sizes[kind] = self.sizes.get(kind, 0) + one.request.sizes()["responseBodySize"]
        self.kept = [str(name) for name in page.evaluate(KEPT)] + [cookie["name"] for cookie in self.context.cookies()]
        self.context.close()


@pytest.mark.parametrize("page", ["guide", "demo"])
@pytest.mark.parametrize(("market", "locale"), PLACES)
def test_a_landing_page_is_light_and_keeps_nothing(market: str, locale: str, page: str, gallery: Gallery, browser: Any) -> None:
    visit = Visit(browser, gallery.url(f"{market}/{locale}/landing-{page}"))
    assert 4000 < visit.sizes["document"] <= FIRST_FLIGHT
    assert 0 < visit.sizes["script"] <= MOST_SCRIPT
    assert len(visit.asked) <= MOST_REQUESTS, visit.asked
    assert [url for url in visit.asked if not url.startswith((gallery.host.origin, "data:"))] == []
    assert visit.kept == []


@pytest.mark.parametrize("kind", [kind for kind in TEMPLATES if not kind.startswith("landing")])
def test_the_other_pages_keep_nothing_either(kind: str, gallery: Gallery, browser: Any) -> None:
    for name in gallery.named(kind, [("in", "gu-IN"), ("de", "de")]):
        visit = Visit(browser, gallery.url(name))
        assert "script" not in visit.sizes and len(visit.asked) <= MOST_REQUESTS, visit.asked
        assert [url for url in visit.asked if not url.startswith((gallery.host.origin, "data:"))] == []
        assert visit.kept == []


def test_what_is_asked_for_and_kept_would_be_found(gallery: Gallery, browser: Any) -> None:
    page = "<!doctype html><title>x</title><link rel=icon href=data:,><script>document.cookie='a=1';localStorage.b=1;sessionStorage.c=1;indexedDB.open('d')</script>"
    gallery.host.add("/~heavy/index.html", f"{page}<script src='/~heavy/big.js'></script><img src='http://127.0.0.1:9/x.png'>".encode())
    gallery.host.add("/~heavy/big.js", b"/*" + "".join(map(str, range(5000))).encode() + b"*/")
    visit = Visit(browser, f"{gallery.host.origin}/~heavy/")
    assert {"a=1", "b", "c", "d"} <= set(visit.kept)
    assert visit.sizes["script"] > MOST_SCRIPT and len(visit.asked) == 3
    assert [url for url in visit.asked if not url.startswith(gallery.host.origin)] == ["http://127.0.0.1:9/x.png"]

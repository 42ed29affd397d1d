"""Images as a browser shows them: the format and width it takes, the room it keeps, the side it stands on."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

pytestmark = pytest.mark.browser

_SHIFTS = """
window.moved = 0;
new PerformanceObserver(list => { for (const e of list.getEntries()) window.moved += e.value }).observe({type: "layout-shift", buffered: true});
"""
_SEEN = """async selector => {
  const image = document.querySelector(selector);
  image.scrollIntoView({block: "center"});
  await image.decode();
  const box = image.getBoundingClientRect();
  return {source: image.currentSrc, width: box.width, ratio: box.width / box.height, natural: image.naturalWidth / image.naturalHeight, left: box.left};
}"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map: ClassVar[dict[str, str]] = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".avif": "image/avif", ".webp": "image/webp"}

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def visit(built: Any, browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page of a market of the example, at a width in pixels; shifts are counted in `moved`."""
    servers: dict[str, http.server.ThreadingHTTPServer] = {}
    contexts = []

    def open_page(market: str, path: str, width: int, **options: Any) -> Any:
        if market not in servers:
            handler = functools.partial(_Quiet, directory=str(built.out / market))
            servers[market] = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            threading.Thread(target=servers[market].serve_forever, daemon=True).start()
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(_SHIFTS)
        page.goto(f"http://127.0.0.1:{servers[market].server_port}/{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    for server in servers.values():
        server.shutdown()
        server.server_close()


PAGES = [("us", "demo/"), ("il", "demo/"), ("us", "blog/client-acquisition/ideal-client-profile/"), ("jp", "blog/client-acquisition/ideal-client-profile/")]


@pytest.mark.parametrize(("market", "path"), PAGES)
@pytest.mark.parametrize(("width", "density", "chosen"), [(360, 1, 360), (360, 2, 720), (360, 3, 1080), (1280, 1, 720), (1280, 2, 1080)])
def test_the_browser_takes_avif_in_a_width_that_fits(
    visit: Callable[..., Any], market: str, path: str, width: int, density: int, chosen: int
) -> None:
    page = visit(market, path, width, device_scale_factor=density)
    seen = page.evaluate(_SEEN, "figure img")
    assert seen["source"].endswith(f"-{chosen}.avif")
    assert abs(seen["ratio"] - seen["natural"]) < 0.02
    assert seen["width"] <= min(width, 640)


@pytest.mark.parametrize(("market", "path"), PAGES)
def test_nothing_moves_when_an_image_arrives(visit: Callable[..., Any], market: str, path: str) -> None:
    page = visit(market, path, 360)
    before = page.evaluate("document.documentElement.scrollHeight")
    page.evaluate(_SEEN, "figure img")
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollHeight") == before
    assert page.evaluate("window.moved") <= 0.01


def test_a_browser_without_avif_takes_webp(visit: Callable[..., Any]) -> None:
    page = visit("us", "demo/", 360)
    page.evaluate("document.querySelectorAll('source').forEach(source => source.type = 'image/unknown')")
    page.wait_for_timeout(100)
    assert page.evaluate(_SEEN, "figure img")["source"].endswith("-360.webp")


@pytest.mark.parametrize(("market", "path", "beside"), [("us", "demo/", "right"), ("ae", "ar/demo/", "left"), ("il", "demo/", "left")])
def test_the_image_of_a_media_block_stands_at_the_end_of_the_line(visit: Callable[..., Any], market: str, path: str, beside: str) -> None:
    page = visit(market, path, 1280)
    image = page.evaluate(_SEEN, ".media img")
    text = page.evaluate("document.querySelector('.media .text').getBoundingClientRect().left")
    assert (image["left"] > text) == (beside == "right")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_images_of_a_first_view_are_light(visit: Callable[..., Any]) -> None:
    page = visit("us", "demo/", 360)
    page.evaluate(_SEEN, "figure img")
    sizes = page.evaluate("performance.getEntriesByType('resource').filter(e => e.initiatorType == 'img').map(e => e.encodedBodySize)")
    assert sizes and sum(sizes) <= 30_000

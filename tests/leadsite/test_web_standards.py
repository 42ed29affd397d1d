"""The built example before two judges: the Nu HTML checker over every page, axe in a browser over every template."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).parents[1] / "web" / "node_modules"
VNU = WEB / "vnu-jar" / "build" / "dist" / "vnu.jar"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = WEB / "axe-core" / "axe.min.js"
INSTALL = "make test installs it where it may"
#: One page of every template: left to right, right to left, Indic; and a text that stands in for its translation.
POST = "blog/client-acquisition/ideal-client-profile/"
PAGES = {
    kind: [f"us/{path}", f"ae/ar/{path}", f"in/gu/{path}"]
    for kind, path in {
        "home": "", "landing": "demo/", "list": "blog/", "series": "blog/client-acquisition/", "post": POST,
        "complete": "blog/client-acquisition/complete/", "thanks": "thanks/guide/", "privacy": "privacy/", "imprint": "imprint/",
    }.items()
}  # fmt: skip
PAGES["chooser"] = ["ae/", "in/"]
PAGES["error"] = ["us/404.html", "ae/404.html", "in/404.html"]
PAGES["fallback"] = ["de/blog/client-acquisition/nurturing/"]


@pytest.mark.xdist_group("vnu")
def test_every_page_is_valid_html(built: Any) -> None:
    if shutil.which("java") is None:
        pytest.skip(f"Java is not installed ({INSTALL})")
    if not VNU.is_file():
        pytest.skip(f"the Nu HTML checker is not installed ({INSTALL})")
    command = ["java", "-Xss2m", "-jar", str(VNU), "--skip-non-html", "--format", "json", str(built.out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    messages = json.loads(done.stderr)["messages"]
    found = {
        (m["type"], m.get("subType", ""), m["message"]): f"{m['url'].rpartition('/build/')[2]}:{m.get('lastLine')}"
        for m in messages
        if m["type"] == "error" or m.get("subType") == "warning"
    }
    assert found == {}


def test_the_html_checker_would_find_a_mistake(tmp_path: Path) -> None:
    if shutil.which("java") is None or not VNU.is_file():
        pytest.skip(f"Java or the Nu HTML checker is not installed ({INSTALL})")
    (tmp_path / "a.html").write_text('<!doctype html><html lang="en"><title>x</title><p id="a"></p><p id="a"></p>', encoding="utf-8")
    done = subprocess.run(["java", "-jar", str(VNU), "--format", "json", str(tmp_path)], capture_output=True, text=True, check=False)
    assert any(m["type"] == "error" for m in json.loads(done.stderr)["messages"])


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="session")
def served(built: Any) -> Iterator[dict[str, str]]:
    """Each market's site at an address of its own, since its links start at the root."""
    servers, origins = [], {}
    for market in built.plan.project.markets:
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(built.out / market)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        origins[market] = f"http://127.0.0.1:{server.server_address[1]}"
    yield origins
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing(kind: str, width: int, scheme: Any, served: dict[str, str], browser: Any) -> None:
    if not AXE.is_file():
        pytest.skip(f"axe-core is not installed ({INSTALL})")
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    try:
        foreign: list[str] = []
        page = context.new_page()
        page.on("request", lambda r: None if r.url.startswith("http://127.0.0.1:") or r.url.startswith("data:") else foreign.append(r.url))
        found, wide = {}, {}
        for name in PAGES[kind]:
            market, _, path = name.partition("/")
            page.goto(f"{served[market]}/{path}")
            page.add_script_tag(path=str(AXE))
            for details in page.locator("details").all():
                details.evaluate("e => e.open = true")
            result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
            if result["violations"]:
                found[name] = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in result["violations"]]
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                wide[name] = over
        assert found == {}
        assert wide == {}, "pages are wider than the window"
        assert foreign == [] and context.cookies() == []
    finally:
        context.close()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_axe_would_find_a_mistake(browser: Any) -> None:
    if not AXE.is_file():
        pytest.skip(f"axe-core is not installed ({INSTALL})")
    page = browser.new_page()
    page.set_content("<!doctype html><title>x</title><main><h1>a</h1><input></main>")
    page.add_script_tag(path=str(AXE))
    found = {v["id"] for v in page.evaluate("axe.run()")["violations"]}
    page.close()
    assert {"html-has-lang", "label"} <= found

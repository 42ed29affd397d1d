"""The time a visitor took: measured by a static page, sent as milliseconds; pages of the API run no script."""

from __future__ import annotations

import re
from pathlib import Path

from ..pages_read import Page
from ..served import Api


def test_the_form_carries_the_time_in_a_hidden_field(api: Api) -> None:
    page = Page(api.client.get("/us/guide").get_data(as_text=True))
    assert [(c.kind, c.value) for c in page.controls if c.name == "elapsed"] == [("hidden", "")]


def test_only_the_landing_page_fills_it_in(example: Path) -> None:
    templates = {path.name: path.read_text(encoding="utf-8") for path in (example / "site" / "templates").glob("*.html")}
    scripts = {name: re.findall(r"<script>(.*?)</script>", text, re.S) for name, text in templates.items()}
    assert {name for name, found in scripts.items() if found} == {"landing.html"}
    (script,) = scripts["landing.html"]
    assert "addEventListener('submit'" in script and "elements.elapsed" in script and len(script) < 200

"""The time a visitor took: measured by the script of a static page, sent as milliseconds; pages of the API run no script."""

from __future__ import annotations

import re
from pathlib import Path

from ..pages_read import Page
from ..served import Api


def test_the_form_carries_the_time_in_a_hidden_field(api: Api) -> None:
    page = Page(api.client.get("/us/guide").get_data(as_text=True))
    assert [(c.kind, c.value) for c in page.controls if c.name == "elapsed"] == [("hidden", "")]


def test_only_the_landing_page_loads_the_script_that_tells_it(example: Path) -> None:
    templates = {path.name: path.read_text(encoding="utf-8") for path in (example / "site" / "templates").glob("*.html")}
    scripts = {name: found for name, text in templates.items() if (found := re.findall(r"<script(?! type=\"application/ld\+json\").*?>.*?</script>", text, re.S))}
    assert scripts == {"landing.html": ['<script type="module" src="{{ form.script }}"></script>']}

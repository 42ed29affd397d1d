"""Every template in every locale, at 360 and 1280 px, light and dark: pictures and a contact sheet in var/screenshots/.

    python -m tests.web.screenshots [--project DIR] [--only TEXT]… [--out DIR]

The project as it stands is built and served, with its images and web fonts; states of forms and mails come from the forms
API with a store of its own. `--only` takes pictures whose name holds a text (`jp/ja`, `landing`, `360-dark`).
Prints what is wider than its window; needs Chromium and the Noto fonts (`tests/web/needs.sh`).
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import shutil
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import Literal

from playwright.sync_api import sync_playwright

from leadcore.reading import load_project
from tests.conftest import CHROMIUM
from tests.web.hosting import Gallery

WIDTHS: tuple[int, ...] = (360, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
#: Images below the first view are fetched when they are scrolled to, which a picture of the whole page is not.
_SHOW_IMAGES = "Promise.all([...document.images].map(image => { image.loading = 'eager'; return image.decode() }))"


def take(gallery: Gallery, out: Path, only: list[str]) -> list[str]:
    """Takes the pictures, and gives the names of those that are wider than their window."""
    wide = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), headless=True, args=CHROMIUM)
        for width in WIDTHS:
            for scheme in SCHEMES:
                wanted = [n for n in gallery.paths if all(text in f"{n}-{width}-{scheme}" for text in only)]
                if not wanted:
                    continue
                context = browser.new_context(
                    viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce", java_script_enabled=False
                )
                page = context.new_page()
                for name in wanted:
                    page.goto(gallery.url(name), wait_until="load")
                    page.evaluate(_SHOW_IMAGES)
                    if page.locator("html").evaluate("e => e.scrollWidth > e.clientWidth"):
                        wide.append(f"{name}-{width}")
                    file = out / f"{name}-{width}-{scheme}.jpg"
                    file.parent.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=str(file), full_page=True, type="jpeg", quality=70)
                context.close()
        browser.close()
    return sorted(set(wide))


def contact_sheet(out: Path) -> Path:
    """One page with all pictures, a row for each template and locale."""
    rows: dict[str, list[str]] = {}
    for file in sorted(out.rglob("*.jpg")):
        name = file.relative_to(out).as_posix()
        rows.setdefault(re.sub(r"-(360|1280)-(light|dark)\.jpg$", "", name), []).append(name)
    by_template = sorted(rows, key=lambda name: (name.rpartition("/")[2], name))
    body = "".join(
        f'<section><h2 id="{escape(name)}">{escape(name)}</h2>'
        + "".join(f'<a href="{escape(f)}"><img loading="lazy" src="{escape(f)}" alt="{escape(f)}"></a>' for f in rows[name])
        + "</section>"
        for name in by_template
    )
    style = (
        "body{font:14px sans-serif;margin:1rem}section{margin-block:2rem}h2{font-size:1rem}"
        "a{display:inline-block;vertical-align:top;margin:.3rem;max-height:640px;overflow:auto;border:1px solid #999}img{display:block;width:300px}"
    )
    sheet = out / "index.html"
    sheet.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Contact sheet</title><style>{style}</style><h1>Contact sheet</h1>{body}\n',
        encoding="utf-8",
    )
    return sheet


def main() -> int:
    """Takes all pictures. 1 when a page is wider than its window."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--project", type=Path, default=Path())
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--only", action="append", default=[])
    chosen = parser.parse_args()
    project = load_project(chosen.project.resolve())
    out = chosen.out or project.root / "var" / "screenshots"
    with tempfile.TemporaryDirectory() as folder:
        gallery = Gallery(project, Path(folder), dt.datetime.now(dt.UTC).date())
        try:
            wide = take(gallery, out, chosen.only)
        finally:
            gallery.close()
    for name in wide:
        print(f"wider than its window: {name}", file=sys.stderr)
    print(f"{len(gallery.paths)} pages; the contact sheet is {contact_sheet(out)}")
    return int(bool(wide))


if __name__ == "__main__":
    sys.exit(main())

"""Every template in every locale, at 360 and 1280 px, light and dark: pictures and a contact sheet in var/screenshots/.

    python -m tests.web.screenshots [--project DIR] [--only TEXT]… [--out DIR]

Pages come from the project as it stands: static ones through the site application, states of forms and mails through the
forms API with a store of its own. `--only` takes pictures whose name holds a text (`jp/ja`, `landing`, `360-dark`).
Prints what is wider than its window; needs Chromium and the Noto fonts (`tests/web/needs.sh`).
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import sync_playwright

from forms_api.app import create_app
from forms_api.services import open_services
from forms_api.settings import Settings
from forms_api.store import deliveries, leads
from forms_api.store.engine import reading
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.reading import load_project
from leadcore.rendering.webforms import static_form
from leadsite.app import create_site_app
from leadsite.plan import make_plan
from tests.conftest import CHROMIUM

WIDTHS: tuple[int, ...] = (360, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_LINK = re.compile(r"https?://[^/\s]+(/(?:confirm|unsubscribe|privacy|receipt)/\S+)")


def site_pages(project: Project) -> Iterator[tuple[str, str]]:
    """(market/locale/template, HTML) of each static page; of posts the first part, of pages all."""
    plan = make_plan(project, dt.datetime.now(dt.UTC).date())
    client = create_site_app(lambda: plan).test_client()
    seen: set[str] = set()
    for output in plan.outputs:
        if not (output.path.endswith(("/", ".html")) or not output.path):
            continue
        head, _, rest = output.key.partition(":")
        kind = {"landing": f"landing-{rest}", "legal": rest, "other": head}.get(output.kind, output.kind)
        name = f"{output.market}/{output.locale}/{kind}"
        if name in seen or output.is_fallback:
            continue
        seen.add(name)
        yield name, client.get(f"/{output.market}/{output.path}").get_data(as_text=True)


def form_states(project: Project, folder: Path) -> Iterator[tuple[str, str]]:
    """(market/locale/state, HTML) of a form with mistakes, the pages behind the links of mails, and the mails."""
    settings = Settings.from_env({
        "LEADSITE_DATABASE_URL": f"sqlite:///{folder / 'store.db'}", "LEADSITE_QUEUE_URL": f"sqlite:///{folder / 'queue.db'}",
        "LEADSITE_SUPPRESSION_FILE": str(folder / "suppressions.jsonl"), "LEADSITE_ANCHOR_FOLDER": str(folder / "anchors"),
        "LEADSITE_SECRET_KEY": "for pictures only, of more than thirty-two characters", "LEADSITE_RATE_PER_MINUTE": "0",
    }, project.root)  # fmt: skip
    kit = open_services(lambda: project, settings)
    client = create_app(kit=kit).test_client()
    try:
        for market in project.markets.values():
            for locale in market.locales:
                for state, html in _states(kit, client, project, market, locale):
                    yield f"{market.id}/{locale}/{state}", html
    finally:
        kit.writer.close()
        kit.waker.close()
        kit.engine.dispose()


def _states(kit: Any, client: Any, project: Project, market: Market, locale: str) -> Iterator[tuple[str, str]]:
    form = market.forms[0]
    view = static_form(project, market, locale, form, page=f"{market.base_url}/", today=kit.clock().date())
    address, sent = f"/{market.id}/{form}", dict(view.hidden)
    yield "form-errors", client.post(address, data={**sent, "email": "ada@example", "name": ""}).get_data(as_text=True)
    names = {one.field.name for one in view.fields}
    email = f"ada.{market.id}.{locale.lower()}@example.com"
    usual = {"name": "Ada", "email": email, "country": market.country, "topic": "leads", "age": "30"}
    boxes = {box.name: "yes" for box in view.boxes}
    answer = client.post(address, data={**sent, **boxes, **{k: v for k, v in usual.items() if k in names}})
    if answer.status_code != 303:
        yield "form-again", answer.get_data(as_text=True)
        return
    links: dict[str, str] = {}
    for mail in _mails(kit, email):
        yield f"mail-{mail.name.replace('/', '-')}", str(mail.payload["html"])
        links |= {path.split("/")[1]: path for path in _LINK.findall(str(mail.payload["text"]))}
    for name in ("confirm", "unsubscribe", "privacy", "receipt"):
        if name in links:
            yield f"link-{name}", client.get(links[name]).get_data(as_text=True)
    if "confirm" in links:
        yield "link-confirmed", client.post(links["confirm"]).get_data(as_text=True)
        for mail in _mails(kit, email):
            if "/" in mail.name:
                yield f"mail-{mail.name.replace('/', '-')}", str(mail.payload["html"])
    if "unsubscribe" in links:
        yield "link-unsubscribed", client.post(links["unsubscribe"]).get_data(as_text=True)


def _mails(kit: Any, email: str) -> list[Any]:
    with reading(kit.engine) as connection:
        mine = [one for one in leads.find(connection) if one.answers.get("email") == email]
        return [d for one in mine for d in deliveries.of_lead(connection, one.id) if d.kind == "mail"]


def take(pages: dict[str, str], out: Path, only: list[str]) -> list[str]:
    """Takes the pictures, and gives the names of those that are wider than their window."""
    wide = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), headless=True, args=CHROMIUM)
        for width in WIDTHS:
            for scheme in SCHEMES:
                wanted = {n: h for n, h in pages.items() if all(text in f"{n}-{width}-{scheme}" for text in only)}
                if not wanted:
                    continue
                context = browser.new_context(
                    viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce", java_script_enabled=False
                )
                page = context.new_page()
                page.route("**/*", lambda route: route.abort())
                for name, html in wanted.items():
                    page.set_content(html, wait_until="load")
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
        pages = dict(site_pages(project)) | dict(form_states(project, Path(folder)))
    wide = take(pages, out, chosen.only)
    for name in wide:
        print(f"wider than its window: {name}", file=sys.stderr)
    print(f"{len(pages)} pages; the contact sheet is {contact_sheet(out)}")
    return int(bool(wide))


if __name__ == "__main__":
    sys.exit(main())

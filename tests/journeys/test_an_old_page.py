"""A page cached from the first version of a notice, sent after the third was published: the proof shows what was seen.

Real builds of a copy of the example, in four languages; the API runs on another machine that never saw the first two.
"""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from forms_api.app import create_app
from leadcore.rendering.i18n import forget_catalogs
from leadcore.rendering.templating import forget_templates
from leadsite.cli import main

BOX = "Email me the follow-up series and occasional news on winning clients. I can stop at any time."
PAGES = {"en-IN": "in/en/index.html", "gu-IN": "in/gu/index.html", "mr-IN": "in/mr/index.html", "bn-IN": "in/bn/index.html"}
KEY = "a key of more than thirty-two characters"


def build(root: Path) -> None:
    forget_catalogs()
    forget_templates()
    done = CliRunner().invoke(main, ["build", "--project", str(root)])
    assert done.exit_code == 0, done.output


def reword(root: Path, old: str, new: str) -> None:
    """Another wording of a box, in the forms, in the list of messages and in every catalogue."""
    for name in ("content/forms/guide.toml", "content/forms/demo.toml", "locales/messages.pot"):
        (root / name).write_text((root / name).read_text("utf-8").replace(old, new), encoding="utf-8")
    for catalogue in sorted((root / "locales").glob("*/LC_MESSAGES/messages.po")):
        text = catalogue.read_text("utf-8")
        found = re.search(rf'msgid "{re.escape(old)}"\nmsgstr "(.*)"\n', text)
        assert found, catalogue
        mark = new.removeprefix(BOX)
        said = found[1].partition(" [")[0] + mark
        catalogue.write_text(text.replace(found[0], f'msgid "{new}"\nmsgstr "{said}"\n'), encoding="utf-8")


def restyle(root: Path) -> None:
    """Another theme: a page made today would show the old words in other markup."""
    theme = root / "site/templates/_form.html"
    text = theme.read_text("utf-8")
    assert text.count('<section class="notice"') == 1
    theme.write_text(text.replace('<section class="notice"', '<section class="notice new"'), encoding="utf-8")


@pytest.fixture(scope="module")
def built(example: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], Path]:
    """The pages of the first version by locale, and the project after its third."""
    root = tmp_path_factory.mktemp("built")
    for room in ("site", "content", "locales"):
        shutil.copytree(example / room, root / room)
    build(root)
    pages = {locale: (root / "build" / file).read_text("utf-8") for locale, file in PAGES.items()}
    reword(root, BOX, BOX + " [2]")
    restyle(root)
    build(root)
    reword(root, BOX + " [2]", BOX + " [3]")
    build(root)
    assert all("[3]" in (root / "build" / file).read_text("utf-8") for file in PAGES.values())
    return pages, root


@pytest.fixture
def history(built: tuple[dict[str, str], Path], tmp_path: Path) -> tuple[dict[str, str], Path]:
    """The pages of the first version, and the project as another machine gets it: no build, no store."""
    pages, root = built
    for room in ("site", "content", "locales", "notices"):
        shutil.copytree(root / room, tmp_path / "elsewhere" / room)
    return pages, tmp_path / "elsewhere"


@pytest.fixture
def environ(history: tuple[dict[str, str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "LEADSITE_DATABASE_URL": f"sqlite:///{history[1] / 'var/leads.db'}", "LEADSITE_QUEUE_URL": f"sqlite:///{history[1] / 'var/queue.db'}",
        "LEADSITE_SECRET_KEY": KEY, "LEADSITE_RATE_PER_MINUTE": "0",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)


def filled(page: str, email: str) -> dict[str, str]:
    """What an honest visitor's browser sends from a page."""
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {**{k: unescape(v) for k, v in hidden}, "name": "Asha", "email": email, "country": "IN", "consent_news_email": "yes"}


def seen(page: str) -> str:
    """The part of a page between the fields and the button: notice and boxes."""
    found = re.search(r'<section class="notice".*?(?=<p[^>]* role="status"|<button type="submit">)', page, re.S)
    assert found
    return found[0]


def words(html: str) -> list[str]:
    """What a person reads in a part of a page, line by line."""
    text = unescape(re.sub(r"<[^>]*>", "", html))
    return [line.strip() for line in text.split("\n") if line.strip()]


def shown(root: Path, *options: str) -> str:
    done = CliRunner().invoke(main, ["consent", "show", *options, "--project", str(root)])
    assert done.exit_code == 0, done.output
    return done.stdout


def stop(app: Flask) -> None:
    kit: Any = app.extensions["leadsite"]
    kit.writer.close()
    kit.waker.close()
    kit.engine.dispose()


def test_what_was_seen_on_a_page_of_version_1_is_shown_after_version_3(history: tuple[dict[str, str], Path], environ: None, tmp_path: Path) -> None:
    pages, root = history
    assert [n["version"] for n in _versions(root, "gu-IN")] == [1, 2, 3]
    app = create_app(root)
    client = app.test_client()
    for number, (locale, page) in enumerate(pages.items()):
        data = filled(page, f"asha{number}@example.com")
        answer = client.post("/in/guide", data=data)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        rows = json.loads(CliRunner().invoke(main, ["leads", "list", "--json", "--email", data["email"], "--project", str(root)]).stdout)
        receipt, part = rows[0]["receipt"], seen(page)
        proof = json.loads(shown(root, receipt, "--json"))[0]
        assert (proof["language"], proof["notice_digest"], proof["notice_version"]) == (locale, data["notice"], 1)
        assert proof["notice_html"].encode() == part.encode(), "byte for byte"
        assert "[" not in proof["uses"]["email"]["wording"] and proof["uses"]["email"]["wording"] in words(part)
        file = tmp_path / f"{locale}.html"
        shown(root, receipt, "--html", str(file))
        written = file.read_text("utf-8")
        assert part in written and f'<div lang="{locale}"' in written and receipt in written
        said = shown(root, receipt)
        assert proof["notice_text"] in said and "version 1, published" in said
        # Every line of the kept words stands on the page, and every line that the page shows is among them.
        lines = {line.removeprefix("[ ] ") for line in proof["notice_text"].split("\n") if line}
        assert lines <= set(words(part)) and len(set(words(part)) - lines) == 2, "but for the heading of the boxes and the link to the whole"
    stop(app)


def test_a_page_whose_notice_nobody_knows_asks_again_with_everything_kept(history: tuple[dict[str, str], Path], environ: None) -> None:
    pages, root = history
    shutil.rmtree(root / "notices")
    app = create_app(root)
    data = filled(pages["gu-IN"], "asha@example.com")
    answer = app.test_client().post("/in/guide", data=data)
    again = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "[3]" in again
    assert 'value="Asha"' in again and 'value="asha@example.com"' in again and 'name="consent_news_email" value="yes" checked' in again
    stop(app)


def test_a_build_after_the_start_is_known_without_a_restart(history: tuple[dict[str, str], Path], environ: None) -> None:
    pages, root = history
    kept = root / "notices"
    kept.rename(root / "aside")
    app = create_app(root)
    data = filled(pages["gu-IN"], "asha@example.com")
    assert app.test_client().post("/in/guide", data=data).status_code == 422
    (root / "aside").rename(kept)
    assert app.test_client().post("/in/guide", data=data).status_code == 303
    stop(app)


def test_what_was_known_at_the_start_needs_no_file_any_more(history: tuple[dict[str, str], Path], environ: None) -> None:
    pages, root = history
    app = create_app(root)
    shutil.rmtree(root / "notices")
    assert app.test_client().post("/in/guide", data=filled(pages["gu-IN"], "asha@example.com")).status_code == 303
    stop(app)


def _versions(root: Path, locale: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(main, ["consent", "notices", "--all", "--json", "--form", "guide", "--locale", locale, "--project", str(root)])
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found

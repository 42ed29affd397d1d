"""The register of notices: what a build publishes, what is listed, reviewed and closed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from leadcore.consent.notices import notice_digest
from leadcore.problems import ProblemList, ProjectProblems
from leadcore.reading import load_project
from leadcore.reading.notices import (
    json_to_notice,
    known_digests,
    notice_path,
    notice_to_json,
    read_notice,
    read_register,
)
from leadcore.rendering.i18n import forget_catalogs
from leadsite.checks import check_project
from leadsite.cli import main
from leadsite.notices import add_reviews, list_notices, publish_notices, unreviewed
from leadsite.plan import make_plan

Edit = Callable[[Path, str, str], None]
CATALOGUE = "locales/ar/LC_MESSAGES/messages.po"


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--project", str(root)])


def publish(root: Path, day: dt.date) -> list[tuple[str, str, int]]:
    forget_catalogs()
    return [(n.market, n.locale, n.version) for n in publish_notices(make_plan(load_project(root), day))]


def make_fuzzy(root: Path, edit: Edit, message: str) -> None:
    edit(root / CATALOGUE, f'msgid "{message}"', f'#, fuzzy\nmsgid "{message}"')


def test_a_notice_is_published_once_and_numbered_when_its_words_change(small_site: Path, today: dt.date, edit: Edit) -> None:
    assert publish(small_site, today) == [("ae", "ar-AE", 1), ("ae", "en", 1), ("us", "en-US", 1)]
    assert publish(small_site, today + dt.timedelta(days=30)) == []
    edit(small_site / "content/markets/us.toml", "Small Inc.", "Other Inc.")
    assert publish(small_site, today + dt.timedelta(days=60)) == [("us", "en-US", 2)]
    edit(small_site / "content/markets/us.toml", "Other Inc.", "Small Inc.")
    assert publish(small_site, today + dt.timedelta(days=90)) == [], "the words of version 1 are known"
    versions = [n for n in read_register(small_site) if n.market == "us"]
    assert [(n.version, n.published_at.date()) for n in versions] == [(1, today), (2, today + dt.timedelta(days=60))]
    assert [("Small Inc." in n.text, "Other Inc." in n.text) for n in versions] == [(True, False), (False, True)]


def test_a_published_notice_is_kept_with_the_very_part_of_the_page(small_site: Path, today: dt.date) -> None:
    assert run(small_site, "build").exit_code == 0
    kept = {(n.market, n.locale): n for n in read_register(small_site)}
    pages = {("us", "en-US"): "us/index.html", ("ae", "ar-AE"): "ae/ar/index.html", ("ae", "en"): "ae/en/index.html"}
    assert kept.keys() == pages.keys()
    for place, file in pages.items():
        page = (small_site / "build" / file).read_text("utf-8")
        assert kept[place].html in page and kept[place].html.startswith('<section class="notice"')
        assert f'name="notice" value="{kept[place].digest}"' in page
    assert kept["ae", "ar-AE"].channels == ("email",) and kept["ae", "ar-AE"].purposes == ("request", "news")
    assert kept["ae", "ar-AE"].regimes == ("AE",)


def test_a_build_that_changes_no_notice_writes_none(small_site: Path, edit: Edit) -> None:
    assert "3 notices published" in run(small_site, "build").stderr
    before = {p: p.stat().st_mtime_ns for p in (small_site / "notices").iterdir()}
    edit(small_site / "content/pages/home.en.md", "title:", "title: New,")
    built = run(small_site, "build")
    assert built.exit_code == 0 and "published" not in built.stderr
    assert {p: p.stat().st_mtime_ns for p in (small_site / "notices").iterdir()} == before
    edit(small_site / "content/forms/ask.toml", "Email me news.", "Email me news now and then.")
    built = run(small_site, "build")
    assert "published" in built.stderr and len(known_digests(small_site)) == 5


def test_a_page_does_not_go_out_where_its_notice_cannot_be_kept(small_site: Path) -> None:
    (small_site / "notices").write_text("in the way")
    built = run(small_site, "build")
    assert built.exit_code == 1 and "the notice of a page cannot be kept" in built.stderr
    assert not (small_site / "build").exists()


def test_a_file_of_the_register_is_read_as_it_was_written(small_site: Path, today: dt.date) -> None:
    publish(small_site, today)
    for notice in read_register(small_site):
        text = notice_path(small_site, notice.digest).read_text("utf-8")
        assert json_to_notice(text) == notice and notice_to_json(notice) == text
        assert notice_digest(notice.text, notice.locale, notice.boxes) == notice.digest


@pytest.mark.parametrize("change", [("Small Inc.", "Big Inc."), ('"locale": "en-US"', '"locale": "en-GB"'), ('"boxes": [', '"boxes": ["x",'), ("{", "[")])
def test_a_changed_file_is_no_notice_any_more(small_site: Path, today: dt.date, change: tuple[str, str]) -> None:
    publish(small_site, today)
    notice = next(n for n in read_register(small_site) if n.market == "us")
    path = notice_path(small_site, notice.digest)
    path.write_text(path.read_text("utf-8").replace(change[0], change[1], 1), encoding="utf-8")
    assert read_notice(small_site, notice.digest) is None
    assert [p.code for p in check_project(small_site, today=today)[2]] == ["P114"]


@pytest.mark.parametrize("digest", ["", "../../content/markets/us", "A" * 64, "0" * 64])
def test_what_is_no_digest_finds_nothing(small_site: Path, digest: str) -> None:
    assert read_notice(small_site, digest) is None


def test_a_version_that_is_gone_is_missed(small_site: Path, today: dt.date, edit: Edit) -> None:
    publish(small_site, today)
    edit(small_site / "content/markets/us.toml", "Small Inc.", "Other Inc.")
    publish(small_site, today)
    first = next(n for n in read_register(small_site) if n.market == "us" and n.version == 1)
    notice_path(small_site, first.digest).unlink()
    problems = ProblemList()
    read_register(small_site, problems)
    (problem,) = problems.found
    assert problem.code == "P114" and "version 1 of the notice ask in us/en-US is gone" in problem.message


def test_notices_are_listed_with_who_reviewed_them(small_site: Path, today: dt.date, edit: Edit) -> None:
    publish(small_site, today)
    edit(small_site / "content/markets/us.toml", "Small Inc.", "Other Inc.")
    publish(small_site, today)
    rows = list_notices(load_project(small_site), today)
    assert [(r.market, r.locale, r.version, r.ready) for r in rows] == [("ae", "ar-AE", 1, False), ("ae", "en", 1, False), ("us", "en-US", 2, False)]
    assert unreviewed(small_site) == 3
    assert add_reviews(small_site, [rows[2].digest], 'Ada "the law" Ng', today) == 1
    assert add_reviews(small_site, [rows[2].digest], "Somebody else", today) == 0, "the first review stays"
    row = list_notices(load_project(small_site), today)[2]
    assert row.ready and row.as_dict()["reviewed_by"] == 'Ada "the law" Ng' and row.as_dict()["reviewed_on"] == today.isoformat()
    assert unreviewed(small_site) == 2
    checked = run(small_site, "check")
    assert checked.exit_code == 0 and "2 published notices not reviewed" in checked.stderr
    every = list_notices(load_project(small_site), today, every=True)
    assert [(r.version, r.current, r.review is None) for r in every if r.market == "us"] == [(1, False, True), (2, True, False)]


def test_the_commands_publish_list_filter_and_review(small_site: Path) -> None:
    assert "us/en-US ask version 1" in run(small_site, "consent", "publish").stdout
    rows = json.loads(run(small_site, "consent", "notices", "--json").stdout)
    keys = {"market", "form", "locale", "version", "digest", "published_on", "current", "stale", "reviewed_by", "reviewed_on", "regimes", "purposes", "channels"}
    assert len(rows) == 3 and all(set(row) == keys for row in rows)
    for words, count in ((("--market", "ae"), 2), (("--locale", "en"), 1), (("--regime", "US"), 1), (("--purpose", "news"), 3), (("--channel", "voice"), 0), (("--form", "x"), 0)):
        assert len(json.loads(run(small_site, "consent", "notices", "--json", *words).stdout)) == count
    assert run(small_site, "consent", "notices", "--strict").exit_code == 1
    reviewed = run(small_site, "consent", "review", "--market", "us", "--by", "Ada", "--on", "2026-09-10")
    assert "1 noted as reviewed by Ada" in reviewed.stdout
    listed = run(small_site, "consent", "notices", "--market", "us", "--strict")
    assert listed.exit_code == 0 and "Ada, 2026-09-10" in listed.stdout
    assert run(small_site, "consent", "review", "--market", "de", "--by", "Ada").exit_code == 1
    assert run(small_site, "consent", "review", "--by", " ").exit_code == 2


def test_a_review_that_cannot_be_read_is_a_problem(small_site: Path, today: dt.date) -> None:
    (small_site / "notices").mkdir()
    (small_site / "notices/reviews.toml").write_text('["abc"]\nby = "Ada"\non = "soon"\n')
    (problem,) = check_project(small_site, today=today)[2]
    assert (problem.code, str(problem.place)) == ("P005", "notices/reviews.toml:3")
    with pytest.raises(ProjectProblems):
        add_reviews(small_site, ["x"], "Ada", today)


def test_a_stale_translation_closes_the_form_in_its_language_and_never_the_page(small_site: Path, edit: Edit, today: dt.date) -> None:
    make_fuzzy(small_site, edit, "Who we are")
    checked = run(small_site, "check")
    assert checked.exit_code == 1 and f"{CATALOGUE}:" in checked.stderr and "P205" in checked.stderr
    built = run(small_site, "build")
    assert built.exit_code == 0 and "closed: ask in ae/ar-AE" in built.stderr
    closed, open_ = ((small_site / "build" / f).read_text("utf-8") for f in ("ae/ar/index.html", "ae/en/index.html"))
    assert "<form" not in closed and 'id="f-closed"' in closed and "mailto:hello@ae.small.example" in closed
    assert "<h1>" in closed and "<form" in open_ and "f-closed" not in open_
    assert {(n.market, n.locale) for n in read_register(small_site)} == {("ae", "en"), ("us", "en-US")}
    rows = list_notices(load_project(small_site), today)
    assert [(r.locale, r.stale) for r in rows if r.market == "ae"] == [("ar-AE", True), ("en", False)]
    assert run(small_site, "check").exit_code == 1, "what is unchanged since the build is still said"
    text = (small_site / CATALOGUE).read_text("utf-8")
    (small_site / CATALOGUE).write_text(text.replace("#, fuzzy\n", ""), encoding="utf-8")
    forget_catalogs()
    assert run(small_site, "build").exit_code == 0
    assert "<form" in (small_site / "build/ae/ar/index.html").read_text("utf-8")
    assert run(small_site, "check").exit_code == 0


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [("content/forms/ask.toml", "Email me news.", "Email me all the news."), ("content/forms/ask.toml", "sending you news", "telling you news")],
)
def test_a_changed_source_closes_the_form_until_it_is_translated(small_site: Path, edit: Edit, today: dt.date, file: str, old: str, new: str) -> None:
    edit(small_site / file, old, new)
    forget_catalogs()
    problems = check_project(small_site, today=today)[2]
    assert [(p.code, p.locale) for p in problems] == [("P205", "ar-AE")]
    assert f"“{new}”" in problems[0].message and problems[0].place.line > 0
    assert "closed: ask in ae/ar-AE" in str(problems[0])

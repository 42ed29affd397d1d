"""Why a page was rendered: each thing that it reads has a name, and the one that changed is told."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest

from leadsite.build import build_site, current
from leadsite.checks import check_project
from leadsite.explain import explain
from leadsite.plan import Plan
from leadsite.recipes import FACET, MOST_FACETS, Recipes, names_of
from leadsite.state import read_state

TODAY = dt.date(2026, 9, 14)


def build(root: Path, out: Path, page: str) -> str:
    state, changes = current(root, out, (), TODAY)
    report = build_site(root, out, today=TODAY, state=state, changes=changes)
    after = read_state(root, out)
    assert after is not None
    return explain(out, page, state, changes, after, report.rendered)


@pytest.fixture(scope="module")
def plan(example: Path) -> Plan:
    _, plan, problems = check_project(example, today=TODAY)
    assert plan is not None and not problems
    return plan


def test_every_thing_that_a_page_reads_has_a_name(plan: Plan) -> None:
    recipes = Recipes(plan, {}, "code")
    for output in plan.outputs:
        assert len(recipes.of(output)) == FACET * len(names_of(output)) <= FACET * MOST_FACETS, output.file


def test_the_first_build_has_nothing_to_compare_with(small_site: Path, tmp_path: Path) -> None:
    assert "no build before" in build(small_site, tmp_path / "out", "us/index.html")


def test_what_changed_is_named(small_site: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(small_site, out, "us/index.html")
    page = small_site / "content/pages/home.en.md"
    page.write_text(page.read_text("utf-8").replace(":::\n", f"\n{random.Random(1).random()}\n:::\n", 1), encoding="utf-8")
    said = build(small_site, out, "us/")
    assert said.startswith("us/index.html: rendered; of what it reads, this has changed: its text")
    assert "changed: content/pages/home.en.md" in said
    assert build(small_site, out, "us/index.html") == "us/index.html: not rendered; nothing that it reads has changed"


def test_a_title_is_told_to_the_other_parts(small_site: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(small_site, out, "us/index.html")
    part = next((small_site / "content/blog").glob("*/01-*.en.md"))
    part.write_text(part.read_text("utf-8").replace("title: ", "title: New ", 1), encoding="utf-8")
    series = next(p for p in sorted(out.glob("us/blog/*/index.html"))).relative_to(out).as_posix()
    assert "a title, description, address, tag or length in its series" in build(small_site, out, series)


def test_a_file_that_was_harmed_is_told(small_site: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(small_site, out, "us/index.html")
    (out / "us/index.html").write_text("spoiled")
    assert "its file was changed or taken away" in build(small_site, out, "us/index.html")


def test_a_page_that_is_not_there_is_said_with_near_ones(small_site: Path, tmp_path: Path) -> None:
    build(small_site, tmp_path / "out", "us/index.html")
    with pytest.raises(LookupError, match="no page"):
        build(small_site, tmp_path / "out", "us/nowhere")

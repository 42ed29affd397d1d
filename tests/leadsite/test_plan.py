"""The plan: every output once, at its address, with its counterparts in other languages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from leadcore.model.project import Project
from leadcore.problems import ProblemList
from leadcore.reading import load_project
from leadsite import feeds as feeds_module
from leadsite import plan as plan_module
from leadsite.feeds import sitemap
from leadsite.plan import INDEXED_KINDS, Output, Plan, collisions, make_plan

Edit = Callable[[Path, str, str], None]
DAY = dt.date(2026, 9, 14)


@pytest.fixture
def project(small_project: Path) -> Project:
    return load_project(small_project)


@pytest.fixture
def plan(project: Project) -> Plan:
    return make_plan(project, DAY)


def with_market(project: Project, name: str, **changes: object) -> Project:
    return replace(project, markets={**project.markets, name: replace(project.markets[name], **changes)})


def paths(plan: Plan, market: str) -> list[str]:
    return sorted(o.path for o in plan.outputs if o.market == market)


def one(plan: Plan, market: str, path: str) -> Output:
    return plan.by_path[(market, path)]


COMMON = ["404.html", "robots.txt", "sitemap.xml"]
PAGES = [
    "", "blog/", "blog/basics/", "blog/basics/complete/", "blog/basics/next/", "blog/basics/start/", "feed.xml", "imprint/", "privacy/", "thanks/ask/",
]  # fmt: skip


def test_a_market_with_one_locale_lives_at_the_root(plan: Plan) -> None:
    assert paths(plan, "us") == sorted(PAGES + COMMON)
    assert one(plan, "us", "").kind == "landing"


def test_in_a_market_with_several_each_has_its_tag_and_the_root_is_a_chooser(plan: Plan) -> None:
    assert paths(plan, "ae") == sorted([tag + path for tag in ("ar/", "en/") for path in PAGES] + COMMON + [""])
    assert one(plan, "ae", "").kind == "chooser"


@pytest.mark.parametrize(
    ("locales", "roots"),
    [
        (("ar-AE", "en"), ["ar/", "en/"]),
        (("ar-AE", "en-AE", "en-IN"), ["ar/", "en-AE/", "en-IN/"]),
        (("en",), [""]),
    ],
)
def test_a_locale_stands_at_its_shortest_clear_tag(locales: tuple[str, ...], roots: list[str], project: Project) -> None:
    plan = make_plan(with_market(project, "ae", locales=locales), DAY)
    assert [o.path for o in plan.outputs if o.market == "ae" and o.kind == "landing"] == roots


def test_pages_are_files_named_index(plan: Plan) -> None:
    assert one(plan, "us", "").file == "us/index.html"
    assert one(plan, "ae", "ar/blog/").file == "ae/ar/blog/index.html"
    assert one(plan, "us", "feed.xml").file == "us/feed.xml"
    assert len({o.file for o in plan.outputs}) == len(plan.outputs)


def test_a_slug_moves_a_page_and_the_home_page_stays(small_project: Path, edit: Edit) -> None:
    edit(small_project / "content/blog/basics/02-next.ar.md", "title:", "slug: التالي\ntitle:")
    edit(small_project / "content/blog/basics/series.ar.md", "title:", "slug: أساسيات\ntitle:")
    edit(small_project / "content/pages/home.ar.md", "title:", "slug: بيت\ntitle:")
    plan = make_plan(load_project(small_project), DAY)
    assert {"ar/", "ar/blog/أساسيات/التالي/", "ar/blog/أساسيات/complete/", "en/blog/basics/next/"} <= set(paths(plan, "ae"))


def alternates_by_url(plan: Plan) -> dict[str, tuple[tuple[str, str], ...]]:
    return {plan.url(o): plan.alternates(o) for o in plan.outputs if plan.alternates(o)}


def test_the_home_page_names_its_counterparts_in_all_markets(plan: Plan) -> None:
    expected = (
        ("ar-AE", "https://ae.small.example/ar/"),
        ("en", "https://us.small.example/"),
        ("en-AE", "https://ae.small.example/en/"),
        ("en-US", "https://us.small.example/"),
        ("x-default", "https://us.small.example/"),
    )
    for market, path in (("us", ""), ("ae", "ar/"), ("ae", "en/")):
        assert plan.alternates(one(plan, market, path)) == expected


def assert_symmetric(plan: Plan) -> None:
    """Every page names itself, and each page it names gives the same list."""
    by_url = alternates_by_url(plan)
    assert by_url
    for url, pairs in by_url.items():
        assert url in {target for _, target in pairs}
        names = [name for name, _ in pairs]
        assert len(set(names)) == len(names) and names[-1] == "x-default"
        for _, target in pairs:
            assert by_url[target] == pairs


def test_hreflang_is_symmetric_and_the_same_on_all_of_a_group(plan: Plan) -> None:
    assert_symmetric(plan)


def test_hreflang_is_symmetric_in_the_example(example: Path) -> None:
    assert_symmetric(make_plan(load_project(example), DAY))


@pytest.mark.parametrize("path", ["feed.xml", "404.html", "sitemap.xml", "robots.txt", "thanks/ask/", "blog/basics/complete/"])
def test_what_is_not_indexed_has_no_counterparts(path: str, plan: Plan) -> None:
    assert plan.alternates(one(plan, "us", path)) == ()


def test_a_language_chooser_has_no_counterparts(plan: Plan) -> None:
    assert plan.alternates(one(plan, "ae", "")) == ()


def test_the_default_is_the_default_markets_page_in_the_source_language(project: Project) -> None:
    ae_first = replace(project, site=replace(project.site, default_market="ae"))
    plan = make_plan(ae_first, DAY)
    assert dict(plan.alternates(one(plan, "us", "")))["x-default"] == "https://ae.small.example/en/"
    arabic = replace(ae_first, site=replace(ae_first.site, source_locale="ar"))
    plan = make_plan(arabic, DAY)
    assert dict(plan.alternates(one(plan, "us", "")))["x-default"] == "https://ae.small.example/ar/"


def test_where_the_default_market_lacks_the_page_another_gives_the_default(project: Project) -> None:
    plan = make_plan(with_market(project, "us", pages=(), series=()), DAY)
    assert dict(plan.alternates(one(plan, "ae", "ar/")))["x-default"] == "https://ae.small.example/en/"


@pytest.fixture
def untranslated(small_project: Path) -> Project:
    """The small project without the Arabic text of part two."""
    (small_project / "content/blog/basics/02-next.ar.md").unlink()
    return load_project(small_project)


def test_a_page_that_stands_in_points_to_the_page_it_shows(untranslated: Project) -> None:
    plan = make_plan(untranslated, DAY)
    shown = one(plan, "ae", "ar/blog/basics/next/")
    assert (shown.locale, shown.content_locale, shown.is_fallback) == ("ar-AE", "en", True)
    assert plan.canonical(shown) == "https://ae.small.example/en/blog/basics/next/"
    assert plan.alternates(shown) == ()
    english = plan.alternates(one(plan, "us", "blog/basics/next/"))
    assert "https://ae.small.example/ar/blog/basics/next/" not in {url for _, url in english}
    assert {name for name, _ in english} == {"en", "en-AE", "en-US", "x-default"}
    assert_symmetric(plan)


def test_in_a_market_without_the_source_it_points_to_another_market(untranslated: Project) -> None:
    plan = make_plan(with_market(untranslated, "ae", locales=("ar-AE",)), DAY)
    assert plan.canonical(one(plan, "ae", "blog/basics/next/")) == "https://us.small.example/blog/basics/next/"


def test_where_nobody_has_the_real_page_it_is_its_own(untranslated: Project) -> None:
    lone = with_market(with_market(untranslated, "ae", locales=("ar-AE",)), "us", series=())
    plan = make_plan(lone, DAY)
    assert plan.canonical(one(plan, "ae", "blog/basics/next/")) == "https://ae.small.example/blog/basics/next/"


def test_every_other_page_is_its_own(plan: Plan) -> None:
    for output in plan.outputs:
        assert plan.canonical(output) == plan.url(output)


def test_under_the_policy_none_a_page_that_is_not_translated_is_not_there(untranslated: Project) -> None:
    plan = make_plan(with_market(untranslated, "ae", missing_translation="none"), DAY)
    assert ("ae", "ar/blog/basics/next/") not in plan.by_path
    assert ("ae", "ar/blog/basics/start/") in plan.by_path


def test_a_market_without_series_has_no_blog(project: Project) -> None:
    plan = make_plan(with_market(project, "us", series=()), DAY)
    assert not any(path.startswith(("blog", "feed")) for path in paths(plan, "us"))


def problems_of(plan: Plan) -> list[str]:
    problems = ProblemList()
    collisions(plan, problems)
    return [str(problem) for problem in problems.sorted()]


def test_two_outputs_of_one_address_are_named_with_all_their_sources(small_project: Path, edit: Edit) -> None:
    edit(small_project / "content/blog/basics/02-next.en.md", "title:", "slug: START\ntitle:")
    said = problems_of(make_plan(load_project(small_project), DAY))
    assert said[-1] == (
        "content/blog/basics/02-next.en.md: P109 2 pages of market us share the address /blog/basics/start/\n"
        "    post: content/blog/basics/01-start.en.md\n"
        "    post: content/blog/basics/02-next.en.md\n"
        '    fix: give one of them another "slug"'
    )
    # The Arabic part inherits the slug, and meets its neighbour in its own language.
    assert [line.split(" ")[0] for line in said] == ["content/blog/basics/02-next.ar.md:"] + ["content/blog/basics/02-next.en.md:"] * 2


@pytest.mark.parametrize("slug", ["privacy", "imprint", "blog"])
def test_a_landing_page_cannot_take_an_address_of_the_house(slug: str, project: Project, small_project: Path) -> None:
    for name in ("en", "ar"):
        text = (small_project / f"content/pages/home.{name}.md").read_text(encoding="utf-8")
        (small_project / f"content/pages/extra.{name}.md").write_text(text.replace("title:", f"slug: {slug}\ntitle:"), encoding="utf-8")
    read = load_project(small_project)
    read = with_market(read, "us", pages=("home", "extra"))
    (said,) = problems_of(make_plan(read, DAY))
    assert f"2 pages of market us share the address /{slug}/" in said


def test_of_two_outputs_of_one_address_the_first_is_found(small_project: Path, edit: Edit) -> None:
    edit(small_project / "content/blog/basics/02-next.en.md", "title:", "slug: start\ntitle:")
    plan = make_plan(load_project(small_project), DAY)
    assert one(plan, "us", "blog/basics/start/").key == "post:basics/start"


def test_a_project_without_collisions_has_none(plan: Plan, example: Path) -> None:
    assert problems_of(plan) == []
    assert problems_of(make_plan(load_project(example), DAY)) == []


def test_the_outputs_of_some_markets_are_theirs_alone(plan: Plan) -> None:
    assert {o.market for o in plan.only(("ae",))} == {"ae"}
    assert plan.only(()) == plan.outputs


def test_kinds_that_are_indexed_are_kinds_there_are(plan: Plan) -> None:
    assert {o.kind for o in plan.outputs} >= INDEXED_KINDS


def test_a_large_market_has_its_sitemap_in_parts(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = make_plan(project, DAY)
    text = sitemap(whole, one(whole, "ae", "sitemap.xml"))
    monkeypatch.setattr(plan_module, "LONGEST_SITEMAP", 5)
    monkeypatch.setattr(feeds_module, "LONGEST_SITEMAP", 5)
    plan = make_plan(project, DAY)
    parts = [o for o in plan.outputs if o.market == "ae" and o.kind == "sitemap" and o.path != "sitemap.xml"]
    listed = re.findall(r"<url>\n<loc>(.*?)</loc>", text)
    assert len(parts) == -(-len(listed) // 5) > 1
    index = sitemap(plan, one(plan, "ae", "sitemap.xml"))
    assert re.findall(r"<loc>(.*?)</loc>", index) == [plan.url(part) for part in parts]
    rows = [re.findall(r"<url>\n<loc>(.*?)</loc>", sitemap(plan, part)) for part in parts]
    assert [url for row in rows for url in row] == listed and all(len(row) <= 5 for row in rows)


def test_the_newest_posts_are_those_that_a_sort_finds(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_module, "LONGEST_FEED", 1)
    plan = make_plan(project, DAY)
    for (market, locale), found in plan.newest.items():
        posts = [o for o in plan.outputs if (o.market, o.locale, o.kind) == (market, locale, "post") and not o.is_fallback]
        days = {o.path: plan.project.document(o.text, plan.market(o), locale).day("date") for o in posts if o.text}  # type: ignore[union-attr]
        assert [days[o.path] for o in found] == [max(days.values())]  # type: ignore[type-var]

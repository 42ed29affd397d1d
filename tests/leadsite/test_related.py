"""What a part says of what else there is to read: contents, how far it is, related parts and series."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from leadcore.reading import load_project
from leadsite.app import create_site_app
from leadsite.plan import make_plan
from leadsite.related import MOST_PARTS, NEARBY, contents_of, may_relate, related_parts, related_series

TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        (["a", "b", "a"], [(2,), (), (0,)]),
        (["a", "a", "a"], [(2,), (), (0,)]),
        (["a", "", "a", "", "a", "a"], [(2, 4), (), (4, 5), (), (0, 2), (0, 2)]),
        (["ab", "", "b", "", "a"], [(4, 2), (), (0,), (), (0,)]),
        (["", ""], [(), ()]),
        ([], []),
    ],
)
def test_related_parts_share_a_tag_and_are_no_neighbours(tags: list[str], found: list[tuple[int, ...]]) -> None:
    assert related_parts(tags) == found


def test_a_long_series_relates_to_few_and_never_to_itself() -> None:
    for place, others in enumerate(related_parts([("one", f"t{n % 3}") for n in range(400)])):
        assert len(others) <= MOST_PARTS and all(abs(other - place) > 1 for other in others)


def test_contents_are_listed_from_three_headings_on() -> None:
    heading = '<h2 id="a">One <a href="/x/">link</a> and <code>code</code></h2>\n<p>x</p>'
    assert contents_of(heading * 2) == []
    assert contents_of(heading * 3) == [("a", "One link and <code>code</code>")] * 3
    assert contents_of('<h3 id="b">x</h3>' * 5) == []


@pytest.fixture
def two_series(small_project: Path) -> Path:
    """The small project with the example's theme and a second series that shares a tag with the first."""
    for room in ("templates", "static"):
        shutil.copytree(Path(__file__).parents[2] / "site" / room, small_project / "site" / room, dirs_exist_ok=True)
    blog = small_project / "content" / "blog"
    shutil.copytree(blog / "basics", blog / "further")
    for path in sorted(blog.glob("*/series.en.md")):
        path.write_text(path.read_text("utf-8").replace("title: ", f"tags: [clients]\ntitle: {path.parent.name} ", 1), "utf-8")
    for path in sorted(blog.glob("further/*.md")):
        path.write_text(re.sub(r"\]\((?:post|series):[^)]*\)", "](page:home)", path.read_text("utf-8")), "utf-8")
    for path in (small_project / "content" / "markets").glob("*.toml"):
        path.write_text(path.read_text("utf-8").replace('series = ["basics"]', 'series = ["basics", "further"]'), "utf-8")
    return small_project


def page(root: Path, path: str) -> str:
    plan = make_plan(load_project(root), TODAY)
    return create_site_app(lambda: plan).test_client().get(path).get_data(as_text=True)


def test_a_part_names_the_series_that_shares_a_tag(two_series: Path) -> None:
    html = page(two_series, "/us/blog/basics/start/")
    related = html.partition('<nav class="related"')[2].partition("</nav>")[0]
    assert 'href="/blog/further/"' in related and "further" in related and 'href="/blog/basics/"' not in related


def test_series_without_a_common_tag_do_not_name_each_other(two_series: Path) -> None:
    path = two_series / "content/blog/further/series.en.md"
    path.write_text(path.read_text("utf-8").replace("[clients]", "[law]"), "utf-8")
    assert 'class="related"' not in page(two_series, "/us/blog/basics/start/")


def test_only_series_nearby_are_looked_at(two_series: Path) -> None:
    names = [f"s{n}" for n in range(20)]
    assert [n for n in names if may_relate(names, "s10", n)] == [f"s{n}" for n in range(10 - NEARBY, 11 + NEARBY) if n != 10]
    assert not may_relate(names, "s1", "other")
    project = load_project(two_series)
    market = project.markets["us"]
    assert [d.key.group for d in related_series(project, market, "en-US", "basics")] == ["further"]
    assert related_series(project, market, "en-US", "unknown") == ()


def test_a_part_says_how_far_it_is_and_where_its_feed_is(example: Path) -> None:
    html = page(example, "/us/blog/client-acquisition/nurturing/")
    assert '<progress max="7" value="3" aria-hidden="true"></progress>' in html and "Part 3 of 7" in html
    contents = html.partition('<nav class="contents"')[2].partition("</nav>")[0]
    ids = re.findall(r'href="#([^"]+)"', contents)
    assert len(ids) >= 3 and all(html.count(f'<h2 id="{one}">') == 1 for one in ids)
    related = html.partition('<nav class="related"')[2].partition("</nav>")[0]
    assert "/blog/client-acquisition/technology/" in related
    parts = html.partition('<nav class="parts"')[2].partition("</nav>")[0]
    assert 'href="/feed.xml"' in parts


def test_a_part_that_stands_alone_has_no_empty_lists(example: Path) -> None:
    html = page(example, "/kz/ru/blog/client-acquisition/ideal-client-profile/")
    assert 'class="turn"' not in html and 'class="related"' not in html and 'class="contents"' in html

"""Content links lead to the reader's own market and language, or are named as dead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from leadcore.model.pages import Block
from leadcore.model.project import Project
from leadcore.problems import Place
from leadcore.reading import load_project
from leadcore.rendering.links import content_path, line_of_link, link_rewriter, links_in

SMALL = Path(__file__).parents[2] / "small_project"


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(SMALL)


@pytest.mark.parametrize(
    ("target", "us", "ae"),
    [
        ("page:home", "", "ar/"),
        ("page:home#form", "#form", "ar/#form"),
        ("series:basics", "blog/basics/", "ar/blog/basics/"),
        ("complete:basics", "blog/basics/complete/", "ar/blog/basics/complete/"),
        ("post:basics/start", "blog/basics/start/", "ar/blog/basics/start/"),
        ("legal:privacy", "privacy/", "ar/privacy/"),
        ("legal:imprint", "imprint/", "ar/imprint/"),
        ("legal:terms", None, None),
        ("page:demo", None, None),
        ("series:basic", None, None),
        ("post:basics/begin", None, None),
        ("post:basics", None, None),
        ("complete:", ValueError, ValueError),
        ("https://x.example", ValueError, ValueError),
        ("#form", ValueError, ValueError),
        ("demo", ValueError, ValueError),
        ("Page:home", ValueError, ValueError),
    ],
)
def test_a_link_leads_to_the_readers_own_market_and_language(target: str, us: object, ae: object, project: Project) -> None:
    for market, locale, expected in (("us", "en-US", us), ("ae", "ar-AE", ae)):
        if expected is ValueError:
            with pytest.raises(ValueError, match="is not a content link"):
                content_path(project, project.markets[market], locale, target)
        else:
            assert content_path(project, project.markets[market], locale, target) == expected


def test_a_page_the_market_does_not_offer_is_not_reached(project: Project) -> None:
    us = replace(project.markets["us"], id="without", pages=(), series=())
    assert [content_path(project, us, "en-US", t) for t in ("page:home", "series:basics", "post:basics/start")] == [None] * 3


def test_a_link_is_written_relative_to_the_site_or_in_full(project: Project) -> None:
    ae = replace(project.markets["ae"], base_url="https://x.example/emirates")
    near, far = link_rewriter(project, ae, "ar-AE"), link_rewriter(project, ae, "ar-AE", absolute=True)
    assert (near("page:home#form"), far("page:home#form")) == ("/emirates/ar/#form", "https://x.example/emirates/ar/#form")
    assert (near("page:demo"), near("https://x.example"), near("#form")) == ("#", None, None)


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("[a](page:x) and [b](page:y)", [(10, "page:x"), (10, "page:y")]),
        ("one\n\n[a\nb](page:x)", [(13, "page:x")]),
        ('[a](page:x "title")', [(10, "page:x")]),
        ("[a](<page:x>)", [(10, "page:x")]),
        ("[a]( page:x )", [(10, "page:x")]),
        ("[a [b] c](page:x)", [(10, "page:x")]),
        (r"[a \] b](page:x)", [(10, "page:x")]),
        ("**[a](page:x)**", [(10, "page:x")]),
        ("- [ ] done [a](page:x)", [(10, "page:x")]),
        ("![a](x.png)", [(10, "image:x.png")]),
        ("[![a](b.png)](page:x)", [(10, "page:x"), (10, "image:b.png")]),
        ("[a] (page:x)", []),
        ("[a][one] [one]\n\n[one]: page:x", [(10, "page:x"), (10, "page:x")]),
        ("<https://x.example/ü> <a@x.example>", [(10, "https://x.example/ü"), (10, "mailto:a@x.example")]),
        ("text\n\n- [a](page:x)\n  - [b](javascript:alert)", [(12, "page:x"), (13, "javascript:alert")]),
        ("> [a](page:x#ગ્રાહક)", [(10, "page:x#ગ્રાહક")]),
        ("| a |\n|---|\n| [a](page:x) |", [(12, "page:x")]),
        ("## [a](page:x)", [(10, "page:x")]),
        ("`[a](page:x)`\n\n    [b](page:y)", []),
        ("text", []),
    ],
)
def test_every_link_is_found_with_its_line(markdown: str, found: list[tuple[int, str]]) -> None:
    unnamed = Block(name="", markdown=markdown, place=Place(path="a.md", line=10), locale="en")
    named = Block(name="local", markdown=markdown, place=Place(path="a.md", line=9), locale="en")
    for block in (unnamed, named):
        assert [(line_of_link(block, index), target) for index, target in enumerate(links_in(block))] == found

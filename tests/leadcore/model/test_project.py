"""The project as one value, and where a market's pages live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from leadcore.model import addresses
from leadcore.model.markets import Market, Route
from leadcore.model.project import Project
from leadcore.reading import load_project


@pytest.fixture
def project(small_project: Path) -> Project:
    return load_project(small_project)


def test_a_project_with_problems_is_not_loaded(small_project: Path, edit: Callable[[Path, str, str], None]) -> None:
    from leadcore.problems import ProjectProblems

    edit(small_project / "content/markets/us.toml", '"USD"', '"USX"')
    edit(small_project / "content/markets/ae.toml", '"AED"', '"AEX"')
    with pytest.raises(ProjectProblems, match="2 problem") as caught:
        load_project(small_project)
    assert [p.code for p in caught.value.problems] == ["P102", "P102"]


def test_parts_stand_in_the_order_of_their_numbers(project: Project) -> None:
    assert [(k.number, k.name) for k in project.parts["basics"]] == [(1, "start"), (2, "next")]


def test_the_policy_none_takes_a_text_that_is_not_translated_away(project: Project, small_project: Path) -> None:
    key = project.parts["basics"][0]
    lone = replace(project, texts={key: tuple(t for t in project.texts[key] if t.locale == "en")})
    ae = project.markets["ae"]
    shown = lone.document(key, ae, "ar-AE")
    assert shown is not None and shown.content_locale == "en"
    assert replace(lone).document(key, replace(ae, missing_translation="none"), "ar-AE") is None


def test_the_policy_none_takes_a_block_that_is_not_translated_away(small_project: Path) -> None:
    page = small_project / "content/pages/home.ar.md"
    text = page.read_text(encoding="utf-8")
    start, end = text.index("::: benefits"), text.index("::: form")
    page.write_text(text[:start] + text[end:], encoding="utf-8")
    project = load_project(small_project)
    key, ae = project.page_key("home"), project.markets["ae"]
    shown = project.document(key, ae, "ar-AE")
    assert shown is not None
    assert [(b.name, b.locale) for b in shown.blocks] == [("hero", "ar"), ("benefits", "en"), ("form", "ar")]
    hidden = replace(project).document(key, replace(ae, missing_translation="none"), "ar-AE")
    assert hidden is not None
    assert [b.name for b in hidden.blocks] == ["hero", "form"]


def test_a_project_of_some_markets_keeps_their_order(project: Project) -> None:
    assert list(project.only(()).markets) == ["ae", "us"]
    assert list(project.only(("us", "ae")).markets) == ["ae", "us"]
    assert list(project.only(("us",)).markets) == ["us"]
    assert list(project.only(("xx",)).markets) == []


def test_served_by_one_process_every_market_has_its_own_path(project: Project) -> None:
    served = project.with_addresses("http://127.0.0.1:8000").markets["ae"]
    assert addresses.absolute(served, "ar/blog/") == "http://127.0.0.1:8000/ae/ar/blog/"
    assert addresses.local(served, "ar/blog/") == "/ae/ar/blog/"
    assert addresses.form_action(served, "ask") == "http://127.0.0.1:8000/forms/ae/ask"
    assert project.markets["ae"].base_url == "https://ae.small.example"


@pytest.fixture
def us(project: Project) -> Market:
    return project.markets["us"]


@pytest.fixture
def ae(project: Project) -> Market:
    return project.markets["ae"]


def test_a_market_with_one_locale_lives_at_its_root(us: Market) -> None:
    assert us.prefix("en-US") == ""
    assert addresses.landing_path(us, "en-US", "home", "home") == ""
    assert addresses.landing_path(us, "en-US", "demo", "book-a-call") == "book-a-call/"
    assert addresses.post_path(us, "en-US", "basics", "start") == "blog/basics/start/"


def test_in_a_market_with_several_each_locale_has_its_shortest_tag(ae: Market) -> None:
    assert [ae.prefix(tag) for tag in ae.locales] == ["ar/", "en/"]
    assert addresses.landing_path(ae, "ar-AE", "home", "home") == "ar/"
    assert addresses.complete_path(ae, "en", "basics") == "en/blog/basics/complete/"
    assert addresses.thanks_path(ae, "ar-AE", "ask") == "ar/thanks/ask/"
    assert addresses.legal_path(ae, "ar-AE", "privacy") == "ar/privacy/"
    assert addresses.feed_path(ae, "en") == "en/feed.xml"


def test_addresses_are_percent_encoded(ae: Market) -> None:
    assert addresses.absolute(ae, "ar/دليل/") == "https://ae.small.example/ar/%D8%AF%D9%84%D9%8A%D9%84/"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://forms.small.example/api", "https://forms.small.example"),
        ("http://127.0.0.1:8000/forms", "http://127.0.0.1:8000"),
    ],
)
def test_the_origin_is_scheme_and_host(url: str, expected: str) -> None:
    assert addresses.origin(url) == expected


def test_the_country_of_a_jurisdiction_is_its_first_part(us: Market) -> None:
    assert replace(us, jurisdiction="US-CA").country == "US"
    assert replace(us, jurisdiction="US-CA").hreflang("en") == "en-US"


def test_the_controller_has_its_name_in_the_readers_language_where_there_is_one(ae: Market) -> None:
    assert (ae.controller.name_in("ar"), ae.controller.name_in("en")) == ("سمول م.م.ح", "Small FZ-LLC")
    assert (ae.controller.address_in("ar"), ae.controller.address_in("en")) == ("برج المثال، دبي", "Example Tower, Dubai")


def test_a_route_may_serve_one_locale_alone(ae: Market) -> None:
    lists = {name: replace(ae.lists["news-ae"], id=name) for name in ("all", "arabic", "calls")}
    routes = (
        Route(form="ask", use="email", list="all"),
        Route(form="ask", use="email", list="arabic", locale="ar-AE"),
        Route(form="ask", use="voice", list="calls"),
        Route(form="other", use="email", list="calls"),
    )
    market = replace(ae, lists=lists, routes=routes)
    assert [one.id for one in market.lists_for("ask", "email", "ar-AE")] == ["all", "arabic"]
    assert [one.id for one in market.lists_for("ask", "email", "en")] == ["all"]
    assert [one.id for one in market.lists_for("ask", "sms", "en")] == []

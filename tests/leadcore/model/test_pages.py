"""Layers of texts: what a market and a locale see of one page."""

from __future__ import annotations

import pytest

from leadcore.model.pages import Block, Document, Text, TextKey, layers, overlay, resolve, without
from leadcore.model.project import untranslated_keys
from leadcore.problems import Place

HOME = TextKey(kind="page", name="home")
POST = TextKey(kind="post", name="start", group="basics", number=1)


def text(name: str, blocks: dict[str, str] | str = "", key: TextKey = HOME, **meta: object) -> Text:
    """A text by the middle of its file name, such as `bn-BD@bd`; blocks by name, unnamed text under an empty name."""
    locale, _, market = name.partition("@")
    path = f"content/pages/home.{name}.md"
    parts = {"": blocks} if isinstance(blocks, str) else blocks
    made = tuple(Block(name=n, markdown=m, place=Place(path=path), locale=locale) for n, m in parts.items() if m)
    return Text(key=key, locale=locale, market=market, path=path, load=lambda: (meta, {}, made))


def see(texts: list[Text], locale: str, market: str, source: str = "en") -> Document:
    document = resolve(texts, locale=locale, market=market, source_locale=source)
    assert document is not None
    return document


def words(document: Document) -> dict[str, str]:
    return {block.name: block.markdown for block in document.blocks}


ALL = [text(n) for n in ("bn-BD@bd", "bn@bd", "en@bd", "bn-BD", "gu", "en", "bn", "bn@in", "bn-IN", "bn-IN@in")]


@pytest.mark.parametrize(
    ("locale", "market", "expected"),
    [
        ("bn-BD", "bd", "bn bn-BD bn@bd bn-BD@bd"),
        ("bn-IN", "in", "bn bn-IN bn@in bn-IN@in"),
        ("bn", "bd", "bn bn@bd"),
        ("bn-BD", "uz", "bn bn-BD"),
        ("gu-IN", "in", "gu"),
        ("en-BD", "bd", "en en@bd"),
        ("en", "us", "en"),
        ("mr-IN", "in", ""),
    ],
)
def test_layers_go_from_general_to_specific_and_the_market_wins(locale: str, market: str, expected: str) -> None:
    found = [t.path.removeprefix("content/pages/home.").removesuffix(".md") for t in layers(ALL, locale, market)]
    assert found == expected.split()


def test_a_more_specific_file_replaces_one_block_and_keeps_the_rest() -> None:
    texts = [
        text("en", {"hero": "H", "local": "L", "form": "F"}),
        text("bn", {"hero": "hb", "local": "lb", "form": "fb"}),
        text("bn@bd", {"local": "dhaka"}),
        text("bn-BD", {"hero": "hbd"}),
    ]
    assert words(see(texts, "bn-BD", "bd")) == {"hero": "hbd", "local": "dhaka", "form": "fb"}
    assert words(see(texts, "bn-IN", "in")) == {"hero": "hb", "local": "lb", "form": "fb"}


def test_the_market_wins_over_the_more_specific_locale() -> None:
    texts = [text("bn", {"local": "bn"}), text("bn-BD", {"local": "bn-BD"}), text("bn@bd", {"local": "bn@bd"})]
    assert words(see(texts, "bn-BD", "bd", source="bn")) == {"local": "bn@bd"}


def test_a_translation_inherits_front_matter_it_does_not_translate() -> None:
    texts = [
        text("en", "x", title="Title", form="ask", slug="start"),
        text("gu", "y", title="શીર્ષક"),
        text("en@in", "", title="Title for India", form="call"),
    ]
    assert see(texts, "gu-IN", "in").meta == {"title": "શીર્ષક", "form": "call", "slug": "start"}
    assert see(texts, "gu-IN", "us").meta == {"title": "શીર્ષક", "form": "ask", "slug": "start"}
    assert see(texts, "en-IN", "in").meta == {"title": "Title for India", "form": "call", "slug": "start"}


def test_the_source_stands_in_where_the_language_is_missing() -> None:
    document = see([text("en", "x", title="T"), text("en@in", "for India")], "gu-IN", "in")
    assert (document.content_locale, document.locale, document.is_fallback) == ("en", "gu-IN", True)
    assert words(document) == {"": "for India"}


def test_another_region_of_the_same_language_is_no_fallback() -> None:
    document = see([text("en", "x")], "en-IN", "in")
    assert (document.content_locale, document.is_fallback) == ("en-IN", False)


def test_a_change_for_one_market_alone_is_no_translation() -> None:
    document = see([text("en", {"hero": "H"}), text("gu@in", {"hero": "ગુ"})], "gu-IN", "in")
    assert document.is_fallback
    assert words(document) == {"hero": "H"}


def test_nothing_comes_of_nothing() -> None:
    assert resolve([], locale="en", market="us", source_locale="en") is None
    assert resolve([text("gu", "x")], locale="mr", market="in", source_locale="en") is None


def test_a_text_written_in_one_language_only_is_seen_in_that_language() -> None:
    document = see([text("ar", {"hero": "م"}, title="ع")], "ar-AE", "ae")
    assert (document.content_locale, words(document), document.title) == ("ar-AE", {"hero": "م"}, "ع")


def test_a_landing_page_keeps_the_order_of_its_source_and_names_what_is_missing() -> None:
    texts = [
        text("en", {"hero": "H", "proof": "P", "form": "F", "faq": "Q"}),
        text("gu", {"faq": "q", "local": "l", "hero": "h"}),
    ]
    document = see(texts, "gu-IN", "in")
    assert [(b.name, b.locale) for b in document.blocks] == [
        ("hero", "gu"), ("proof", "en"), ("form", "en"), ("faq", "gu"), ("local", "gu"),
    ]  # fmt: skip
    assert document.missing == ("proof", "form")
    assert [b.name for b in without(document, document.missing).blocks] == ["hero", "faq", "local"]


def test_a_part_does_not_take_blocks_of_its_source() -> None:
    texts = [text("en", {"": "Body", "local": "Local"}, POST), text("gu", {"": "શરીર"}, POST)]
    document = see(texts, "gu-IN", "in")
    assert words(document) == {"": "શરીર"}
    assert document.missing == ()


def test_the_sources_of_a_document_are_the_files_it_is_made_of() -> None:
    texts = [text("en", "x"), text("gu", "y"), text("gu@in", "z"), text("mr", "w"), text("en@bd", "v")]
    assert [p.split("home.")[1] for p in see(texts, "gu-IN", "in").sources] == ["en.md", "gu.md", "gu@in.md"]
    assert [p.split("home.")[1] for p in see(texts, "en-BD", "bd").sources][-1] == "en@bd.md"


def block(name: str, markdown: str) -> Block:
    return Block(name=name, markdown=markdown, place=Place(path="x"), locale="en")


@pytest.mark.parametrize(
    ("below", "above", "expected"),
    [
        ([("", "a"), ("local", "l")], [("local", "m")], [("", "a"), ("local", "m")]),
        ([("", "a"), ("local", "l"), ("", "b")], [("local", "m")], [("", "a"), ("local", "m"), ("", "b")]),
        ([("", "a"), ("local", "l")], [("", "z")], [("", "z")]),
        ([("hero", "h")], [("faq", "q")], [("hero", "h"), ("faq", "q")]),
        ([("hero", "h")], [], [("hero", "h")]),
        ([], [("hero", "h")], [("hero", "h")]),
        ([], [], []),
    ],
)
def test_named_blocks_replace_their_namesakes_and_unnamed_text_the_whole_body(below: list, above: list, expected: list) -> None:
    found = overlay([block(*b) for b in below], [block(*b) for b in above])
    assert [(b.name, b.markdown) for b in found] == expected


@pytest.mark.parametrize(
    ("key", "slug", "expected"),
    [
        (HOME, None, "home"),
        (HOME, "welcome", "welcome"),
        (POST, None, "start"),
        (TextKey(kind="series", name="series", group="basics"), None, "basics"),
        (TextKey(kind="series", name="series", group="basics"), "grundlagen", "grundlagen"),
    ],
)
def test_a_slug_is_the_name_unless_written(key: TextKey, slug: str | None, expected: str) -> None:
    meta = {"slug": slug} if slug else {}
    assert see([text("en", "x", key, **meta)], "en", "us").slug == expected


def test_critical_keys_that_are_only_inherited_are_named() -> None:
    texts = [text("en", "x", title="T", description="D"), text("gu", "y", title="શી")]
    assert untranslated_keys(see(texts, "gu-IN", "in"), tuple(texts), "page") == ("description",)
    assert untranslated_keys(see(texts, "en-IN", "in"), tuple(texts), "page") == ()


def test_a_key_translated_for_another_market_is_not_translated_here() -> None:
    texts = [text("en", "x", title="T", description="D"), text("bn", "y", title="শি"), text("bn@bd", "", description="ব")]
    assert untranslated_keys(see(texts, "bn-BD", "bd"), tuple(texts), "page") == ()
    assert untranslated_keys(see(texts, "bn-IN", "in"), tuple(texts), "page") == ("description",)


def test_what_stands_in_for_a_translation_has_no_untranslated_keys() -> None:
    texts = [text("en", "x", title="T", description="D")]
    assert untranslated_keys(see(texts, "gu", "in"), tuple(texts), "page") == ()

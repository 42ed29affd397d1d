"""Images of a text: figures with captions, pictures in a line, and what is amiss with one."""

from __future__ import annotations

import pytest

from leadcore.model.pages import Block
from leadcore.problems import Place
from leadcore.rendering.figures import at_once, picture_elements
from leadcore.rendering.markdown import inline_html, lines_of_links, markdown_to_html, parse_markdown
from leadcore.rendering.plain import plain_text
from leadcore.rendering.sections import Section, sections


def rewrite(target: str) -> str | None:
    """An image's elements, and the address of a page."""
    return f'<source><img src="/{target.removeprefix("image:")}"' if target.startswith("image:") else "/somewhere/"


def section(name: str, markdown: str) -> Section:
    return sections([Block(name=name, markdown=markdown, place=Place(path="x"), locale="en")], "en", rewrite)[0]


def test_an_image_alone_in_its_paragraph_is_a_figure_with_its_title_as_caption() -> None:
    html = markdown_to_html('![Rents & "more"](rents.png "By *month* & <b>")', rewrite)
    assert html.strip() == (
        '<figure><picture><source><img src="/rents.png" alt="Rents &amp; &quot;more&quot;" loading="lazy" decoding="async"></picture>'
        "<figcaption>By *month* &amp; &lt;b&gt;</figcaption></figure>"
    )


def test_a_figure_without_a_caption_has_none() -> None:
    assert "figcaption" not in markdown_to_html("![Rents](rents.png)", rewrite)


@pytest.mark.parametrize("source", ["Before ![rents](rents.png) after", "[![rents](rents.png)](page:home)", "- ![rents](rents.png) x", "| a |\n|---|\n| ![rents](rents.png) |"])
def test_an_image_in_a_line_is_a_picture_and_no_figure(source: str) -> None:
    html = markdown_to_html(source, rewrite)
    assert '<picture><source><img src="/rents.png" alt="rents"' in html and "<figure" not in html


def test_a_heading_holds_no_figure() -> None:
    assert "<figure" not in inline_html("![rents](rents.png)", rewrite)


def test_two_quotation_marks_say_that_a_picture_is_decoration() -> None:
    parsed = parse_markdown('![""](wave.svg)')
    assert ' alt=""' in parsed.html and parsed.links == ("image:wave.svg",)


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("![](rents.png)", "image:rents.png?no-text"),
        ('![](rents.png "A caption")', "image:rents.png?no-text"),
        ('in a line ![rents](rents.png "A caption")', "image:rents.png?caption-in-line"),
        ("![rents](<my rents.png>)", "image:my rents.png"),
        ("![rents][r]\n\n[r]: rents.png", "image:rents.png"),
    ],
)
def test_what_is_amiss_with_an_image_stands_among_the_links(source: str, link: str) -> None:
    assert parse_markdown(source).links == (link,)


def test_images_and_links_are_told_in_the_order_of_the_text_with_their_lines() -> None:
    text = "[a](page:a)\n\n![b](b.png)\n\n[![c](c.png)](page:c)\n\n![d](javascript:alert(1))\n\n![e](e.png)"
    targets = [target for _, target in lines_of_links(text)]
    assert targets == ["page:a", "image:b.png", "page:c", "image:c.png", "image:javascript:alert(1", "image:e.png"]
    assert [line for line, _ in lines_of_links(text)] == [0, 2, 4, 4, 6, 8]
    assert list(parse_markdown(text).links) == targets


def test_only_the_first_image_of_a_hero_is_fetched_at_once() -> None:
    html = section("hero", "# Head\n\n![a](a.png)\n\n![b](b.png)\n\n[Go](#form)").html
    assert html.count('fetchpriority="high"') == 1 and html.index("fetchpriority") < html.index("lazy")
    assert 'fetchpriority' not in section("proof", "## Head\n\n![a](a.png)").html
    assert at_once("<p>no image</p>") == "<p>no image</p>"


def test_a_button_is_made_of_words() -> None:
    one = section("hero", "# Head\n\n[![a](a.png)](#form)\n\n[Go](#form)")
    assert one.action is not None and one.action[0] == "Go" and '<a href="#form"><picture><source>' in one.html


def test_a_media_block_parts_its_image_from_its_text() -> None:
    one = section("media", '## Head\n\nBefore.\n\n![a](a.png "Said")\n\nAfter.')
    assert one.figure.startswith("<figure><picture>") and "Said" in one.figure
    assert one.html == "<p>Before.</p>\n<p>After.</p>\n"


def test_the_text_of_a_mail_says_what_a_picture_shows_nowhere() -> None:
    assert "rents.png" not in plain_text("![Rents](rents.png)", rewrite)


def test_a_browser_chooses_by_width_and_is_told_the_size() -> None:
    html = picture_elements((360, 720, 900), 600, lambda width, kind: f"/p-{width}.{kind}")
    assert html == (
        '<source type="image/avif" srcset="/p-360.avif 360w, /p-720.avif 720w, /p-900.avif 900w" sizes="(min-width:44rem) 38rem, 92vw">'
        '<img src="/p-720.webp" srcset="/p-360.webp 360w, /p-720.webp 720w, /p-900.webp 900w" sizes="(min-width:44rem) 38rem, 92vw" width="900" height="600"'
    )

"""Markdown to HTML and to mail text: what is escaped, dropped, named and aligned."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.model.pages import Block
from leadcore.problems import Place
from leadcore.rendering.markdown import inline_html, markdown_to_html
from leadcore.rendering.plain import plain_text
from leadcore.rendering.sections import Section, sections


@pytest.mark.parametrize(
    "source",
    ["<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b", "<div onclick='x'>\n\nhi\n\n</div>", "<!-- c -->", "<a href='x'>y</a>", "<?php ?>"],
)
def test_raw_html_is_shown_as_text(source: str) -> None:
    html = markdown_to_html(source)
    assert "&lt;" in html
    assert re.findall(r"<(?!/?(?:p|br)\b)", html) == []


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JavaScript:alert(1)", "vbscript:x", "data:text/html,x", "file:///etc/passwd"]
)
@pytest.mark.parametrize("form", ["[x](<{}>)", "![x](<{}>)", "[x][1]\n\n[1]: <{}>"])
def test_a_link_that_runs_code_leads_nowhere(form: str, url: str) -> None:
    for html in (markdown_to_html(form.format(url)), markdown_to_html(form.format(url), lambda target: None)):
        assert re.findall(r'(?:href|src)="([^"]*)"', html) == [""]


@pytest.mark.parametrize("url", ["https://x.example/a?b=1", "mailto:a@x.example", "tel:+4930123456", "#form", "/a/"])
def test_other_links_stay(url: str) -> None:
    assert f'href="{url}"' in markdown_to_html(f"[x]({url})")


def test_content_links_are_rewritten_and_the_rest_left() -> None:
    html = markdown_to_html("[a](page:demo) [b](https://x.example)", lambda url: "/demo/" if url == "page:demo" else None)
    assert re.findall(r'href="([^"]*)"', html) == ["/demo/", "https://x.example"]


def test_columns_are_aligned_by_class_and_not_by_obsolete_attributes() -> None:
    html = markdown_to_html("| a | b | c | d |\n|:--|--:|:-:|---|\n| 1 | 2 | 3 | 4 |\n\nafter")
    assert "align=" not in html and "style=" not in html
    assert re.findall(r"<t[hd]( class=\"\w+\")?>", html) == [' class="start"', ' class="end"', ' class="center"', ""] * 2
    assert html.count('<div class="table" tabindex="0"><table>') == html.count("</table></div>") == 1


def test_an_empty_corner_of_a_table_is_no_heading() -> None:
    html = markdown_to_html("| | a |\n|:--|---|\n| 1 | 2 |")
    assert re.findall(r"<t[hd][^>]*>[^<]*</t[hd]>", html) == ['<td class="start"></td>', "<th>a</th>", '<td class="start">1</td>', "<td>2</td>"]


def test_words_that_look_like_an_attribute_are_kept() -> None:
    assert "align=&quot;left&quot;" in markdown_to_html('say align="left"')
    assert "align=&quot;left&quot;" in markdown_to_html('` align="left"`')


@pytest.mark.parametrize(
    ("source", "heading"),
    [
        ("## ગ્રાહક મેળવો", '<h2 id="ગ્રાહક-મેળવો">ગ્રાહક મેળવો</h2>'),
        ("# যোগ্য লিড", '<h1 id="যোগ্য-লিড">যোগ্য লিড</h1>'),
        ("### احصل على الدليل", '<h3 id="احصل-على-الدليل">احصل على الدليل</h3>'),
        ("## Über uns & mehr", '<h2 id="über-uns--mehr">Über uns &amp; mehr</h2>'),
        ('## Say "hi" <b>', '<h2 id="say-hi-">Say &quot;hi&quot; &lt;b&gt;</h2>'),
    ],
)
def test_a_heading_is_named_by_its_own_words_and_holds_no_empty_link(source: str, heading: str) -> None:
    assert markdown_to_html(source).strip() == heading


def test_two_headings_of_one_text_have_two_names() -> None:
    assert re.findall(r'id="([^"]*)"', markdown_to_html("## a\n\n## a")) == ["a", "a-1"]


def test_tables_and_strikethrough_work_and_bare_addresses_stay_text() -> None:
    assert "<del>x</del>" in markdown_to_html("~~x~~")
    assert "<a " not in markdown_to_html("https://x.example")


def test_a_single_line_has_no_paragraph_around_it() -> None:
    assert inline_html(" a **b** \n") == "a <strong>b</strong>"
    assert inline_html("") == ""


@given(st.text(alphabet=st.sampled_from(list("<>&\"'[](){}:/ab#*_`!|-\n~\\")), max_size=60))
def test_no_markdown_makes_a_script_or_a_handler(text: str) -> None:
    html = markdown_to_html(text)
    tags = set(re.findall(r"</?([A-Za-z0-9]+)", html))
    known = {"p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "del", "a", "img", "hr",
             "div", "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
    assert tags <= known


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("# Hello\n\nText.", "Hello\n\nText."),
        ("A **bold** and *soft* and __strong__ and _weak_ word", "A bold and soft and strong and weak word"),
        ("snake_case_name and 2 * 3", "snake_case_name and 2 * 3"),
        (r"escaped \*stars\* and \[brackets\] &amp; &lt;b&gt;", "escaped *stars* and [brackets] & <b>"),
        ('[Open](page:a "The guide") now', "Open:\nhttps://x.example/page:a now"),
        ("[**Open** the guide](page:a)", "Open the guide:\nhttps://x.example/page:a"),
        ("[Open][1]\n\n[1]: page:a", "Open:\nhttps://x.example/page:a"),
        ("![A chart](chart.png)", "A chart"),
        ("| a | b |\n|---|---|\n| 1 | [x](page:x) |\n\nafter", "a | b\n1 | x (https://x.example/page:x)\n\nafter"),
        ("1. one\n\n   more\n2. two\n   - deep\n\nend", "1. one\n\n   more\n2. two\n   - deep\n\nend"),
        ("> said\n> so\n>\n> twice", "> said\n> so\n>\n> twice"),
        ("```\na  b\n\n  c\n```\n\nd", "a  b\n\n  c\n\nd"),
        ("one  \ntwo\n\n---\n\nthree", "one\ntwo\n\n---\n\nthree"),
        ("", ""),
        ("[Open the guide](complete:basics)", "Open the guide:\nhttps://x.example/complete:basics"),
        ("See [a](page:a) and [b](page:b).", "See a:\nhttps://x.example/page:a and b:\nhttps://x.example/page:b."),
        ("- one\n- two", "- one\n- two"),
        ("**ગુજરાતી** લખાણ", "ગુજરાતી લખાણ"),
    ],
)
def test_mail_text_has_its_links_written_out_and_no_marks(source: str, text: str) -> None:
    assert plain_text(source, lambda url: f"https://x.example/{url}") == text


def test_a_link_that_is_not_rewritten_is_written_as_it_is() -> None:
    assert plain_text("[x](https://y.example)", lambda url: None) == plain_text("[x](https://y.example)") == "x:\nhttps://y.example"


@pytest.mark.parametrize(("colon", "text"), [(":", "x:\nhttps://y.example"), ("：", "x：\nhttps://y.example"), ("\u00a0:", "x\u00a0:\nhttps://y.example")])
def test_a_link_is_written_out_after_the_colon_of_the_language(colon: str, text: str) -> None:
    assert plain_text("[x](https://y.example)", colon=colon) == text


@pytest.mark.parametrize("source", ["**「見本」**です", "**これは。**次に", "**（注）**本文", "这是**“重点”**内容"])
def test_stress_may_end_in_a_sign_right_before_a_letter(source: str) -> None:
    assert "<strong>" in markdown_to_html(source) and "*" not in markdown_to_html(source)


def test_an_address_written_as_a_link_stands_once() -> None:
    assert plain_text("Write to <me@x.example> or see <https://x.example>.") == "Write to me@x.example or see https://x.example."


def test_a_mail_with_anything_in_it_has_no_html_and_all_its_words() -> None:
    text = plain_text("# A *b*\n\n- [c](https://x.example/c)\n- **d**\n\n| e | f |\n|---|---|\n| g | ~~h~~ |")
    assert not re.search(r"<[a-z/]|\*|~~|\]\(", text)
    assert [word for word in ["A", "b", "c", "d", "e", "f", "g", "h"] if not re.search(rf"\b{word}\b", text)] == []


@given(st.text(alphabet=st.sampled_from(list("<>&\"'[](){}:/ab1#*_`!|-.\n~\\ ")), max_size=80))
def test_any_markdown_becomes_mail_text(text: str) -> None:
    assert isinstance(plain_text(text), str)


def section(name: str, markdown: str, block_locale: str = "en", locale: str = "en") -> Section:
    block = Block(name=name, markdown=markdown, place=Place(path="x"), locale=block_locale)
    (found,) = sections([block], locale, lambda url: "/demo/" if url == "page:demo" else None)
    return found


def test_a_hero_has_heading_text_button_and_small_print() -> None:
    found = section("hero", "# Win *more*\n\nOne.\n\nTwo.\n\n[Book a call](page:demo)\n\nNo charge.")
    assert found.heading == "Win <em>more</em>"
    assert found.html == "<p>One.</p>\n<p>Two.</p>\n"
    assert found.action == ("Book a call", "/demo/")
    assert found.small_print == "<p>No charge.</p>\n"


@pytest.mark.parametrize(
    ("link", "label", "target"),
    [
        ("[A](https://x.example)", "A", "https://x.example"),
        ("[A](HTTP://x.example)", "A", "HTTP://x.example"),
        ("[A](mailto:a@x.example)", "A", "mailto:a@x.example"),
        ("[A](tel:+4930)", "A", "tel:+4930"),
        ("[A](#form)", "A", "#form"),
        ("[A](#ગ્રાહક)", "A", "#ગ્રાહક"),
        ('[A](page:demo "title")', "A", "/demo/"),
        ("[*A* & b](page:demo)", "<em>A</em> &amp; b", "/demo/"),
        ("[A](javascript:alert)", "A", "#"),
        ("[A](JavaScript:alert)", "A", "#"),
        ("[A](data:text/html,x)", "A", "#"),
        ("[A](vbscript:x)", "A", "#"),
        ("[A](//x.example)", "A", "#"),
        ("[A](other.html)", "A", "#"),
    ],
)
def test_a_button_leads_only_where_a_link_may(link: str, label: str, target: str) -> None:
    assert section("hero", f"# Win\n\n{link}").action == (label, target)


def test_equal_headings_of_two_blocks_have_two_names() -> None:
    blocks = [
        Block(name=name, markdown=f"## {name}\n\n### The same\n\n### {name}\n\n### f-email", place=Place(path="x"), locale="en")
        for name in ("proof", "local")
    ]
    html = "".join(str(s.html) for s in sections(blocks, "en", lambda url: None))
    names = re.findall(r'id="([^"]*)"', html)
    assert names == ["the-same", "proof-1", "h-f-email", "the-same-1", "local-1", "h-f-email-1"]


def test_a_link_within_a_sentence_is_no_button() -> None:
    found = section("hero", "# Win\n\nSee [this](#form) first.")
    assert found.action is None
    assert '<a href="#form">this</a>' in found.html


def test_only_the_first_lone_link_of_a_hero_is_its_button() -> None:
    found = section("hero", "# Win\n\n[One](#a)\n\n[Two](#b)")
    assert found.action == ("One", "#a")
    assert '<a href="#b">Two</a>' in found.small_print


def test_questions_and_answers_are_told_apart() -> None:
    found = section("faq", "## Before you book\n\nIntro.\n\n### Is it *free*?\n\nYes.\n\nReally.\n\n### When?\nNow.")
    assert (found.heading, found.html) == ("Before you book", "<p>Intro.</p>\n")
    assert found.questions == (("Is it <em>free</em>?", "<p>Yes.</p>\n<p>Really.</p>\n"), ("When?", "<p>Now.</p>\n"))


def test_other_blocks_are_heading_and_body() -> None:
    found = section("benefits", "\n## What you get\n\n- **A.** B\n")
    assert (found.name, found.heading, found.action, found.questions) == ("benefits", "What you get", None, ())
    assert "<li><strong>A.</strong> B</li>" in found.html


def test_a_block_without_heading_keeps_its_text() -> None:
    found = section("proof", "### Third level\n\nText.")
    assert (found.heading, "Third level" in found.html) == ("", True)


@pytest.mark.parametrize(
    ("block_locale", "locale", "lang", "direction"),
    [("en", "ar-AE", "en", "ltr"), ("ar", "en", "ar", "rtl"), ("ar", "ar-AE", "", ""), ("en", "en-IN", "", "")],
)
def test_a_block_of_another_language_carries_its_own(block_locale: str, locale: str, lang: str, direction: str) -> None:
    found = section("proof", "## A\n\nB", block_locale, locale)
    assert (found.lang, found.dir) == (lang, direction)

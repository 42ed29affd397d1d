"""Comparison, quotation, figures and call to action: what is found in a block, and what it becomes in a section."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markupsafe import Markup

from leadcore.model.pages import LANDING_BLOCKS, Block
from leadcore.problems import Place, ProblemList
from leadcore.reading import load_project
from leadcore.reading.blocks import read_blocks
from leadcore.rendering.block_parts import MADE_OF, comparison_in, figures_in, quotation_in
from leadcore.rendering.markdown import markdown_to_html
from leadcore.rendering.sections import Section, sections

TABLE = "| | This | That |\n|---|---|---|\n| Price | none | 5 |\n| Time | *now* | [soon](page:x) |\n"
FIGURES = "- **7** parts\n- **12** markets\n\nCounted in 2026.\n"
QUOTE = "> Words.\n\nFrom [a book](page:x)\n"


def section(name: str, markdown: str) -> Section:
    block = Block(name=name, markdown=markdown, place=Place(path="x"), locale="en")
    return sections([block], "en", lambda target: f"/{target.partition(':')[2]}/" if ":" in target else None)[0]


def test_a_comparison_is_laid_out_by_what_is_compared() -> None:
    found = section("comparison", f"## Which?\n\nBoth.\n\n{TABLE}\nLast.")
    assert (found.heading, found.html.strip()) == ("Which?", "<p>Both.</p>")
    assert found.table is not None and found.table.choices == ("This", "That")
    assert found.table.rows == (("Price", ("none", "5")), ("Time", ("<em>now</em>", '<a href="/x/">soon</a>')))
    assert found.table.after.strip() == "<p>Last.</p>"


def test_a_quotation_keeps_its_paragraphs_and_its_source() -> None:
    found = section("quote", "> One.\n>\n> Two.\n\nFrom [a book](page:x)").sourced
    assert found is not None and (found.words, found.source) == ("<p>One.</p>\n<p>Two.</p>", 'From <a href="/x/">a book</a>')
    assert section("quote", QUOTE).heading == ""


@pytest.mark.parametrize("figures", [FIGURES, FIGURES.replace("\n- **12", "\n\n- **12"), "Intro.\n\n" + FIGURES, FIGURES.replace("7", "৭").replace("2026", "২০২৬")])
def test_figures_stand_apart_from_where_they_come_from(figures: str) -> None:
    found = section("numbers", figures).sourced
    assert found is not None and found.words.rstrip().endswith("</ul>") and re.fullmatch(r"Counted in \d{4}\.", found.source)


def test_a_call_to_action_has_its_button() -> None:
    found = section("call-to-action", "## Now\n\nWhy.\n\n[Go](#form)\n\nSmall.")
    assert (found.html.strip(), found.action, found.small_print.strip()) == ("<p>Why.</p>", (Markup("Go"), "#form"), "<p>Small.</p>")


@pytest.mark.parametrize(
    ("name", "markdown"),
    [
        ("comparison", "Both."), ("comparison", TABLE.replace("| | This", "| What | This")),
        ("comparison", "| | This |\n|---|---|\n| Price | none |\n"), ("comparison", "| | This | That |\n|---|---|---|\n"),
        ("comparison", TABLE.replace("| Time |", "| |")),
        ("quote", "> Words."), ("quote", "From a book"), ("quote", "> Words.\n\nFrom a book\n\nand more"),
        ("numbers", "- **7** parts\n"), ("numbers", FIGURES.replace(" in 2026", "")), ("numbers", FIGURES.replace("**12** markets", "twelve markets")),
        ("numbers", FIGURES.replace("**12**", "**Twelve**")), ("numbers", FIGURES.replace("2026", "20261")),
        ("call-to-action", "Read [part one](page:x)."), ("call-to-action", "## Now"), ("call-to-action", "[One](#a) and [two](#b)"),
    ],
)  # fmt: skip
def test_a_block_without_what_it_is_made_of_is_named(name: str, markdown: str) -> None:
    problems = ProblemList()
    read_blocks(f"::: {name}\n## Heading\n\n{markdown}\n:::\n", 5, "x.md", "en", problems, landing=True)
    (found,) = problems.found
    assert (found.code, found.place.line) == ("P116", 5) and f'"{name}"' in found.message and found.fix


@pytest.mark.parametrize(("name", "markdown"), [("comparison", TABLE), ("quote", QUOTE), ("numbers", FIGURES), ("call-to-action", "[Go](#form)")])
def test_a_block_with_what_it_is_made_of_is_taken(name: str, markdown: str) -> None:
    problems = ProblemList()
    read_blocks(f"::: {name}\n{markdown}:::\n".replace(")::", ")\n::"), 1, "x.md", "en", problems, landing=True)
    assert problems.found == [] and name in LANDING_BLOCKS and name in MADE_OF


def test_a_part_of_a_series_may_name_its_blocks_as_it_likes() -> None:
    problems = ProblemList()
    read_blocks("::: quote\nNo more than a name here.\n:::\n", 1, "x.md", "en", problems)
    assert problems.found == []


def test_hostile_html_is_found_nowhere() -> None:
    html = markdown_to_html('<div class="table" tabindex="0"><table><tr><td></td><td>a</td><td>b</td></tr></table></div>')
    assert comparison_in(html) is quotation_in(html) is figures_in(html) is None


def test_every_language_of_the_example_has_every_block_and_quotes_what_is_written(example: Path) -> None:
    """The quotation stands word for word in the part that it is from."""
    project = load_project(example)
    for market in project.markets.values():
        for locale in market.locales:
            found: dict[str, Section] = {}
            for page in market.pages:
                document = project.document(project.page_key(page), market, locale)
                assert document is not None
                found |= {one.name: one for one in sections(document.blocks, locale, lambda target: None)}
            assert found.keys() >= set(MADE_OF), (market.id, locale)
            quote, figures, table = found["quote"].sourced, found["numbers"].sourced, found["comparison"].table
            assert quote and figures and table and len(table.choices) == 2 and found["call-to-action"].action
            part = project.document(project.parts["client-acquisition"][0], market, locale)
            assert part is not None
            words = quote.words.removeprefix("<p>").removesuffix("</p>")
            assert words in str(markdown_to_html("\n\n".join(b.markdown for b in part.blocks))), (market.id, locale)

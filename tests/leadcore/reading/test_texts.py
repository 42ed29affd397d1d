"""Content files: what their names say, which keys they may hold, and how the body is cut into blocks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.model.pages import TextKey
from leadcore.problems import ProblemList
from leadcore.reading.blocks import read_blocks
from leadcore.reading.content import begin_texts
from leadcore.reading.facts import facts_to_text, read_facts
from leadcore.rendering.links import line_of_link, links_in


def read(tmp_path: Path, path: str, source: str = "Body\n"):
    file = tmp_path / "content" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, encoding="utf-8")
    problems = ProblemList()
    facts = read_facts(tmp_path, [f"content/{path}"], problems)
    text = next((facts_to_text(tmp_path, name, one) for name, one in facts.items()), None)
    return text, [str(p).split("\n")[0] for p in problems.sorted()]


@pytest.mark.parametrize(
    ("path", "key", "locale", "market"),
    [
        ("pages/home.en.md", TextKey(kind="page", name="home"), "en", ""),
        ("pages/book-a-call.bn-BD@bd.md", TextKey(kind="page", name="book-a-call"), "bn-BD", "bd"),
        ("pages/home.zh-Hant-TW@tw-hk.md", TextKey(kind="page", name="home"), "zh-Hant-TW", "tw-hk"),
        ("blog/basics/series.gu.md", TextKey(kind="series", name="series", group="basics"), "gu", ""),
        ("blog/basics/07-measuring.uz-Cyrl.md", TextKey(kind="post", name="measuring", group="basics", number=7), "uz-Cyrl", ""),
        ("mail/guide/01-welcome.ar.md", TextKey(kind="mail", name="welcome", group="guide", number=1), "ar", ""),
        ("blog/pages/01-on-pages.en.md", TextKey(kind="post", name="on-pages", group="pages", number=1), "en", ""),
    ],
)
def test_a_file_name_says_which_text_it_is(path: str, key: TextKey, locale: str, market: str, tmp_path: Path) -> None:
    text, _ = read(tmp_path, path)
    assert text is not None
    assert (text.key, text.locale, text.market) == (key, locale, market)
    assert text.path == f"content/{path}"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("pages/home.md", "P008 the file name does not follow the pattern"),
        ("pages/Home.en.md", "P008 the file name does not follow the pattern"),
        ("pages/home.en@.md", "P008 the file name does not follow the pattern"),
        ("pages/home_page.en.md", "P008 the file name does not follow the pattern"),
        ("pages/home.en.gu.md", "P008 the file name does not follow the pattern"),
        ("blog/basics/start.en.md", "P008 the file name has no part number"),
        ("blog/basics/1-start.en.md", "P008 the file name has no part number"),
        ("mail/guide/series.en.md", "P008 the file name has no part number"),
        ("pages/home.xq.md", 'P101 "xq" is not a locale that CLDR knows'),
        ("pages/home.en-in.md", 'P101 "en-in" is not a locale: write it like gu, gu-IN, zh-Hant or zh-Hant-TW'),
    ],
)
def test_a_wrong_file_name_is_a_problem(path: str, said: str, tmp_path: Path) -> None:
    assert read(tmp_path, path) == (None, [f"content/{path}: {said}"])


def test_every_file_of_the_content_rooms_is_read_and_no_other(tmp_path: Path) -> None:
    for path in ("pages/a.en.md", "pages/a.gu.md", "blog/s/01-b.en.md", "mail/m/01-c.en.md", "pages/deep/d.en.md", "pages/notes.txt", "README.md"):
        file = tmp_path / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("", encoding="utf-8")
    problems = ProblemList()
    found = begin_texts(tmp_path)(problems).by_key
    assert problems.found == []
    assert {key.name: [t.locale for t in texts] for key, texts in found.items()} == {"a": ["en", "gu"], "b": ["en"], "c": ["en"]}


POST = "blog/basics/01-start.en.md"
MAIL = "mail/guide/01-welcome.en.md"
PAGE = "pages/home.en.md"


@pytest.mark.parametrize(
    ("path", "line", "said"),
    [
        (POST, "form: ask", f'content/{POST}:2: P006 unknown key "form"'),
        (PAGE, "date: 2026-01-01", f'content/{PAGE}:2: P006 unknown key "date"'),
        (POST, "date: soon", f'content/{POST}:2: P005 "date" is not a date like 2026-09-14'),
        (POST, 'date: "2026-09-14"', f'content/{POST}:2: P005 "date" is not a date like 2026-09-14'),
        (POST, "tags: one", f'content/{POST}:2: P005 "tags" is not a list'),
        (POST, "title: 2026", f'content/{POST}:2: P005 "title" is not text'),
        (POST, "title: true", f'content/{POST}:2: P005 "title" is not text'),
        (POST, "title:", f'content/{POST}:2: P005 "title" is not text'),
        (POST, 'title: " "', f'content/{POST}:2: P007 "title" is empty'),
        (MAIL, "after_days: three", f'content/{MAIL}:2: P005 "after_days" is not a whole number'),
        (MAIL, "after_days: true", f'content/{MAIL}:2: P005 "after_days" is not a whole number'),
        (PAGE, "slug: a b", f'content/{PAGE}:2: P005 "a b" cannot be part of an address'),
        (PAGE, "slug: ../a", f'content/{PAGE}:2: P005 "../a" cannot be part of an address'),
        (PAGE, 'slug: "a?b"', f'content/{PAGE}:2: P005 "a?b" cannot be part of an address'),
    ],
)
def test_a_wrong_key_is_a_problem_with_its_line_and_is_left_out(path: str, line: str, said: str, tmp_path: Path) -> None:
    text, found = read(tmp_path, path, f"---\n{line}\n---\n")
    assert found == [said]
    assert text is not None and text.meta == {}


@pytest.mark.parametrize("slug", ["guide", "દિશા", "руководство", "دليل", "a-b_c", "03"])
def test_a_slug_may_be_of_any_script(slug: str, tmp_path: Path) -> None:
    text, found = read(tmp_path, PAGE, f'---\nslug: "{slug}"\n---\n')
    assert found == [] and text is not None and text.meta == {"slug": slug}


def blocks(body: str, *, landing: bool = False) -> tuple[list[tuple[str, str, int]], list[str]]:
    problems = ProblemList()
    found = read_blocks(body, 1, "a.md", "en", problems, landing=landing)
    return [(b.name, b.markdown.strip("\n"), b.place.line) for b in found], [str(p).split("\n")[0] for p in problems.found]


def test_the_body_is_cut_into_named_blocks_and_the_text_around_them() -> None:
    body = "\n\nIntro\n\n::: local\nRents.\n\nMore.\n:::\n\n\nOutro\n"
    assert blocks(body) == ([("", "Intro", 3), ("local", "Rents.\n\nMore.", 5), ("", "Outro", 12)], [])


@pytest.mark.parametrize("body", ["", "\n", " \n\n", "\n\t\n"])
def test_white_space_is_no_text(body: str) -> None:
    assert blocks(body, landing=True) == ([], [])


@pytest.mark.parametrize("opening", ["::: hero", ":::hero", ":::  hero  ", ":::\thero"])
def test_a_block_may_be_opened_with_any_space(opening: str) -> None:
    assert blocks(f"{opening}\nx\n:::  \n", landing=True) == ([("hero", "x", 1)], [])


@pytest.mark.parametrize(
    "body",
    ["```\n::: hero\n:::\n```", "~~~\n:::\n~~~", "```text\n:::\n```\nand\n~~~\n::: x\n~~~", "    ::: hero", "a ::: b", "```\n~~~\n:::\n```"],
)
def test_fences_in_code_and_in_text_open_no_block(body: str) -> None:
    found, problems = blocks(body)
    assert (len(found), problems) == (1, [])


def test_code_written_within_a_line_opens_no_code_block() -> None:
    assert blocks("```not a fence```\n\n::: local\nx\n:::\n") == ([("", "```not a fence```", 1), ("local", "x", 3)], [])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("::: hero\nx\n", ['a.md:1: P106 the block "hero" is not closed']),
        ("::: hero\nx\n::: form\ny\n:::\n", ['a.md:3: P106 "form" opens inside "hero"']),
        ("::: hero\nx\n:::\n:::\n", ["a.md:4: P106 ::: closes a block that was not opened"]),
        ("::: hero\nx\n:::\n::: hero\ny\n:::\n", ['a.md:4: P106 the block "hero" stands twice']),
        ("::: heor\nx\n:::\n", ['a.md:1: P106 unknown block "heor"']),
        ("::: hero\nx\n:::\n\n\nstray\n", ["a.md:6: P108 text outside a block"]),
        ("\nstray\n::: hero\nx\n:::\n", ["a.md:2: P108 text outside a block"]),
    ],
)
def test_a_mistake_in_the_blocks_of_a_landing_page_is_named(body: str, said: list[str]) -> None:
    assert blocks(body, landing=True)[1] == said


def test_a_part_may_name_its_blocks_as_it_likes_and_write_around_them() -> None:
    assert blocks("Text\n::: anything\nx\n:::\n")[1] == []


@given(st.lists(st.sampled_from(["", "words", "::: hero", "::: form", ":::", "```", "~~~", "[a](page:b)", "  "]), max_size=12))
def test_no_written_line_is_lost(lines: list[str]) -> None:
    found = read_blocks("\n".join(lines), 1, "a.md", "en", ProblemList())
    kept = [line for block in found for line in block.markdown.split("\n") if line.strip()]
    fence = ""
    written = []
    for line in lines:
        if line in ("```", "~~~"):
            fence = "" if fence == line else fence or line
        if line.strip() and (fence or not line.startswith(":::")):
            written.append(line)
    assert kept == written


@given(st.integers(0, 3), st.integers(0, 3), st.booleans())
def test_a_link_has_the_line_it_stands_on(before: int, within: int, named: bool) -> None:
    opening, closing = (["::: local"], [":::"]) if named else ([], [])
    lines = ["---", "title: A", "---", *[""] * before, *opening, *[""] * within, "text and [a link](page:demo)", *closing]
    body = "\n".join(lines[3:])
    (block,) = read_blocks(body, 4, "a.md", "en", ProblemList())
    assert links_in(block) == ("page:demo",)
    assert line_of_link(block, 0) == lines.index("text and [a link](page:demo)") + 1

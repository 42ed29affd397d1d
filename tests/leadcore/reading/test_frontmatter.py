"""Front matter and its traps: what a value is, which line it stands on, and what is said of a mistake."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.problems import ProblemList
from leadcore.reading.files import read_text
from leadcore.reading.frontmatter import split_front_matter


def read(text: str) -> tuple[dict[str, Any], dict[str, int], str, int, list[str]]:
    problems = ProblemList()
    meta, lines, body, body_line = split_front_matter(text, "a.md", problems)
    return meta, lines, body, body_line, [str(p).split("\n")[0] for p in problems.found]


def value_of(written: str) -> Any:
    meta, *_, problems = read(f"---\nkey: {written}\n---\n")
    assert problems == []
    return meta["key"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ('""', ""),
        ('"true"', "true"),
        ("'2026-09-14'", "2026-09-14"),
        ("2026-09-14", dt.date(2026, 9, 14)),
        ("2026-9-14", "2026-9-14"),
        ("2026-09-14 10:00", "2026-09-14 10:00"),
        ("12", 12),
        ("-3", -3),
        ("12:30", "12:30"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1.5.0", "1.5.0"),
        ("1e3", "1e3"),
        ("२०२६", "२०२६"),
        ("২০২৬-০৯-১৪", "২০২৬-০৯-১৪"),
        ("٣٫٥", "٣٫٥"),
        ("[a, no, 2]", ["a", "no", 2]),
        ("{a: no}", {"a": "no"}),
        ('"a: b # c"', "a: b # c"),
        ("a # comment", "a"),
        ("a#b", "a#b"),
        ("ગ્રાહક મેળવો", "ગ્રાહક મેળવો"),
        ("!!python/object:os.system x", "x"),
    ],
)
def test_a_value_is_what_a_writer_means(written: str, value: object) -> None:
    found = value_of(written)
    assert (found, type(found)) == (value, type(value))


def test_text_over_several_lines_is_kept() -> None:
    assert value_of("|\n  one\n  no\n") == "one\nno\n"
    assert value_of(">\n  one\n  two\n") == "one two\n"


def test_every_key_has_its_line_and_the_body_too() -> None:
    meta, lines, body, body_line, problems = read("---\ntitle: A\n\n# a comment\ndescription: >\n  B\n  C\nform: ask\n---\nBody\n")
    assert lines == {"title": 2, "description": 5, "form": 8}
    assert (body, body_line, problems) == ("Body\n", 10, [])
    assert meta == {"title": "A", "description": "B C\n", "form": "ask"}


@pytest.mark.parametrize("text", ["", "Body\n", "\n---\ntitle: A\n---\n", " ---\ntitle: A\n---\n", "----\ntitle: A\n", "--- title: A"])
def test_without_front_matter_all_is_body(text: str) -> None:
    assert read(text) == ({}, {}, text, 1, [])


@pytest.mark.parametrize(
    ("text", "body", "line"),
    [("---\n---\nBody", "Body", 3), ("---\n---", "", 3), ("---\n\n# only a comment\n---\nBody", "Body", 5), ("---  \n---\t\nBody", "Body", 3)],
)
def test_front_matter_may_be_empty(text: str, body: str, line: int) -> None:
    assert read(text) == ({}, {}, body, line, [])


def test_a_rule_in_the_body_does_not_end_the_front_matter_twice() -> None:
    meta, _, body, _, _ = read("---\ntitle: A\n---\nOne\n\n---\n\nTwo\n")
    assert (meta, body) == ({"title": "A"}, "One\n\n---\n\nTwo\n")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("title: A", "a.md:1: P004 the front matter is not closed"),
        ("title: A\n---b", "a.md:1: P004 the front matter is not closed"),
        ("title: A\n----\n", "a.md:1: P004 the front matter is not closed"),
        ("title: A: b\n---\n", "a.md:2:9: P004 the front matter is not YAML: mapping values are not allowed in this context"),
        ("title: A\nslug: a\ntitle: B\n---\n", 'a.md:4:1: P004 "title" stands twice'),
        ("\ttitle: A\n---\n", "a.md:2:1: P004 the front matter is not YAML: found character that cannot start any token"),
        ("tags:\n\t- a\n---\n", "a.md:3:1: P004 the front matter is not YAML: found character that cannot start any token"),
        ('title: "A\n---\n', "a.md:3:1: P004 the front matter is not YAML: found unexpected end of stream"),
        ("title: @home\n---\n", "a.md:2:8: P004 the front matter is not YAML: found character that cannot start any token"),
        ("- a\n- b\n---\n", "a.md:2: P004 the front matter is not a list of keys"),
        ("just words\n---\n", "a.md:2: P004 the front matter is not a list of keys"),
        ("date: 2026-02-30\n---\n", 'a.md:2:1: P004 "date": 2026-02-30 is not a day of the calendar'),
        ("? [a]\n: b\n---\n", "a.md:2:3: P004 a key is not plain text"),
        ("title: {{ name }}\n---\n", 'a.md:2:1: P004 "title": a key inside it is not plain text'),
        ("tags: &x [*x]\n---\n", 'a.md:2:1: P004 "tags": it is nested too deep'),
    ],
)
def test_a_mistake_is_named_with_its_place(source: str, said: str) -> None:
    assert read("---\n" + source)[-1] == [said]


def test_after_a_mistake_in_one_key_the_others_are_read() -> None:
    meta, lines, _, _, problems = read("---\ntitle: A\ndate: 2026-13-01\nslug: b\n---\n")
    assert (meta, len(problems)) == ({"title": "A", "slug": "b"}, 1)
    assert lines == {"title": 2, "slug": 4}


@given(st.text())
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    meta, lines, body, body_line, _ = read("---\n" + text)
    assert set(lines) == set(meta)
    assert body_line >= 1
    assert ("---\n" + text).endswith(body)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"---\r\ntitle: A\r\n---\r\nB\r\n", "---\ntitle: A\n---\nB\n"),
        (b"a\rb", "a\nb"),
        (b"\xef\xbb\xbf---\ntitle: A\n---\n", "---\ntitle: A\n---\n"),
        ("Cafe\u0301".encode(), "Caf\u00e9"),
        (b"", ""),
    ],
    ids=["CRLF", "CR", "BOM", "NFC", "empty"],
)
def test_a_file_reads_the_same_from_every_editor(data: bytes, text: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(data)
    problems = ProblemList()
    assert read_text(tmp_path, tmp_path / "a.md", problems) == text
    assert problems.found == []


@pytest.mark.parametrize(
    ("data", "said"),
    [("a\ncafé".encode("latin-1"), "a.md:2: P002 is not UTF-8"), ("hi".encode("utf-16"), "a.md:1: P002 is not UTF-8")],
    ids=["latin-1", "utf-16"],
)
def test_what_is_no_utf_8_is_named_with_its_line(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(data)
    problems = ProblemList()
    assert read_text(tmp_path, tmp_path / "a.md", problems) is None
    assert str(problems.found[0]).split("\n")[0] == said


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    problems = ProblemList()
    assert read_text(tmp_path, tmp_path / "b.md", problems) is None
    assert str(problems.found[0]).startswith("b.md: P001 cannot be read: No such file")

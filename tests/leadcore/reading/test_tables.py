"""TOML tables: the line of every key, and what is said of wrong, unknown and missing ones."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from leadcore.problems import ProblemList
from leadcore.reading.tables import Table, read_toml, toml_lines

SOURCE = """\
# a comment
name = "x"
"quoted" = 1
choices = [
  { value = "a", label = "A" },
]

[controller]
name = "Small"

[controller.local.gu]
name = "સ્મોલ"

[[fields]]
name = "email"

[[fields]]   # the second
name = "size"

[[fields.choices]]
value = "one"

[[fields.choices]]
value = "more"

[[fields]]
name = "third"

  [fields.extra]
  deep = true

  [[fields.choices]]
  value = "other"

[ lists . news ]
destination = "list"
"""

LINES = {
    "name": 2,
    "quoted": 3,
    "choices": 4,
    "controller": 8,
    "controller.name": 9,
    "controller.local.gu": 11,
    "controller.local.gu.name": 12,
    "fields": 14,
    "fields.0": 14,
    "fields.0.name": 15,
    "fields.1": 17,
    "fields.1.name": 18,
    "fields.1.choices": 20,
    "fields.1.choices.0": 20,
    "fields.1.choices.0.value": 21,
    "fields.1.choices.1": 23,
    "fields.1.choices.1.value": 24,
    "fields.2": 26,
    "fields.2.name": 27,
    "fields.2.extra": 29,
    "fields.2.extra.deep": 30,
    "fields.2.choices": 32,
    "fields.2.choices.0": 32,
    "fields.2.choices.0.value": 33,
    "lists.news": 35,
    "lists.news.destination": 36,
}


def table(source: str = SOURCE) -> Table:
    return Table(tomllib.loads(source), "a.toml", toml_lines(source), ProblemList())


def said(one: Table) -> list[str]:
    return [str(p).split("\n")[0] for p in one.problems.found]


def test_the_lines_are_those_of_the_file() -> None:
    assert toml_lines(SOURCE) == LINES


def test_a_place_is_the_nearest_line_there_is() -> None:
    one = table()
    assert [str(one.place(key)) for key in ("name", "choices.0.label", "absent")] == ["a.toml:2", "a.toml:4", "a.toml:1"]
    second = one.tables("fields")[1]
    assert [str(second.place(key)) for key in ("name", "type", "")] == ["a.toml:18", "a.toml:17", "a.toml:17"]
    last = one.tables("fields")[2].tables("choices")[0]
    assert [str(last.place(key)) for key in ("value", "label")] == ["a.toml:33", "a.toml:32"]
    assert str(one.table("controller").table("local").table("gu").place("address")) == "a.toml:11"


def test_values_are_read_by_type() -> None:
    one = table('a = "x"\nb = 3\nc = true\nd = ["p", "q"]\n[e]\nf = "y"\n')
    assert (one.text("a"), one.get("b", int), one.get("c", bool), one.texts("d")) == ("x", 3, True, ("p", "q"))
    assert one.table("e").text("f") == "y"
    assert (one.text("z", "default"), one.texts("y"), one.tables("x")) == ("default", (), [])
    assert said(one) == []


@pytest.mark.parametrize(
    ("source", "key", "kind", "problem"),
    [
        ("a = 1", "a", str, 'a.toml:1: P005 "a" is not text'),
        ('\na = "1"', "a", int, 'a.toml:2: P005 "a" is not a whole number'),
        ("a = true", "a", int, 'a.toml:1: P005 "a" is not a whole number'),
        ("a = 1.5", "a", int, 'a.toml:1: P005 "a" is not a whole number'),
        ("a = 1", "a", bool, 'a.toml:1: P005 "a" is not true or false'),
        ('a = "b"', "a", list, 'a.toml:1: P005 "a" is not a list'),
        ('a = "b"', "a", dict, 'a.toml:1: P005 "a" is not a table'),
        ("b = 1", "a", str, 'a.toml:1: P007 "a" is missing'),
    ],
)
def test_a_value_of_the_wrong_type_is_a_problem_and_the_default_stands(source: str, key: str, kind: type, problem: str) -> None:
    one = table(source)
    assert one.get(key, kind, "default", needed=True) == "default"
    assert said(one) == [problem]


@pytest.mark.parametrize("written", ['""', '"  "', '"\\n"'])
def test_a_needed_text_is_not_empty(written: str) -> None:
    one = table(f"a = {written}")
    one.text("a", needed=True)
    assert said(one) == ['a.toml:1: P007 "a" is empty']


def test_a_value_that_is_not_allowed_is_one_problem_with_the_nearest_word() -> None:
    one = table('a = "non"')
    assert one.text("a", needed=True, allowed=("none", "notice")) == ""
    assert str(one.problems.found[0]) == 'a.toml:1: P005 "non" is not a value of "a"\n    fix: did you mean "none"?'
    assert len(one.problems.found) == 1


def test_lists_hold_one_kind() -> None:
    one = table('a = ["x", 1]\nb = [1]')
    assert (one.texts("a"), one.tables("b")) == ((), [])
    assert said(one) == [
        'a.toml:1: P005 "a" holds something that is not text',
        'a.toml:2: P005 "b" is not a list of tables',
    ]


def test_a_key_nobody_asked_for_is_unknown() -> None:
    one = table('name = "x"\nnmae = "y"')
    one.text("name")
    one.close()
    assert str(one.problems.found[0]) == 'a.toml:2: P006 unknown key "nmae"\n    fix: did you mean "name"?'


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("a = 1\nb = \n", "a.toml:2:5"),
        ("a = 1\na = 2\n", "a.toml:2:6"),
        ("a = “x”", "a.toml:1:5"),
        ("[a]\n[a]\n", "a.toml:2:3"),
        ("a = 1\n\nb = 'x", "a.toml:3"),
        ("a = 1\nb", "a.toml:2"),
    ],
)
def test_what_is_not_toml_is_named_with_its_line(source: str, place: str, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(source, encoding="utf-8")
    problems = ProblemList()
    assert read_toml(tmp_path, tmp_path / "a.toml", problems) is None
    (problem,) = problems.found
    assert (str(problem.place), problem.code) == (place, "P003")
    assert "(at " not in problem.message

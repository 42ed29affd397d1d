"""A problem as data: how it reads, how it sorts, and which word it proposes."""

from __future__ import annotations

import pytest

from leadcore.problems import CODES, Place, Problem, ProblemList, did_you_mean


@pytest.mark.parametrize(("place", "shown"), [(Place(path="a"), "a"), (Place(path="a", line=3), "a:3"), (Place(path="a", line=3, col=7), "a:3:7")])
def test_a_place_reads_like_a_compilers(place: Place, shown: str) -> None:
    assert str(place) == shown


def test_a_problem_reads_as_place_code_message_detail_and_fix() -> None:
    problem = Problem(code="P104", message='unknown form "x"', place=Place(path="a.md", line=4), fix="use ask", detail=("form: x",), market="us")
    assert str(problem) == 'a.md:4: P104 unknown form "x"\n    form: x\n    fix: use ask'
    assert problem.as_dict() == {
        "code": "P104", "path": "a.md", "line": 4, "col": 0, "message": 'unknown form "x"', "fix": "use ask", "market": "us", "locale": None,
    }  # fmt: skip


def test_problems_stand_by_place_and_each_once() -> None:
    problems = ProblemList()
    for path, line, code in (("b", 1, "P101"), ("a", 10, "P101"), ("a", 2, "P105"), ("a", 2, "P101"), ("b", 1, "P101")):
        problems.add(code, Place(path=path, line=line), "m", "f")
    assert [(p.place.path, p.place.line, p.code) for p in problems.sorted()] == [
        ("a", 2, "P101"), ("a", 2, "P105"), ("a", 10, "P101"), ("b", 1, "P101"),
    ]  # fmt: skip


def test_a_code_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(KeyError):
        ProblemList().add("P999", Place(path="a"), "m", "f")


@pytest.mark.parametrize(("code", "meaning"), CODES.items())
def test_a_code_is_p_and_three_digits_with_a_meaning(code: str, meaning: str) -> None:
    assert code[0] == "P" and code[1:].isdigit() and len(code) == 4
    assert meaning[0].islower() and not meaning.endswith(".")


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("aks", ["ask"], 'did you mean "ask"?'),
        ("demo-reqest", ["demo-request", "newsletter"], 'did you mean "demo-request"?'),
        ("x", ["b", "a", "c"], "use a, b or c"),
        ("x", ["only"], "use only"),
        ("x", [], "remove it"),
    ],
)
def test_the_nearest_word_is_proposed(word: str, known: list[str], said: str) -> None:
    assert did_you_mean(word, known) == said

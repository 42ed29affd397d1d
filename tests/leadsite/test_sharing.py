"""Work shared among processes gives what one process gives, in the same order."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

import pytest

from leadsite.sharing import at_once, begun, shared


@pytest.mark.parametrize("jobs", [1, 2, 3, 9])
def test_what_the_tasks_give_comes_in_their_order(jobs: int) -> None:
    tasks = [partial(lambda n: (n, n * n), n) for n in range(7)]
    assert shared(tasks, jobs) == [(n, n * n) for n in range(7)]
    assert shared([], jobs) == []


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("place", [0, 1])
def test_what_a_task_raises_is_raised(jobs: int, place: int) -> None:
    def fail() -> int:
        raise LookupError("lost")

    tasks = [lambda: 1, lambda: 2, lambda: 3]
    tasks[place] = fail
    with pytest.raises(LookupError, match="lost"):
        shared(tasks, jobs)


def test_a_process_that_dies_is_not_taken_for_an_answer() -> None:
    with pytest.raises(RuntimeError, match="ended early"):
        shared([lambda: 1, lambda: os._exit(3)], 2)


@pytest.mark.parametrize("begin", [begun, at_once])
def test_a_task_that_was_begun_is_waited_for(begin: Callable[[Callable[[], list[int]]], Callable[[], list[int]]]) -> None:
    assert [wait() for wait in (begin(lambda: [1]), begin(lambda: [2, 3]))] == [[1], [2, 3]]


def test_what_a_begun_task_raises_is_raised_where_it_is_waited_for() -> None:
    def fail() -> int:
        raise LookupError("lost")

    wait = begun(fail)
    with pytest.raises(LookupError, match="lost"):
        wait()

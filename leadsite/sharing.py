"""Work shared among forked processes: each has all that was read so far, and sends back only what it found."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

Found = TypeVar("Found")


def begun(task: Callable[[], Found]) -> Callable[[], Found]:
    """Begins a task in a process of its own; gives what waits for it and returns what it gives, or raises what it raises."""
    reader, child = _start((task,))

    def wait() -> Found:
        answer: list[Found] | BaseException = _answer(reader, child)
        if isinstance(answer, BaseException):
            raise answer
        return answer[0]

    return wait


def at_once(task: Callable[[], Found]) -> Callable[[], Found]:
    """Does a task in this process; gives what returns what it gave."""
    found = task()
    return lambda: found


def shared(tasks: Sequence[Callable[[], Found]], jobs: int) -> list[Found]:
    """What each task gives, in their order. What a task raises is raised, and the others' results are dropped."""
    jobs = min(jobs, len(tasks))
    if jobs < 2:
        return [task() for task in tasks]
    children = [_start(tasks[number::jobs]) for number in range(1, jobs)]
    answers: list[list[Found] | BaseException] = []
    try:
        ours = [task() for task in tasks[::jobs]]
    finally:
        answers += [_answer(reader, child) for reader, child in children]
    found: list[Found | None] = [None] * len(tasks)
    found[::jobs] = ours
    for number, answer in enumerate(answers, 1):
        if isinstance(answer, BaseException):
            raise answer
        found[number::jobs] = answer
    return found  # type: ignore[return-value]


def _start(tasks: Sequence[Callable[[], Found]]) -> tuple[int, int]:
    import pickle  # A build that shares nothing does without it.

    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return reader, child
    try:
        os.close(reader)
        try:
            data = pickle.dumps([task() for task in tasks])
        except BaseException as error:
            data = pickle.dumps(error)
        with os.fdopen(writer, "wb") as file:
            file.write(data)
    finally:
        os._exit(0)


def _answer(reader: int, child: int) -> list[Found] | BaseException:
    import pickle

    with os.fdopen(reader, "rb") as file:
        data = file.read()
    os.waitpid(child, 0)
    if not data:
        return RuntimeError("a process that shares the work ended early")
    answer: list[Found] | BaseException = pickle.loads(data)
    return answer

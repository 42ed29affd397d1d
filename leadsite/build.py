"""One build from start to end: nothing where nothing changed, a few pages after an edit, else the whole plan.

Nothing heavy is imported before it is needed: an unchanged build reads the state and looks at the files, no more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from leadsite.sources import Stamp, code_digest, digest_of, is_same, look
from leadsite.state import Changes, State, kept_at, read_state

if TYPE_CHECKING:
    from leadcore.problems import Problem
    from leadsite.freeze import BuildReport


def current(root: Path, out: Path, asked: tuple[str, ...], today: dt.date) -> tuple[State | None, Changes | None]:
    """The last build's state, and what changed since; None for the changes where it was made otherwise than now asked."""
    state = read_state(root, out)
    if state is None or (state.day, state.asked, state.code) != (today.isoformat(), asked, code_digest()):
        return state, None
    if not (out / "manifest.json").is_file() or state.rest["closed"]:
        return state, None
    return state, state.changes(root, out, ahead=lambda: import_module("leadsite.edits"))


def build_site(
    root: Path,
    out: Path,
    markets: tuple[str, ...] = (),
    *,
    today: dt.date,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
    state: State | None = None,
    changes: Changes | None = None,
) -> BuildReport:
    """Builds the markets, all when none is named, into `out/<market>/`. `state` and `changes` as `current` gave them.

    Raises ProjectProblems where the project has problems, or `out` holds what leadsite did not write; the last build
    stays as it was.
    """
    from leadcore.kept import KEPT
    from leadcore.problems import ProjectProblems, stopping

    KEPT.open(root / f"{kept_at(root, out)}.kept", code_digest())
    if state is not None and changes is not None:
        from leadsite.edits import build_edits

        done = build_edits(root, out, state, changes, today)
        if done is not None:
            KEPT.save()
            return done
    from leadcore.reading.content import begin_texts

    files, folders = look(root)
    known, sound = _known(root, state, files)
    begun = begin_texts(root.resolve(), known, kept_at(root, out))
    from leadcore.reading.bodies import remove_segments
    from leadcore.reading.facts import kept_body
    from leadcore.reading.project import read_project
    from leadsite.checks import check_plan
    from leadsite.freeze import freeze, get_ready
    from leadsite.notices import note_closed, publish_notices
    from leadsite.plan import make_plan
    from leadsite.surroundings import surroundings_of

    # Others read the texts meanwhile, where they are many.
    get_ready(root.resolve())
    project, problems = read_project(root, begun)
    if project is None:
        raise ProjectProblems(problems)
    plan = make_plan(project, today)
    if stopping(problems):
        raise ProjectProblems(check_plan(plan, problems, markets, sound))

    def judge() -> tuple[tuple[Problem, ...], int]:
        """The problems that stop nothing, and how many notices were published. Raises ProjectProblems for others."""
        found = check_plan(plan, problems, markets, sound, alone=False)
        if stopping(found):
            raise ProjectProblems(found)
        return found, len(publish_notices(plan, markets, sound))

    before = surroundings_of(project, files, folders, state)
    report = freeze(plan, out, markets, jobs=jobs, progress=progress, before=before, judge=judge)
    note_closed(root, report.closing)
    KEPT.save()
    remove_segments(root, kept_at(root, out), {kept[0] for one in project.facts.values() if (kept := kept_body(one))})
    return report


def known_at(root: Path, out: Path) -> tuple[dict[str, bytes], frozenset[str]]:
    """What the last build into a folder lets a check skip: the facts of content files that are as they were, and the
    names of all such files, in which no problem was found."""
    return _known(root, read_state(root, out), look(root)[0])


def _known(root: Path, state: State | None, files: dict[str, Stamp]) -> tuple[dict[str, bytes], frozenset[str]]:
    if state is None or state.code != code_digest():
        return {}, frozenset()
    sources = state.sources
    same = {p for p, (stamp, digest) in sources.items() if p in files and (is_same(files[p], stamp) or digest_of(root / p) == digest)}
    # A file that went is a change too: its name stays among the sound ones and is missed.
    return {p: f for p, f in state.facts.items() if p in same}, frozenset(same | (sources.keys() - files.keys()))

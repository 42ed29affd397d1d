"""Each problem code has a tiny broken project here: what differs from the small project, and what `check` says of it.

A folder `<CODE>` holds the changed and added files, `remove.txt` the paths taken away, `expect.txt` the exact words.
`docs/problems.md` is made from these folders.
"""

from __future__ import annotations

import datetime as dt
import difflib
import shutil
from pathlib import Path

import pytest

from leadcore.problems import CODES
from leadsite.checks import check_project

HERE = Path(__file__).parent
SMALL = HERE.parent / "small_project"
DOCUMENT = HERE.parent.parent / "docs" / "problems.md"
CASES = sorted(path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__")
#: Codes that nothing raises yet. A code leaves this list with its broken project.
NOT_RAISED: set[str] = set()
_NOT_OVERLAY = {"expect.txt", "remove.txt"}
_FENCE = {".json": "json", ".toml": "toml", ".md": "markdown", ".po": "po", ".html": "jinja", ".svg": "xml"}


def overlay_files(case: str) -> list[Path]:
    """The files of a broken project that differ from the small project, relative to its folder."""
    folder = HERE / case
    found = [p.relative_to(folder) for p in sorted(folder.rglob("*")) if p.is_file()]
    return [path for path in found if path.as_posix() not in _NOT_OVERLAY]


def removed_paths(case: str) -> list[str]:
    file = HERE / case / "remove.txt"
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def break_project(root: Path, case: str) -> None:
    """Lays a broken project's files over the small project."""
    for name in removed_paths(case):
        path = root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in overlay_files(case):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / case / path, root / path)


def report(root: Path, today: dt.date) -> str:
    """What `check` finds, as it prints it; the folder of the project is named <project>."""
    problems = check_project(root, today=today)[2]
    return "".join(f"{problem}\n" for problem in problems).replace(str(root.resolve()), "<project>")


def test_the_small_project_has_no_problem(small_project: Path, today: dt.date) -> None:
    assert report(small_project, today) == ""


@pytest.mark.parametrize("case", CASES)
def test_a_broken_project_is_reported_in_these_words(case: str, small_project: Path, today: dt.date) -> None:
    break_project(small_project, case)
    assert report(small_project, today) == (HERE / case / "expect.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_a_broken_project_shows_its_own_code_and_no_other(case: str, small_project: Path, today: dt.date) -> None:
    break_project(small_project, case)
    assert {problem.code for problem in check_project(small_project, today=today)[2]} == {case}


@pytest.mark.parametrize("case", CASES)
def test_a_broken_project_holds_only_what_differs(case: str) -> None:
    same = [p for p in overlay_files(case) if (SMALL / p).exists() and (SMALL / p).read_bytes() == (HERE / case / p).read_bytes()]
    absent = [name for name in removed_paths(case) if not (SMALL / name).exists()]
    assert not same and not absent
    assert overlay_files(case) or removed_paths(case)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_its_broken_project(code: str, request: pytest.FixtureRequest) -> None:
    if code in NOT_RAISED:
        request.applymarker(pytest.mark.xfail(reason="nothing raises it yet", strict=True))
    assert code in CASES


def test_every_broken_project_belongs_to_a_code() -> None:
    assert set(CASES) <= set(CODES)


def document() -> str:
    """`docs/problems.md`: each code, what it means, a change that brings it about, and what `check` says then."""
    parts = [
        "# Problems\n\n"
        "`leadsite check` names every mistake by file, line, code and fix. A code never changes its meaning.\n\n"
        "This page is made from `leadcore/problems.py` and `tests/problems/`; `pytest tests/problems --update-docs` "
        "writes it anew. Each example starts from the project in `tests/small_project/`.\n"
    ]
    for code, meaning in CODES.items():
        parts.append(f"\n## {code}\n\n{meaning[0].upper()}{meaning[1:]}.\n")
        if code not in CASES:
            parts.append("\nNothing reports it yet.\n")
            continue
        for name in removed_paths(code):
            parts.append(f"\n`{name}` is missing.\n")
        for path in overlay_files(code):
            parts.append(f"\n{_change(code, path)}")
        said = (HERE / code / "expect.txt").read_text(encoding="utf-8")
        parts.append(f"\n```text\n{said}```\n")
    return "".join(parts)


def _change(code: str, path: Path) -> str:
    """The lines of an overlay file that differ, or the whole of an added one."""
    if path.suffix == ".woff2":
        return f"`{path.as_posix()}`, added.\n"
    try:
        new = _lines(HERE / code / path)
    except UnicodeDecodeError:
        return f"`{path.as_posix()}`, saved in another encoding than UTF-8.\n"
    if not (SMALL / path).exists():
        return f"`{path.as_posix()}`, added:\n\n```{_FENCE[path.suffix]}\n" + "\n".join(new) + "\n```\n"
    hunks = difflib.unified_diff(_lines(SMALL / path), new, lineterm="", n=0)
    changed = [line for line in hunks if not line.startswith(("---", "+++", "@@"))]
    return f"`{path.as_posix()}`:\n\n```diff\n" + "\n".join(changed) + "\n```\n"


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_the_document_is_up_to_date(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-docs"):
        DOCUMENT.write_text(document(), encoding="utf-8")
    assert DOCUMENT.exists() and DOCUMENT.read_text(encoding="utf-8") == document(), (
        "docs/problems.md is out of date: run pytest tests/problems --update-docs"
    )

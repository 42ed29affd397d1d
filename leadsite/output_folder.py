"""The output folder: what may stand in it, and how a finished build takes the last one's place.

A build is written into a staging folder beside the last one; then each market's folder is exchanged in one step.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from leadcore.problems import Place, ProblemList, ProjectProblems
from leadsite.sources import stamps

MANIFEST = "manifest.json"
STAGING = ".staging-"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_SHOWN = 5


def foreign(out: Path, message: str, detail: tuple[str, ...] = ()) -> ProjectProblems:
    """The problem of an output folder that is not ours to write."""
    problems = ProblemList()
    problems.add("P001", Place(path=out.name + "/"), message, "empty it, or choose another with --out DIR", detail=detail)
    return ProjectProblems(problems.found)


@contextmanager
def sole_writer(out: Path) -> Iterator[None]:
    """Waits until no other build writes into the folder, and keeps others waiting. A folder that it had to make goes again
    where nothing came of it."""
    new = not out.exists()
    out.mkdir(parents=True, exist_ok=True)
    handle = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    except BaseException:
        if new:
            with contextlib.suppress(OSError):
                out.rmdir()
        raise
    finally:
        os.close(handle)


def read_manifest(folder: Path) -> list[dict[str, Any]]:
    """The pages of a folder's manifest; none where it has none. Raises ProjectProblems where it cannot be read."""
    path = folder / MANIFEST
    if not path.is_file():
        return []
    try:
        pages = json.loads(path.read_text("utf-8"))["pages"]
        return [{**page, "market": str(page["market"]), "file": str(page["file"])} for page in pages]
    except (OSError, ValueError, KeyError, TypeError):
        raise foreign(folder, f"the output folder's {MANIFEST} is not one that leadsite wrote") from None


def markets_of(pages: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(page["market"] for page in pages))


def guard(out: Path, pages: Iterable[str], markets: tuple[str, ...]) -> None:
    """Raises ProjectProblems where the build would take away a file that leadsite did not write.

    What an interrupted build has switched in is known by the manifest in its staging folder.
    """
    known = set(pages)
    for staging in out.glob(f"{STAGING}*/"):
        known |= {page["file"] for page in read_manifest(staging)}
    strange = []
    if not (out / MANIFEST).is_file() and not known:
        strange = [p.name for p in out.iterdir() if p.name != ".gitkeep" and not p.name.startswith(STAGING)]
    for market in markets:
        folder = out / market
        if folder.is_symlink() or folder.is_file():
            strange.append(market)
            continue
        for name in stamps(out, (market,)):
            if name not in known and not name.startswith(f"{market}/assets/"):
                strange.append(name)
    _refuse_strange(strange, out)


def _refuse_strange(strange: Iterable[str], out: Path) -> None:
    names = sorted(set(strange))
    if names:
        shown = (*names[:_SHOWN], *([f"and {len(names) - _SHOWN} more"] if len(names) > _SHOWN else []))
        raise foreign(out, "the output folder holds files that leadsite did not write", shown)


@contextmanager
def staging_in(out: Path) -> Iterator[Path]:
    """A folder beside the last build for what the next one writes, gone in the end."""
    staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=out))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def clear_staging(out: Path) -> None:
    """Takes away what interrupted builds left behind."""
    for staging in out.glob(f"{STAGING}*/"):
        shutil.rmtree(staging)


def switch(
    staging: Path,
    out: Path,
    fresh: Sequence[str],
    removed: Sequence[str],
    files: Collection[str],
    gone: tuple[str, ...],
    *,
    guarded: bool = True,
) -> None:
    """Puts a finished build in the last one's place, its manifest last; undoes all of it when a step fails.

    `fresh` files stand in staging, `removed` ones are to go, `files` are all that shall stand. Of each market the smallest
    folder that holds every change is exchanged, in one step; what stays in it is linked there before. Where the folders
    were not `guarded` before, raises ProjectProblems for a file in them that leadsite did not write.
    """
    done: list[tuple[Path, Path]] = []
    try:
        changes: dict[str, list[str]] = {}
        for file in (*fresh, *removed):
            if (market := file.partition("/")[0]) not in gone:
                changes.setdefault(market, []).append(file)
        places = [_smallest_place(out, changed, frozenset(removed)) for changed in changes.values()]
        folders = [place for place in places if (out / place).is_dir()]
        if not guarded:
            _refuse_strange([name for name in stamps(out, folders) if name not in files], out)
        _link_the_rest(staging, out, folders, frozenset(fresh), files)
        for name in places:
            _exchange(staging / name, out / name)
            done.append((staging / name, out / name))
        for market in gone:
            if (out / market).exists():
                (out / market).rename(staging / market)
                done.append((out / market, staging / market))
        (staging / MANIFEST).replace(out / MANIFEST)
    except BaseException:
        for new, place in reversed(done):
            _exchange(place, new) if not new.exists() else _exchange(new, place)
        raise


def _smallest_place(out: Path, changed: Sequence[str], removed: Set[str]) -> str:
    """The file that changed, or the smallest folder that holds all changes and has been there."""
    if len(changed) == 1 and changed[0] not in removed and (out / changed[0]).is_file():
        return changed[0]
    place = os.path.commonpath([os.path.dirname(file) for file in changed])
    while "/" in place and not (out / place).is_dir():
        place = os.path.dirname(place)
    return place


def _link_the_rest(staging: Path, out: Path, folders: Sequence[str], fresh: Set[str], files: Collection[str]) -> None:
    """Links what stays in these folders into staging."""
    made: set[str] = set()
    for folder in folders:
        os.makedirs(staging / folder, exist_ok=True)
        for file in files:
            if not file.startswith(folder + "/") or file in fresh:
                continue
            target = f"{staging}/{file}"
            parent = os.path.dirname(target)
            if parent not in made:
                os.makedirs(parent, exist_ok=True)
                made.add(parent)
            os.link(f"{out}/{file}", target)


def _exchange(new: Path, place: Path) -> None:
    """Puts `new` at `place` and what was there at `new`, in one step where the system can (Linux, renameat2)."""
    if not place.exists():
        new.rename(place)
        return
    if _renameat2(new, place):
        return
    aside = new.with_name(new.name + ".old")
    place.rename(aside)
    try:
        new.rename(place)
    except OSError:
        aside.rename(place)
        raise
    aside.rename(new)


def _renameat2(one: Path, other: Path) -> bool:
    """Whether the system exchanged the two."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    return bool(call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0)

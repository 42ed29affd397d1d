"""Why a page was rendered at a build, or why it was not: what of all that it reads had changed."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from urllib.parse import unquote, urlsplit

from leadsite.output_folder import read_manifest
from leadsite.plan import Output
from leadsite.recipes import differences
from leadsite.state import Changes, State

_SHOWN = 5


def explain(out: Path, page: str, before: State | None, changes: Changes | None, after: State, rendered: Collection[str]) -> str:
    """A sentence on one page of the build that led from one state to another, then the sources that had changed.

    Raises LookupError where the build has no such page.
    """
    file = _file_of(out, page)
    if file not in rendered:
        return f"{file}: not rendered; nothing that it reads has changed"
    lines = [f"{file}: rendered; " + _reason(file, before, changes, after)]
    if changes is not None:
        touched = (*changes.changed, *changes.added, *(f"{path} (gone)" for path in changes.removed))
        lines += [f"    changed: {path}" for path in touched[:_SHOWN]]
        lines += [f"    and {len(touched) - _SHOWN} more"] if len(touched) > _SHOWN else []
    return "\n".join(lines)


def _reason(file: str, before: State | None, changes: Changes | None, after: State) -> str:
    if before is None:
        return "there was no build before that it could be compared with"
    if file not in before.output_files:
        return "it is new"
    if changes is not None and file in changes.damaged:
        return "its file was changed or taken away since the last build"
    number = after.output_files.index(file)
    row = after.rows[number]
    output = Output._make((*row[:7], None, row[8]))
    names = differences(output, before.outputs[file].recipe, after.made(number).recipe)
    return f"of what it reads, this has changed: {'; '.join(names)}" if names else "the last build's record of it could not be used"


def _file_of(out: Path, page: str) -> str:
    """The file in the output folder that a page's address or path means."""
    wanted = unquote(page)
    pages = read_manifest(out)
    for one in pages:
        file, url = str(one["file"]), unquote(str(one["url"]))
        if wanted in (file, url, url.rstrip("/")) or file in (f"{wanted.strip('/')}/index.html", wanted.strip("/")):
            return file
    path = unquote(urlsplit(page).path).strip("/")
    near = [str(one["file"]) for one in pages if path and path in str(one["file"])]
    hint = f"; near: {', '.join(near[:3])}" if near else ""
    raise LookupError(f'no page "{page}" in {out.name}/{hint}')

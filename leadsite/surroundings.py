"""What a build is made from: the project's sources as they were before they were read, with digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leadcore.model.project import Project
from leadcore.reading.facts import file_digest
from leadsite.sources import Stamp, digest_of, is_same, look
from leadsite.state import State


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Sources with stamp and digest, and folders with their times."""

    sources: Mapping[str, tuple[Stamp, bytes]]
    folders: Mapping[str, int]


def surroundings_now(project: Project, state: State | None) -> Surroundings:
    """The surroundings of a project that was just read."""
    return surroundings_of(project, *look(project.root), state)


def surroundings_of(project: Project, files: Mapping[str, Stamp], folders: Mapping[str, int], state: State | None) -> Surroundings:
    """The surroundings by a look that was taken before the project was read. A digest is taken from the facts or from
    the last build's state where these know the file, so that few are read."""
    known = state.sources if state else {}
    sources = {}
    for path, stamp in files.items():
        last = known.get(path)
        if path in project.facts:
            sources[path] = (stamp, file_digest(project.facts[path]))
        elif last is not None and is_same(last[0], stamp):
            sources[path] = (stamp, last[1])
        else:
            sources[path] = (stamp, digest_of(project.root / path))
    return Surroundings(sources=sources, folders=folders)


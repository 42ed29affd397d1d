"""All content files of a project to texts by key, each known by its facts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadcore.model.pages import Text, TextKey
from leadcore.problems import ProblemList
from leadcore.reading.facts import Facts, begin_facts, facts_to_text
from leadcore.reading.texts import name_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts of a project by key, and the facts of each file by path, to be kept for the next time."""

    by_key: Mapping[TextKey, tuple[Text, ...]]
    facts: Mapping[str, Facts]


def begin_texts(root: Path, known: Mapping[str, Facts] | None = None, keep: str = "") -> Callable[[ProblemList], Texts]:
    """Begins to read the project's content files, by other processes where they are many; gives what waits for them and adds
    their problems. Those whose facts are `known` are not read now.

    `keep` names the place in the project where the HTML of what is read is kept; nowhere without it.
    """
    paths = content_paths(root)
    there = {path: known[path] for path in paths if path in known} if known else {}
    wait = begin_facts(root, [path for path in paths if path not in there], keep)

    def finish(problems: ProblemList) -> Texts:
        read = wait(problems)
        facts = {path: one for path in paths if (one := there.get(path) or read.get(path)) is not None}
        return Texts(by_key=TextsByKey(root, facts), facts=facts)

    return finish


#: Keys whose texts are kept at a time: all of most sites.
_MOST_MADE = 2_000


class TextsByKey(Mapping[TextKey, tuple[Text, ...]]):
    """The texts of files by their keys, in the order of the files; each made when it is asked for."""

    def __init__(self, root: Path, facts: Mapping[str, Facts]) -> None:
        self.root, self.facts = root, facts
        stems: dict[str, list[str]] = {}
        for path in facts:
            # The stem of a file's name is all but its locale and market.
            stems.setdefault(path[: path.index(".")], []).append(path)
        ignored = ProblemList()
        keys = ((name_of(paths[0], ignored), paths) for paths in stems.values())
        self._paths = {named[0]: paths for named, paths in keys if named is not None}
        self._made: dict[TextKey, tuple[Text, ...]] = {}

    def __getitem__(self, key: TextKey) -> tuple[Text, ...]:
        if key not in self._made:
            if len(self._made) >= _MOST_MADE:
                self._made.clear()
            self._made[key] = tuple(facts_to_text(self.root, path, self.facts[path], key) for path in self._paths[key])
        return self._made[key]

    def __iter__(self) -> Iterator[TextKey]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def content_paths(root: Path) -> list[str]:
    """The content files, relative to the project: pages, then series with their parts, then mails; each room sorted."""
    pages = [f"content/pages/{name}" for name in _markdown(root, "content/pages")]
    return [*pages, *_in_folders(root, "content/blog"), *_in_folders(root, "content/mail")]


def _in_folders(root: Path, room: str) -> list[str]:
    try:
        folders = sorted(entry.name for entry in os.scandir(root / room) if entry.is_dir())
    except OSError:
        return []
    return [f"{room}/{folder}/{name}" for folder in folders for name in _markdown(root, f"{room}/{folder}")]


def _markdown(root: Path, folder: str) -> Sequence[str]:
    try:
        return sorted(name for name in os.listdir(root / folder) if name.endswith(".md"))
    except OSError:
        return ()

"""All content files of a project to texts by key, each known by its facts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadcore.model.pages import Text, TextKey
from leadcore.problems import ProblemList
from leadcore.reading.facts import Facts, facts_to_text, read_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts of a project by key, and the facts of each file by path, to be kept for the next time."""

    by_key: Mapping[TextKey, tuple[Text, ...]]
    facts: Mapping[str, Facts]


def read_texts(root: Path, problems: ProblemList, known: Mapping[str, Facts] | None = None, keep: str = "") -> Texts:
    """Every content file of the project by its key. Those whose facts are `known` are not read now.

    `keep` names the place in the project where the HTML of what is read is kept; nowhere without it.
    """
    paths = content_paths(root)
    facts = {path: known[path] for path in paths if path in known} if known else {}
    read = read_facts(root, [path for path in paths if path not in facts], problems, keep)
    facts = {path: one for path in paths if (one := facts.get(path) or read.get(path)) is not None}
    return Texts(by_key=texts_by_key(root, facts), facts=facts)


def texts_by_key(root: Path, facts: Mapping[str, Facts]) -> dict[TextKey, tuple[Text, ...]]:
    """The texts of these files by their keys, in the order of the files."""
    found: dict[TextKey, list[Text]] = {}
    for path, one in facts.items():
        text = facts_to_text(root, path, one)
        found.setdefault(text.key, []).append(text)
    return {key: tuple(group) for key, group in found.items()}


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

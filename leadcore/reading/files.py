"""Reads text files of a project, with a problem instead of an exception where a file is not text."""

from __future__ import annotations

import stat
import unicodedata
from pathlib import Path

from leadcore.problems import Place, ProblemList


def read_text(root: Path, path: Path, problems: ProblemList) -> str | None:
    """The file's text in NFC with `\\n` line ends, or None after adding P001 or P002."""
    shown = relative(root, path)
    try:
        # A pipe would keep its reader waiting for ever.
        ordinary = stat.S_ISREG(path.stat().st_mode)
        data = path.read_bytes() if ordinary else b""
    except OSError as error:
        problems.add("P001", Place(path=shown), f"cannot be read: {error.strerror}", "check that it exists and is readable")
        return None
    if not ordinary:
        problems.add("P001", Place(path=shown), "cannot be read: it is not a file", "put a file in its place, or take it away")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add("P002", Place(path=shown, line=line), "is not UTF-8", "save the file as UTF-8")
        return None
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def relative(root: Path, path: Path) -> str:
    """The path as messages show it: relative to the project, with forward slashes."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()

"""Reads text files of a project, with a problem instead of an exception where a file is not text."""

from __future__ import annotations

import codecs
import os
import stat
import unicodedata
from pathlib import Path

from leadcore.problems import Place, ProblemList

_BOM = codecs.BOM_UTF8


def read_text(root: Path, path: Path, problems: ProblemList) -> str | None:
    """The file's text in NFC with `\\n` line ends, or None after adding P001 or P002."""
    shown = relative(root, path)
    data = read_bytes(path, shown, problems)
    return None if data is None else decoded(data, shown, problems)


def read_bytes(path: Path, shown: str, problems: ProblemList) -> bytes | None:
    """The file's content, or None after adding P001."""
    try:
        # A pipe would keep its reader waiting for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            ordinary = stat.S_ISREG(os.fstat(handle).st_mode)
            if ordinary:
                with open(handle, "rb", closefd=False) as file:
                    data = file.read()
        finally:
            os.close(handle)
    except OSError as error:
        problems.add("P001", Place(path=shown), f"cannot be read: {error.strerror}", "check that it exists and is readable")
        return None
    if not ordinary:
        problems.add("P001", Place(path=shown), "cannot be read: it is not a file", "put a file in its place, or take it away")
        return None
    return data


def decoded(data: bytes, shown: str, problems: ProblemList) -> str | None:
    """The text of a file's content in NFC with `\\n` line ends, or None after adding P002."""
    try:
        text = data.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add("P002", Place(path=shown, line=line), "is not UTF-8", "save the file as UTF-8")
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)


def relative(root: Path, path: Path) -> str:
    """The path as messages show it: relative to the project, with forward slashes."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()

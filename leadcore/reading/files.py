"""Reads text files of a project, with a problem instead of an exception where a file is not text."""

from __future__ import annotations

import codecs
import os
import re
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


def read_bytes(path: Path | str, shown: str, problems: ProblemList) -> bytes | None:
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
    return normal(text)


#: Vowel signs and nukta of Indic scripts that Unicode marks as perhaps composing (NFC_Quick_Check=Maybe), and where they may: the
#: signs after certain letters; the nukta wherever it stands otherwise than between a letter that takes it and the next sign.
_PERHAPS = "\u093c\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0cc2\u0cd5\u0cd6\u0d3e\u0d57"
_COMPOSES = re.compile(
    "\u09c7[\u09be\u09d7]|\u0b47[\u0b3e\u0b56\u0b57]|[\u0b92\u0bc6\u0bc7][\u0bbe\u0bd7]|[\u0cbf\u0cc6\u0cca][\u0cc2\u0cd5\u0cd6]|[\u0d46\u0d47][\u0d3e\u0d57]"
    "|(?<![\u0915-\u0927\u092a-\u092f\u0932\u0935-\u0939])\u093c|\u093c(?![\u0900-\u093b\u093d-\u097f\\s!-~])"
)


def normal(text: str) -> str:
    """The text in NFC.

    The standard library's quick check (UAX #15, section 9) gives up at signs that may compose with what stands before them, which
    Hindi and Bengali have in every second word. Where none stands after such a letter, the text without them tells as much.
    """
    held = [] if text.isascii() else [sign for sign in _PERHAPS if sign in text]
    if held and not _COMPOSES.search(text):
        rest = text
        for sign in held:
            rest = rest.replace(sign, "")
        if unicodedata.is_normalized("NFC", rest):
            return text
    return unicodedata.normalize("NFC", text)


def relative(root: Path, path: Path) -> str:
    """The path as messages show it: relative to the project, with forward slashes."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()

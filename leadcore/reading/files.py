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


#: Vowel signs of Indic scripts that Unicode marks as perhaps composing (NFC_Quick_Check=Maybe), with the letters after which they do.
_COMPOSING = {
    "\u09be": "\u09c7", "\u09d7": "\u09c7", "\u0b3e": "\u0b47", "\u0b56": "\u0b47", "\u0b57": "\u0b47",
    "\u0bbe": "\u0bc6\u0bc7", "\u0bd7": "\u0b92\u0bc6", "\u0cc2": "\u0cc6", "\u0cd5": "\u0cbf\u0cc6\u0cca", "\u0cd6": "\u0cc6",
    "\u0d3e": "\u0d46\u0d47", "\u0d57": "\u0d46",
}  # fmt: skip
#: The nukta of Devanagari; the letters that it does not compose with, and what keeps its place when it follows.
_NUKTA = "\u093c"
_BEFORE_NUKTA = frozenset(map(chr, (*range(0x915, 0x928), *range(0x92A, 0x930), 0x932, *range(0x935, 0x93A))))
_AFTER_NUKTA = frozenset(map(chr, (*range(0x20, 0x7F), 0x0A, *range(0x900, 0x93C), *range(0x93D, 0x980))))


def normal(text: str) -> str:
    """The text in NFC.

    The standard library's quick check (UAX #15, section 9) gives up at signs that may compose with what stands before them, which
    Hindi and Bengali have in every second word. Where none stands after such a letter, the text without them tells as much.
    """
    rest = text
    if not text.isascii():
        for sign, letters in _COMPOSING.items():
            if sign in text:
                if any(letter + sign in text for letter in letters):
                    return unicodedata.normalize("NFC", text)
                rest = rest.replace(sign, "")
        if _NUKTA in text:
            parts = text.split(_NUKTA)
            if any(part[-1:] not in _BEFORE_NUKTA for part in parts[:-1]) or any(part[:1] not in _AFTER_NUKTA for part in parts[1:]):
                return unicodedata.normalize("NFC", text)
            rest = rest.replace(_NUKTA, "")
    return text if unicodedata.is_normalized("NFC", rest) else unicodedata.normalize("NFC", text)


def relative(root: Path, path: Path) -> str:
    """The path as messages show it: relative to the project, with forward slashes."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()

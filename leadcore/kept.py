"""What takes long to compute and depends on little, kept from one run to the next: compiled templates, catalogues, names of languages.

Nothing is kept until a builder has said where; who asks must name in the key all that the value depends on, beside the code and
the libraries, for which the builder's token stands.
"""

from __future__ import annotations

import contextlib
import marshal
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

Value = TypeVar("Value")


class Kept:
    """Values by kind and key, of types that the standard library's marshal knows."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], Any] = {}
        self._file: Path | None = None
        self._token = ""
        self._new: dict[tuple[str, str], Any] = {}

    def open(self, file: Path, token: str) -> None:
        """Takes the values of a file, where it was written under the same token, and keeps new ones from now on."""
        if (self._file, self._token) == (file, token):
            return
        self._file, self._token, self._values, self._new = file, token, {}, {}
        try:
            found, values = marshal.loads(file.read_bytes())
            if found == token:
                self._values = values
        except (OSError, ValueError, EOFError, TypeError):
            pass

    def once(self, kind: str, key: str, make: Callable[[], Value]) -> Value:
        """The value under a key, made where it is not there yet. Only kept where a file is open."""
        if self._file is None:
            return make()
        place = (kind, key)
        if place not in self._values:
            self._values[place] = self._new[place] = make()
        found: Value = self._values[place]
        return found

    def get(self, kind: str, key: str) -> Any:
        """The value under a key, None where there is none."""
        return self._values.get((kind, key))

    def news(self) -> dict[tuple[str, str], Any]:
        """What was made since the values were taken from the file, or since this was last asked."""
        found, self._new = self._new, {}
        return found

    def take(self, news: dict[tuple[str, str], Any]) -> None:
        """Adds what another process has made."""
        if self._file is not None:
            self._values |= news
            self._new |= news

    def save(self) -> None:
        """Writes the values where there are new ones. Where that fails, they are made again, and that is all."""
        if self._file is None or not self._new:
            return
        keep_file(self._file, marshal.dumps((self._token, self._values)))
        self._new = {}


def keep_file(place: Path, *pieces: bytes | memoryview) -> bool:
    """Writes a file of what can be made again, whole or not at all, its pieces one after the other; whether it could be written."""
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.writelines(pieces)
        draft.replace(place)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
        return False
    return True


#: One for the process: its values are the same for all who ask.
KEPT = Kept()

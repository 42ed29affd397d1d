"""Reads values out of TOML tables and front matter: types, allowed values, unknown and missing keys.

One `Table` per mapping; it notes which keys were asked for, and reports the rest as unknown.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from leadcore.problems import Place, ProblemList, did_you_mean
from leadcore.reading.files import read_text, relative

_HEADER = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-\".]+?)\s*=")
_TYPE_NAMES = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}


class Table:
    """A mapping from a file, read key by key."""

    def __init__(
        self, values: Mapping[str, Any], path: str, lines: Mapping[str, int], problems: ProblemList, prefix: str = ""
    ) -> None:
        self.values, self.path, self.lines, self.problems, self.prefix = values, path, lines, problems, prefix
        self.asked: set[str] = set()

    def place(self, key: str = "") -> Place:
        """Where a key stands, or the nearest table around it that has a line."""
        name = (self.prefix + key).rstrip(".")
        while name and name not in self.lines:
            name = name.rpartition(".")[0]
        return Place(path=self.path, line=self.lines.get(name, 1))

    def problem(self, code: str, key: str, message: str, fix: str, **more: Any) -> None:
        self.problems.add(code, self.place(key), message, fix, **more)

    def get(self, key: str, kind: type, default: Any = None, *, needed: bool = False, allowed: Collection[str] = ()) -> Any:
        """The value of a key, or the default after adding P005 or P007."""
        self.asked.add(key)
        if key not in self.values:
            if needed:
                self.problem("P007", key, f'"{self.prefix}{key}" is missing', f"add {key} = … ({_TYPE_NAMES[kind]})")
            return default
        value = self.values[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.problem("P005", key, f'"{self.prefix}{key}" is not {_TYPE_NAMES[kind]}', f"write {_TYPE_NAMES[kind]}")
            return default
        if allowed and value not in allowed:
            self.problem("P005", key, f'"{value}" is not a value of "{self.prefix}{key}"', did_you_mean(str(value), allowed))
            return default
        return value

    def text(self, key: str, default: str = "", *, needed: bool = False, allowed: Collection[str] = ()) -> str:
        value: str = self.get(key, str, default, needed=needed, allowed=allowed)
        written = self.values.get(key)
        if needed and not allowed and isinstance(written, str) and not written.strip():
            self.problem("P007", key, f'"{self.prefix}{key}" is empty', "write a value")
        return value

    def texts(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        found = self.get(key, list, [], needed=needed)
        if any(not isinstance(item, str) for item in found):
            self.problem("P005", key, f'"{self.prefix}{key}" holds something that is not text', "write texts in quotes")
            return ()
        return tuple(found)

    def table(self, key: str, *, needed: bool = False) -> Table:
        values = self.get(key, dict, {}, needed=needed)
        return Table(values, self.path, self.lines, self.problems, f"{self.prefix}{key}.")

    def tables(self, key: str) -> list[Table]:
        """An array of tables; lines are kept as `key.0`, `key.1`, …"""
        found = self.get(key, list, [])
        if any(not isinstance(item, dict) for item in found):
            self.problem("P005", key, f'"{self.prefix}{key}" is not a list of tables', f"write [[{self.prefix}{key}]]")
            return []
        return [Table(v, self.path, self.lines, self.problems, f"{self.prefix}{key}.{i}.") for i, v in enumerate(found)]

    def close(self) -> None:
        """Adds P006 for every key that nobody asked for."""
        for key in self.values:
            if key not in self.asked:
                self.problem("P006", key, f'unknown key "{self.prefix}{key}"', did_you_mean(key, self.asked))


def toml_lines(text: str) -> dict[str, int]:
    """Line numbers of keys and tables in TOML text, since the standard parser gives none for values.

    Array tables are numbered: the second `[[fields]]` is `fields.1`. A scan line by line, good enough for messages.
    """
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix = ""
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            *parents, last = header[1].replace('"', "").replace(" ", "").split(".")
            name = ""
            for parent in parents:
                name += parent
                name += f".{counts[name]}." if name in counts else "."
            name += last
            if line.lstrip().startswith("[["):
                counts[name] = counts.get(name, -1) + 1
                lines.setdefault(name, number)
                name = f"{name}.{counts[name]}"
            lines[name] = number
            prefix = name + "."
        elif key := _KEY.match(line):
            lines.setdefault(prefix + key[1].replace('"', ""), number)
    return lines


def read_toml(root: Path, path: Path, problems: ProblemList) -> Table | None:
    """The file as a table, or None after adding a problem."""
    text = read_text(root, path, problems)
    if text is None:
        return None
    shown = relative(root, path)
    try:
        values = tomllib.loads(text)
    except RecursionError:
        problems.add("P003", Place(path=shown, line=1), "is not TOML: it is nested too deep", "take the many brackets away")
        return None
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+), column (\d+)", str(error))
        end = text.count("\n") + 1
        place = Place(path=shown, line=int(where[1]) if where else end, col=int(where[2]) if where else 0)
        message = re.sub(r"\s*\(at .*\)$", "", str(error))
        problems.add("P003", place, f"is not TOML: {message}", "mend the line; texts stand in straight double quotes")
        return None
    return Table(values, shown, toml_lines(text), problems)

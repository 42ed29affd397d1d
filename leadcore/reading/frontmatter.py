"""Front matter: splits a content file, and reads its YAML with a line for every key.

The C parser gives the nodes and their marks; scalars follow YAML 1.2's core schema, so `no` stays Norwegian.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from leadcore.problems import Place, ProblemList

_OPENING = re.compile(r"---[ \t]*\n")
_DATE = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_INT = re.compile(r"^[-+]?[0-9]+$")
_FLOAT = re.compile(r"^[-+]?([0-9]+\.[0-9]*|\.[0-9]+)$")
_MAX_DEPTH = 8
_FIX = 'write "key: value" lines; put a value that holds ": " or starts with a special sign in quotes'


def split_front_matter(text: str, path: str, problems: ProblemList) -> tuple[dict[str, Any], dict[str, int], str, int]:
    """Metadata, line of each key, body, and the line the body starts on.

    Adds P004 where the front matter is not closed or is not a mapping of plain values.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return {}, {}, text, 1
    text = text[opening.end() :]
    end = re.search(r"^---[ \t]*$", text, re.M)
    if end is None:
        problems.add("P004", Place(path=path, line=1), "the front matter is not closed", 'end it with a line "---"')
        return {}, {}, "", 1
    source = text[: end.start()]
    body = text[end.end() + 1 :]
    body_line = source.count("\n") + 3
    meta, lines = _read_simple(source) or _read_yaml(source, path, problems)
    return meta, lines, body, body_line


def body_of(text: str) -> tuple[str, int]:
    """The text after the front matter, and the line it starts on."""
    opening = _OPENING.match(text)
    end = re.search(r"^---[ \t]*$", text[opening.end() :], re.M) if opening else None
    if opening is None or end is None:
        return ("" if opening else text), 1
    source = text[opening.end() : opening.end() + end.start()]
    return text[opening.end() + end.end() + 1 :], source.count("\n") + 3


#: A line that needs no YAML parser: a key with a plain, unambiguous value or one in double quotes without escapes.
_SIMPLE = re.compile(
    r'([a-z_]+):[ ]+(?:"([^"\\\n]*)"|\[([A-Za-z0-9_, -]*)\]|([^\s"\'\[\]{}&*!|>%@`#,?:-](?:[^:#\n]*[^\s:#])?))[ ]*$'
)


#: Characters that YAML refuses or reads as line ends.
_UNUSUAL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def _read_simple(source: str) -> tuple[dict[str, Any], dict[str, int]] | None:
    """Front matter whose every line is simple, read without the parser; None where one is not."""
    meta: dict[str, Any] = {}
    lines: dict[str, int] = {}
    if _UNUSUAL.search(source):
        return None
    for number, line in enumerate(source.split("\n"), 2):
        if not line:
            continue
        match = _SIMPLE.match(line)
        if match is None or match[1] in meta:
            return None
        key, quoted, items, plain = match.groups()
        try:
            if quoted is not None:
                meta[key] = quoted
            elif items is not None:
                if not all(item.strip() for item in items.split(",")):
                    return None
                meta[key] = [_scalar(item.strip()) for item in items.split(",")]
            else:
                meta[key] = _scalar(plain)
        except ValueError:
            return None
        lines[key] = number
    return meta, lines


def _read_yaml(source: str, path: str, problems: ProblemList) -> tuple[dict[str, Any], dict[str, int]]:
    # Most front matter is read without the parser, which takes longer to import than a page to build.
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(source, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = Place(path=path, line=mark.line + 2 if mark else 1, col=mark.column + 1 if mark else 0)
        what = getattr(error, "problem", None) or "it cannot be parsed"
        problems.add("P004", place, f"the front matter is not YAML: {what}", _FIX)
        return {}, {}
    if node is None:
        return {}, {}
    if not isinstance(node, yaml.MappingNode):
        problems.add("P004", Place(path=path, line=2), "the front matter is not a list of keys", _FIX)
        return {}, {}
    meta: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        place = Place(path=path, line=key_node.start_mark.line + 2, col=key_node.start_mark.column + 1)
        if not isinstance(key_node, yaml.ScalarNode):
            problems.add("P004", place, "a key is not plain text", _FIX)
            continue
        if key_node.value in meta:
            problems.add("P004", place, f'"{key_node.value}" stands twice', "keep one of them")
            continue
        try:
            meta[key_node.value] = _value(value_node)
        except ValueError as error:
            problems.add("P004", place, f'"{key_node.value}": {error}', _FIX)
            continue
        lines[key_node.value] = place.line
    return meta, lines


def _value(node: Any, depth: int = 0) -> Any:
    import yaml

    if depth > _MAX_DEPTH:
        raise ValueError("it is nested too deep")
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, depth + 1) for child in node.value]
    if isinstance(node, yaml.MappingNode):
        if not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value):
            raise ValueError("a key inside it is not plain text")
        return {_value(k): _value(v, depth + 1) for k, v in node.value}
    text = node.value
    if getattr(node, "style", None) in ("'", '"', "|", ">"):
        return text
    return _scalar(text)


def _scalar(text: str) -> Any:
    """The value of a plain scalar by YAML 1.2's core schema, and a date where it is one. Raises ValueError."""
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _DATE.match(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text} is not a day of the calendar") from None
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text

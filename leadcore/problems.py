"""A problem is a mistake in the project, as data: where, what, and how to mend it.

Readers and checks return problems; only the command line prints them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

#: Every code with what it means. Codes never change meaning; `docs/problems.md` is made from this table.
CODES: dict[str, str] = {
    "P001": "the project folder lacks a file or folder it needs",
    "P002": "a file is not valid UTF-8 text",
    "P003": "a TOML file cannot be read",
    "P004": "front matter cannot be read",
    "P005": "a value has the wrong type or is not one of the allowed values",
    "P006": "an unknown key",
    "P007": "a needed key is missing",
    "P008": "a file name does not follow the pattern",
    "P009": "a translation catalogue cannot be read",
    "P010": "a template cannot be read",
    "P101": "an unknown locale",
    "P102": "an unknown jurisdiction, currency, region or time zone",
    "P103": "an unknown page, series or sequence",
    "P104": "an unknown form",
    "P105": "a dead link",
    "P106": "a block is not closed, opened twice or unknown",
    "P107": "a page lacks a block it needs",
    "P108": "text stands outside the blocks of a landing page",
    "P109": "two outputs share one address",
    "P110": "an unknown field type or a field definition that cannot work",
    "P111": "an unknown list or destination, or a purpose that no route serves",
    "P112": "a language or tag that is not clear in its market",
    "P113": "a market lacks a fact that its consent notice must show",
    "P114": "a published notice was changed or is gone",
    "P115": "a market keeps its data where the law of its jurisdiction does not let it",
    "P116": "a block lacks what it is made of",
    "P120": "an image that is not there, or cannot be published as it is",
    "P121": "an image without a text for those who do not see it",
    "P130": "a web font that is not there, or cannot be used",
    "P131": "a web font that lacks a letter of the texts, or draws words otherwise than it should",
    "P132": "web fonts that weigh more than a page may load",
    "P201": "a critical block or key is not translated",
    "P202": "a message is missing from a catalogue",
    "P203": "a translation's placeholders differ from the source's",
    "P204": "a translation equals its source where another language was expected",
    "P205": "a privacy notice's translation is missing or older than its source: its forms are closed in that language",
}

#: Codes that close a form in a language; the pages are built all the same.
CLOSING = frozenset({"P205"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a project file; `line` and `col` count from 1, 0 when unknown."""

    path: str
    line: int = 0
    col: int = 0

    def __str__(self) -> str:
        return ":".join([self.path, *(str(n) for n in (self.line, self.col) if n)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake. `detail` holds further lines, such as every input of a conflict."""

    code: str
    message: str
    place: Place
    fix: str
    detail: tuple[str, ...] = ()
    market: str | None = None
    locale: str | None = None

    def as_dict(self) -> dict[str, object]:
        """The shape `check --json` prints."""
        return {
            "code": self.code,
            "path": self.place.path,
            "line": self.place.line,
            "col": self.place.col,
            "message": self.message,
            "fix": self.fix,
            "market": self.market,
            "locale": self.locale,
        }

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.code} {self.message}"]
        lines += [f"    {line}" for line in self.detail]
        lines.append(f"    fix: {self.fix}")
        return "\n".join(lines)


@dataclass(slots=True)
class ProblemList:
    """Collects problems so that a reader can go on after the first."""

    found: list[Problem] = field(default_factory=list)

    def add(self, code: str, place: Place, message: str, fix: str, **more: object) -> None:
        if code not in CODES:
            raise KeyError(code)
        self.found.append(Problem(code=code, place=place, message=message, fix=fix, **more))  # type: ignore[arg-type]

    def sorted(self) -> tuple[Problem, ...]:
        """The problems by place, each once."""
        unique = dict.fromkeys(self.found)
        return tuple(sorted(unique, key=lambda p: (p.place.path, p.place.line, p.place.col, p.code, p.message)))


def stopping(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems with which nothing can be built."""
    return tuple(p for p in problems if p.code not in CLOSING)


class ProjectProblems(Exception):
    """Raised where a project with problems cannot go on; holds them all."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} problem(s) in the project")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ "use X" for the nearest known word, or the list of what is known."""
    known = sorted(known)
    near = difflib.get_close_matches(word, known, n=2, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f'"{n}"' for n in near) + "?"
    return "use " + (", ".join(known[:-1]) + " or " + known[-1] if len(known) > 1 else known[0]) if known else "remove it"

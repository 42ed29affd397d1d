"""The register of notices: `notices/<digest>.json` for every notice ever published, `notices/reviews.toml` for who read it.

A notice's file is named by its digest and never written again, so two machines that publish cannot disagree, and a
change to its words shows. The folder goes with the project, so that every API knows every page that may be cached.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadcore.consent.notices import notice_digest
from leadcore.model.leads import PublishedNotice
from leadcore.problems import Place, ProblemList
from leadcore.reading.tables import read_toml

ROOM = "notices"
REVIEWS = "notices/reviews.toml"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_PLAIN = ("digest", "market", "form", "locale")
_LISTS = ("boxes", "regimes", "purposes", "channels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Who read a notice and found it right, and on which day."""

    by: str
    on: dt.date


def notice_path(root: Path, digest: str) -> Path:
    """Where a notice is kept. Raises ValueError for what is no digest."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"{digest[:80]!r} is no digest")
    return root / ROOM / f"{digest}.json"


def notice_to_json(notice: PublishedNotice) -> str:
    """The text of a notice's file; words and markup stand line by line, for people who compare versions."""
    values: dict[str, Any] = {name: getattr(notice, name) for name in _PLAIN}
    values |= {"version": notice.version, "published_on": notice.published_at.date().isoformat()}
    values |= {name: list(getattr(notice, name)) for name in _LISTS}
    values |= {"text": notice.text.split("\n"), "html": notice.html.split("\n")}
    return json.dumps(values, ensure_ascii=False, indent=1) + "\n"


def json_to_notice(text: str) -> PublishedNotice:
    """The notice of a file. Raises ValueError where the file is broken or its words are not those of its digest."""
    try:
        values = json.loads(text)
        day = dt.date.fromisoformat(values["published_on"])
        found: dict[str, Any] = {name: str(values[name]) for name in _PLAIN}
        found |= {name: tuple(map(str, values[name])) for name in _LISTS}
        found |= {name: "\n".join(values[name]) for name in ("text", "html")}
        at = dt.datetime.combine(day, dt.time(), dt.UTC)
        notice = PublishedNotice(version=int(values["version"]), published_at=at, **found)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not the file of a notice: {error}") from None
    if notice_digest(notice.text, notice.locale, notice.boxes) != notice.digest:
        raise ValueError("its words are not those that were published")
    return notice


def read_notice(root: Path, digest: str) -> PublishedNotice | None:
    """The notice that was published under a digest, or None where the register does not hold it unchanged."""
    try:
        found = json_to_notice(notice_path(root, digest).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if found.digest == digest else None


def known_digests(root: Path) -> frozenset[str]:
    """The digests of all notices in the register, by the names of their files."""
    return frozenset(path.stem for path in (root / ROOM).glob("*.json") if _DIGEST.fullmatch(path.stem))


def read_register(root: Path, problems: ProblemList | None = None) -> tuple[PublishedNotice, ...]:
    """Every notice ever published, each series from its first version on.

    Adds P114 for a file that is not as it was published, and for a version whose file is gone.
    """
    problems = problems or ProblemList()
    found = []
    for digest in sorted(known_digests(root)):
        place = Place(path=f"{ROOM}/{digest}.json")
        try:
            notice = json_to_notice(notice_path(root, digest).read_text("utf-8"))
            if notice.digest != digest:
                raise ValueError("its name is not its digest")
        except (OSError, ValueError) as error:
            problems.add("P114", place, f"a published notice cannot be used: {error}", _RESTORE)
            continue
        found.append(notice)
    _check_numbers(found, problems)
    return tuple(sorted(found, key=lambda n: (series(n), n.version, n.published_at)))


_RESTORE = "restore the file from version control; a published notice is never changed or deleted"


def series(notice: PublishedNotice) -> tuple[str, str, str, tuple[str, ...]]:
    """What the versions of one notice have in common: market, form, locale, regimes."""
    return (notice.market, notice.form, notice.locale, notice.regimes)


def next_version(register: Iterable[PublishedNotice], notice: PublishedNotice) -> int:
    """The number of a notice that is new in its series."""
    return 1 + max((one.version for one in register if series(one) == series(notice)), default=0)


def _check_numbers(found: list[PublishedNotice], problems: ProblemList) -> None:
    """Adds P114 for each version that a later one of its series shows to be gone."""
    numbers: dict[Any, dict[int, PublishedNotice]] = {}
    for notice in found:
        numbers.setdefault(series(notice), {})[notice.version] = notice
    for versions in numbers.values():
        last = versions[max(versions)]
        for number in sorted(set(range(1, last.version)) - versions.keys()):
            message = f"version {number} of the notice {last.form} in {last.market}/{last.locale} is gone from {ROOM}/"
            problems.add("P114", Place(path=f"{ROOM}/{last.digest}.json"), message, _RESTORE, market=last.market, locale=last.locale)


def read_reviews(root: Path, problems: ProblemList) -> dict[str, Review]:
    """Who reviewed which notice, by digest. Adds problems of reading."""
    if not (root / REVIEWS).is_file():
        return {}
    table = read_toml(root, root / REVIEWS, problems)
    found = {}
    for digest in table.values if table else ():
        one = table.table(digest)  # type: ignore[union-attr]
        by, on = one.text("by", needed=True), one.text("on", needed=True)
        one.close()
        try:
            found[digest] = Review(by=by, on=dt.date.fromisoformat(on))
        except ValueError:
            one.problem("P005", "on", f'"{on}" is not a day', 'write on = "2026-11-20"')
    return found

"""Notices of a project over time: published at every build, listed with their versions, marked as reviewed.

Writes the register in `notices/`, which `leadcore.reading.notices` reads; adds to it, never changes what it holds.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from leadcore.kept import keep_file
from leadcore.model.leads import PublishedNotice
from leadcore.model.project import Project
from leadcore.problems import CLOSING, Place, Problem, ProblemList, ProjectProblems
from leadcore.reading.notices import (
    REVIEWS,
    ROOM,
    Review,
    known_digests,
    next_version,
    notice_path,
    notice_to_json,
    read_register,
    read_reviews,
    series,
)
from leadcore.rendering.consent_view import consent_view
from leadcore.rendering.published import page_notices
from leadsite.plan import Plan
from leadsite.sources import stamps

_MARK = "var/notices.json"
#: What notices and the part of the page that shows them are made from.
_MADE_FROM = ("locales", "content/markets", "content/forms", "site")
_STARTS = tuple(f"{room}/" for room in _MADE_FROM)
_REVIEWS_HEAD = "# Who reviewed which notice, by its digest. `leadsite consent review` adds to it.\n"


def publish_notices(plan: Plan, markets: tuple[str, ...] = (), sound: frozenset[str] = frozenset()) -> tuple[PublishedNotice, ...]:
    """Keeps every notice that the pages of these markets (all when none is named) show today; gives those that are new.

    To be called before the pages go out. Where nothing that a notice is made from has changed since the last time that
    day, `sound` naming the unchanged files, nothing can be new. Raises ProjectProblems where the register cannot be
    written: a page must not go out without its proof.
    """
    root = plan.project.root
    known = known_digests(root)
    if known and _read_mark(root).get("day") == plan.today.isoformat() and _is_unchanged(root, sound):
        return ()
    midnight = dt.datetime.combine(plan.today, dt.time(), dt.UTC)
    fresh = {n.digest: n for n in page_notices(plan.project, markets, midnight) if n.digest not in known}
    register = list(read_register(root)) if fresh else []
    for digest, notice in fresh.items():
        fresh[digest] = replace(notice, version=next_version(register, notice))
        register.append(fresh[digest])
        _keep(root, fresh[digest])
    if not markets:
        _write_mark(root, day=plan.today.isoformat())
    return tuple(fresh.values())


def _is_unchanged(root: Path, sound: frozenset[str]) -> bool:
    """Whether all that notices are made from is as it was at the last build."""
    names = stamps(root, _MADE_FROM)
    return bool(names) and names.keys() <= sound and sum(name.startswith(_STARTS) for name in sound) == len(names)


def _keep(root: Path, notice: PublishedNotice) -> None:
    """Writes a notice's file whole or not at all, and never over another."""
    place = notice_path(root, notice.digest)
    draft = place.with_suffix(f".{os.getpid()}")
    try:
        place.parent.mkdir(exist_ok=True)
        with draft.open("w", encoding="utf-8") as file:
            file.write(notice_to_json(notice))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, place)
        except FileExistsError:  # Another build was quicker; the words are the same.
            pass
        finally:
            draft.unlink()
    except OSError as error:
        problems = ProblemList()
        message = f"the notice of a page cannot be kept: {error.strerror}"
        problems.add("P001", Place(path=f"{ROOM}/"), message, f"let leadsite build write {ROOM}/; it is part of the project")
        raise ProjectProblems(problems.found) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One notice of the project: a version that was published, or today's of a form. `version` is 0 before it is published.

    `current` tells that pages show it today, `stale` that a translation in it is older than its source, so that the form
    is closed.
    """

    market: str
    form: str
    locale: str
    version: int
    digest: str
    published_on: dt.date | None
    current: bool
    stale: bool
    review: Review | None
    regimes: tuple[str, ...]
    purposes: tuple[str, ...]
    channels: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether today's notice is published, reviewed and up to date."""
        return bool(self.version and self.review and not self.stale)

    def as_dict(self) -> dict[str, object]:
        """The shape `consent notices --json` prints."""
        return {
            "market": self.market,
            "form": self.form,
            "locale": self.locale,
            "version": self.version,
            "digest": self.digest,
            "published_on": self.published_on.isoformat() if self.published_on else None,
            "current": self.current,
            "stale": self.stale,
            "reviewed_by": self.review.by if self.review else None,
            "reviewed_on": self.review.on.isoformat() if self.review else None,
            "regimes": list(self.regimes),
            "purposes": list(self.purposes),
            "channels": list(self.channels),
        }


def list_notices(project: Project, today: dt.date, *, every: bool = False) -> tuple[NoticeRow, ...]:
    """Today's notice of each form, market and locale; with `every`, all earlier versions too. Raises ProjectProblems."""
    problems = ProblemList()
    register = {notice.digest: notice for notice in read_register(project.root, problems)}
    reviews = read_reviews(project.root, problems)
    if problems.found:
        raise ProjectProblems(problems.sorted())
    midnight = dt.datetime.combine(today, dt.time(), dt.UTC)
    current = {n.digest: n for n in page_notices(project, (), midnight)}
    rows = [_row(register.get(d, n), reviews, current=True, published=d in register) for d, n in current.items()]
    if every:
        rows += [_row(n, reviews, current=False, published=True) for d, n in register.items() if d not in current]
    return tuple(sorted([*rows, *_closed(project, today)], key=lambda r: (r.market, r.form, r.locale, r.regimes, r.version)))


def _row(notice: PublishedNotice, reviews: Mapping[str, Review], *, current: bool, published: bool) -> NoticeRow:
    return NoticeRow(
        market=notice.market, form=notice.form, locale=notice.locale, version=notice.version, digest=notice.digest,
        published_on=notice.published_at.date() if published else None, current=current, stale=False,
        review=reviews.get(notice.digest), regimes=notice.regimes, purposes=notice.purposes, channels=notice.channels,
    )  # fmt: skip


def _closed(project: Project, today: dt.date) -> Iterator[NoticeRow]:
    """The notices that no page shows, as a translation in them is stale."""
    for market in project.markets.values():
        for locale in market.locales:
            for name in market.forms:
                consent = consent_view(project, market, locale, project.forms[name], today=today)
                if consent.stale:
                    yield NoticeRow(
                        market=market.id, form=name, locale=locale, version=0, digest=consent.digest, published_on=None,
                        current=True, stale=True, review=None, regimes=consent.requirements.codes,
                        purposes=tuple(p.id for p in project.forms[name].purposes), channels=tuple(b.use for b in consent.boxes),
                    )  # fmt: skip


def add_reviews(root: Path, digests: Sequence[str], by: str, on: dt.date) -> int:
    """Notes that somebody reviewed these notices, and gives how many are newly noted. Raises ProjectProblems."""
    problems = ProblemList()
    done = read_reviews(root, problems)
    if problems.found:
        raise ProjectProblems(problems.sorted())
    new = [digest for digest in dict.fromkeys(digests) if digest not in done]
    if new:
        path = root / REVIEWS
        text = path.read_text("utf-8") if path.is_file() else _REVIEWS_HEAD
        quoted = by.replace("\\", "\\\\").replace('"', '\\"')
        text += "".join(f'\n[{digest}]\nby = "{quoted}"\non = "{on.isoformat()}"\n' for digest in new)
        path.parent.mkdir(exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    return len(new)


def unreviewed(root: Path) -> int:
    """How many notices of the register nobody has reviewed, the latest of each series counted."""
    latest = {series(notice): notice.digest for notice in read_register(root)}
    return len(set(latest.values()) - read_reviews(root, ProblemList()).keys())


def note_closed(root: Path, problems: Iterable[Problem]) -> None:
    """Remembers between builds whether a form is closed, so that a check of unchanged files says so again."""
    _write_mark(root, closed=any(problem.code in CLOSING for problem in problems))


def forms_were_closed(root: Path) -> bool:
    """Whether the last build left a form closed."""
    return bool(_read_mark(root).get("closed"))


def _read_mark(root: Path) -> dict[str, object]:
    """What the last build noted: the day on which all notices were published, whether a form was closed."""
    try:
        found = json.loads((root / _MARK).read_text("utf-8"))
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def _write_mark(root: Path, **values: object) -> None:
    """Adds to the note. Where it cannot be written, the next build looks at everything, and that is all."""
    keep_file(root / _MARK, json.dumps({**_read_mark(root), **values}).encode())

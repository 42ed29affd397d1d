"""Checks of the gettext catalogues: readable, complete, placeholders as in the source, not copied from it.

The messages a project needs come from `locales/messages.pot`, which `leadsite translations extract` writes.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from leadcore.model.locales import babel_locale, fallback_chain, language_of
from leadcore.model.markets import Market
from leadcore.model.pages import SAME_BY_CHANCE
from leadcore.model.project import Project
from leadcore.problems import Place, ProblemList
from leadcore.rendering.i18n import catalog_path

#: A line of a catalogue whose text, if it has one, is closed. Other mistakes are the parser's to find.
_LINE = re.compile(rb'#.*$|[^"]*("([^"\\]|\\.)*")?$')
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\([^)]+\)[sd]|%[sd]")


def check_catalogues(
    project: Project, markets: Iterable[Market], problems: ProblemList, *, apart: frozenset[str] = frozenset()
) -> None:
    """Adds P009, P202, P203 and P204 for the catalogues that these markets' locales use.

    Messages `apart` may be missing: another check tells of them.
    """
    tags = {tag for market in markets for tag in market.locales}
    wanted = {tag for tag in tags if language_of(tag) != language_of(project.site.source_locale)}
    for domain, template in (("messages", "messages.pot"), ("wtforms", "wtforms.pot")):
        pot_path = project.root / "locales" / template
        pot = _read(project.root, pot_path, "en", problems) if pot_path.exists() else None
        if pot is None:
            if domain == "messages":
                fix = "run leadsite translations extract"
                problems.add("P001", Place(path=f"locales/{template}"), "the list of messages is missing", fix)
            continue
        seen: dict[str, Catalog | None] = {}
        for tag in sorted(wanted):
            used = [c for t in fallback_chain(tag) if (c := _load(project.root, t, domain, seen, problems)) is not None]
            unread = any(seen[t] is None and catalog_path(project.root, t, domain).exists() for t in fallback_chain(tag))
            if not unread:
                _check_complete(project.root, tag, domain, [m for m in pot if m.id not in apart], used, problems)
        for path_tag, catalog in seen.items():
            if catalog is not None:
                _check_placeholders(path_tag, domain, catalog, problems)
                _check_copies(path_tag, domain, catalog, problems)


def _load(root: Path, tag: str, domain: str, seen: dict[str, Catalog | None], problems: ProblemList) -> Catalog | None:
    if tag not in seen:
        path = catalog_path(root, tag, domain)
        seen[tag] = _read(root, path, tag, problems) if path.exists() else None
    return seen[tag]


def _read(root: Path, path: Path, tag: str, problems: ProblemList) -> Catalog | None:
    shown = path.relative_to(root).as_posix()
    # Babel's reader takes a text without its closing quote for an empty one.
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if not _LINE.match(line.strip()):
            fix = "mend the line; every text stands in double quotes"
            problems.add("P009", Place(path=shown, line=number), "the catalogue cannot be read: a text is not closed", fix)
            return None
    try:
        with path.open("rb") as file:
            catalog = read_po(file, locale=babel_locale(tag), abort_invalid=True)
        # What reads the catalogue for a page compiles its plural rule, and would fail there.
        gettext.c2py(catalog.plural_expr)
        return catalog
    except (PoFileError, ValueError, UnicodeDecodeError) as error:
        at = getattr(error, "lineno", None)
        place = Place(path=shown, line=int(at) + 1 if at is not None else 0)
        problems.add("P009", place, f"the catalogue cannot be read: {error}", "mend the line; every text stands in double quotes")
        return None


def _check_complete(
    root: Path, tag: str, domain: str, pot: Iterable[Message], used: list[Catalog], problems: ProblemList
) -> None:
    missing = [m for m in pot if m.id and not any(_has(catalog, m.id, m.context) for catalog in used)]
    if not missing:
        return
    path = f"locales/{language_of(tag)}/LC_MESSAGES/{domain}.po"
    for message in missing:
        first = message.id if isinstance(message.id, str) else message.id[0]
        where = ", ".join(dict.fromkeys(f for f, _ in message.locations[:2]))
        problems.add(
            "P202",
            Place(path=path),
            f"no translation of “{first}” for {tag}",
            "write its msgstr (leadsite translations update adds the entries that are missing)",
            detail=(f"used in {where}",) if where else (),
            locale=tag,
        )


def _has(catalog: Catalog, message_id: object, context: str | None) -> bool:
    found = catalog.get(message_id, context)  # type: ignore[arg-type]
    if found is None or found.fuzzy:
        return False
    strings = [found.string] if isinstance(found.string, str) else list(found.string or ())
    return all(strings)


def _check_placeholders(tag: str, domain: str, catalog: Catalog, problems: ProblemList) -> None:
    path = f"locales/{tag}/LC_MESSAGES/{domain}.po"
    for message in catalog:
        if not message.id or message.fuzzy:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        wanted = set(_PLACEHOLDER.findall(ids[-1]))
        plural = len(ids) > 1
        for text in strings:
            have = set(_PLACEHOLDER.findall(text or ""))
            # A plural form may leave the number out: "one day", or the Arabic dual.
            if text and not (have == wanted or (plural and have <= wanted and wanted - have <= {"{n}", "%(n)s", "%d", "%(max)d", "%(min)d"})):
                extra = ", ".join(sorted(have - wanted)) or "none"
                lost = ", ".join(sorted(wanted - have)) or "none"
                problems.add(
                    "P203",
                    Place(path=path, line=message.lineno or 0),
                    f"the placeholders of “{ids[0]}” differ in its translation",
                    "use the same {names} as the source",
                    detail=(f"unknown: {extra}", f"lost: {lost}"),
                    locale=tag,
                )


def _check_copies(tag: str, domain: str, catalog: Catalog, problems: ProblemList) -> None:
    """Adds P204 for each long message that reads the same as its source; short ones may do so by chance."""
    path = f"locales/{tag}/LC_MESSAGES/{domain}.po"
    for message in catalog:
        if not message.id or message.fuzzy:
            continue
        ids = {message.id} if isinstance(message.id, str) else set(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if any(text in ids and len(_PLACEHOLDER.sub("", text)) > SAME_BY_CHANCE for text in strings if text):
            problems.add(
                "P204",
                Place(path=path, line=message.lineno or 0),
                f"the translation of “{strings[0]}” reads the same as its source",
                f"translate it into {tag}, or leave its msgstr empty until someone does",
                locale=tag,
            )

"""Translations of privacy notices that are missing or older than their source (P205): they close forms, never pages.

Pure but for catalogues, which it reads as the pages do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from leadcore.consent.notices import SEPARATOR, WORDINGS
from leadcore.model.forms import FormDefinition
from leadcore.model.locales import babel_locale, fallback_chain, language_of
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.problems import Place, ProblemList
from leadcore.rendering import consent_view as views
from leadcore.rendering import notice_facts as facts
from leadcore.rendering.i18n import catalog_path, translator

_FIX_FUZZY = 'compare it with the source; when it says the same, take "fuzzy" away'
_FIX_NONE = "the law of the market asks for its notice in this language too: make this catalogue, and translate the notice in it"
_FIX_MISSING = "write its msgstr (leadsite translations update adds the entries that are missing)"


def notice_messages(forms: Iterable[FormDefinition]) -> frozenset[str]:
    """The messages that nothing but notices and their boxes say."""
    found = {SEPARATOR, views.TITLE, views.SUMMARY, views.MORE, views.TRANSFER_BOX, views.SENDER, views.SENDER_AND_CALLER}
    found |= {views.EXPLICIT_BOX, facts.ANSWERING, facts.EEA, *facts.ROLES.values(), *facts.BASES.values(), *facts.GDPR.values()}
    found |= {text for row in WORDINGS.values() for text in (row.heading, *row.variants)}
    found |= {text for form in forms for p in form.purposes for text in (p.summary, *p.boxes.values())}
    return frozenset(found - {""})


def check_notices(project: Project, markets: Iterable[Market], today: dt.date, found: ProblemList) -> None:
    """Adds P205 for each message of a notice that a market's language lacks, with the forms that it closes."""
    markets = tuple(markets)
    closes: dict[tuple[str, str], list[str]] = {}
    for market in markets:
        for locale in market.locales:
            for name in market.forms:
                if (form := project.forms.get(name)) is None:
                    continue
                for tag, message in views.consent_view(project, market, locale, form, today=today).stale:
                    closes.setdefault((tag, message), []).append(f"{name} in {market.id}/{locale}")
    read: dict[str, Mapping[str, tuple[int, bool]]] = {}
    for tag, message in sorted({*closes, *_lacking(project, markets)}):
        place, state = _place(project, tag, message, read)
        forms = closes.get((tag, message), [])
        detail = f"closed: {', '.join(forms)}" if forms else "no form of a page says it; one asked from another country may"
        said = f"the translation of “{message}” for {tag} {'is older than its source' if state == 'fuzzy' else 'is missing'}, and a privacy notice says it"
        fix = _FIX_FUZZY if state == "fuzzy" else _FIX_MISSING if (project.root / place.path).is_file() else _FIX_NONE
        found.add("P205", place, said, fix, detail=(detail,), locale=tag)


def _lacking(project: Project, markets: tuple[Market, ...]) -> set[tuple[str, str]]:
    """The listed messages of notices that the markets' languages lack, said in their own notices or not."""
    template = project.root / "locales" / "messages.pot"
    listed = {_id(m) for m in _read(template.as_posix(), "en")} if template.is_file() else set()
    wanted = listed & notice_messages(project.forms.values())
    source = language_of(project.site.source_locale)
    tags = {tag for market in markets for tag in market.locales if language_of(tag) != source}
    return {(tag, m) for tag in tags for m in wanted if not translator(project.root, tag).has(m)}


def _place(project: Project, tag: str, message: str, read: dict[str, Mapping[str, tuple[int, bool]]]) -> tuple[Place, str]:
    """Where the translation stands or would be added, and whether it is "fuzzy" or "missing"; `read` keeps catalogues."""
    last: Place | None = None
    for name in fallback_chain(tag):
        path = catalog_path(project.root, name, "messages")
        if not path.is_file():
            continue
        shown = path.relative_to(project.root).as_posix()
        if shown not in read:
            read[shown] = _entries(path.as_posix(), name)
        if (entry := read[shown].get(message)) is not None:
            return Place(path=shown, line=entry[0]), "fuzzy" if entry[1] else "missing"
        last = Place(path=shown, line=path.read_text("utf-8").count("\n") + 1)
    return last or Place(path=f"locales/{language_of(tag)}/LC_MESSAGES/messages.po", line=1), "missing"


def _entries(path: str, tag: str) -> Mapping[str, tuple[int, bool]]:
    """Line and fuzziness of each entry of a catalogue by its message."""
    return {_id(m): (m.lineno or 1, bool(m.fuzzy and m.string)) for m in _read(path, tag) if m.id}


def _read(path: str, tag: str) -> Catalog:
    with open(path, "rb") as file:
        return read_po(file, locale=babel_locale(tag))


def _id(message: object) -> str:
    found = message.id  # type: ignore[attr-defined]
    return found if isinstance(found, str) else str(found[0])

"""Update: merges the lists of messages into every language's catalogues, losing no translation.

A new message gets an empty entry; one whose source text changed a little keeps its translation, marked fuzzy, which
nobody is shown; one that is gone moves to the end of its file, from where it comes back if the message does.
"""

from __future__ import annotations

import difflib
import importlib.util
from dataclasses import asdict, dataclass
from itertools import takewhile
from pathlib import Path

from babel.core import get_global
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from leadcore.model.locales import babel_locale
from leadcore.model.project import Project
from leadcore.rendering.i18n import catalog_path
from leadsite.translations.pofiles import (
    DOMAINS,
    Counts,
    catalogue_tags,
    catalogue_text,
    count,
    forms,
    is_filled,
    new_catalogue,
    read_catalogue,
    read_template,
    write_if_changed,
)

#: How alike two source texts must be (0-1) for one to count as a change of the other.
_ALIKE = 0.75
#: Starts the remark that shows a translator the source text before its change.
_BEFORE = "before the change:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A catalogue after the merge; `added` messages are new in it, `changed` says whether its file was written."""

    tag: str
    domain: str
    path: str
    added: int
    obsolete: int
    counts: Counts
    changed: bool

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def update_catalogues(project: Project) -> tuple[Update, ...]:
    """Merges `locales/*.pot` into the catalogues of every language of the markets, the source's excepted.

    Raises ProjectProblems before anything is written when a list is missing (P001) or a catalogue is broken (P009).
    """
    merged = []
    for domain in DOMAINS:
        for tag in catalogue_tags(project):
            # Babel hands the template's own messages over to the catalogue, so each catalogue gets a fresh one.
            template = read_template(project.root, domain)
            path = catalog_path(project.root, tag, domain)
            catalog = read_catalogue(project.root, path, tag) if path.is_file() else _first(tag, domain)
            merged.append((tag, domain, path, catalog, merge(catalog, template), count(catalog, template)))
    return tuple(
        Update(
            tag=tag,
            domain=domain,
            path=path.relative_to(project.root).as_posix(),
            added=added,
            obsolete=len(catalog.obsolete),
            counts=counts,
            changed=write_if_changed(path, catalogue_text(catalog)),
        )
        for tag, domain, path, catalog, added, counts in merged
    )


def merge(catalog: Catalog, template: Catalog) -> int:
    """Brings a catalogue to the messages and the order of a template; the number of messages new in it."""
    _bring_back(catalog, template)
    before = {_key(m) for m in catalog if m.id}
    kept_away = set(catalog.obsolete)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    new = [m for m in catalog if m.id and _key(m) not in before]
    gone = {_key(m): m for key, m in catalog.obsolete.items() if key not in kept_away and is_filled(m)}
    for message in new:
        _take_over(catalog, message, gone)
    # A .po file marks no obsolete entry as fuzzy, so a doubtful text would come back as a good one.
    doubtful = [key for key, m in catalog.obsolete.items() if m.fuzzy or not is_filled(m)]
    for key in doubtful:
        del catalog.obsolete[key]
    for message in catalog:
        if not message.fuzzy:
            message.user_comments = list(takewhile(lambda c: not c.startswith(_BEFORE), message.user_comments))
    return len(new)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _bring_back(catalog: Catalog, template: Catalog) -> None:
    for wanted in template:
        if wanted.id and catalog.get(wanted.id) is None and (old := catalog.obsolete.pop(_key(wanted), None)):
            catalog[old.id] = old


def _take_over(catalog: Catalog, message: Message, gone: dict[str, Message]) -> None:
    """Gives a new message the translation of the vanished one it seems to be a change of, marked fuzzy."""
    alike = [key for key, old in gone.items() if old.pluralizable == message.pluralizable]
    for key in difflib.get_close_matches(_key(message), alike, 1, _ALIKE):
        old = gone.pop(key)
        catalog.obsolete.pop(key, None)
        message.string = old.string
        message.flags.add("fuzzy")
        own = takewhile(lambda c: not c.startswith(_BEFORE), old.user_comments)
        message.user_comments = [*own, f"{_BEFORE} {key}"]


def _first(tag: str, domain: str) -> Catalog:
    """A new catalogue; WTForms' starts with the translations WTForms ships, unless they are blank or fuzzy."""
    catalog = new_catalogue(tag, domain)
    shipped = shipped_catalogue(tag) if domain == "wtforms" else None
    for message in shipped or ():
        fits = len(forms(message)) == (catalog.num_plurals if message.pluralizable else 1)
        if message.id and not message.fuzzy and is_filled(message) and fits:
            catalog.add(message.id, message.string)
    return catalog


def shipped_catalogue(tag: str) -> Catalog | None:
    """The catalogue WTForms ships for a tag, or None; never one in another script (its `zh` is Simplified Chinese)."""
    spec = importlib.util.find_spec("wtforms")
    if spec is None or spec.origin is None:
        return None
    likely = get_global("likely_subtags")
    language, *rest = tag.split("-")
    full = likely.get(tag.replace("-", "_"), likely.get(language, "")).split("_")
    script = next((part for part in [*rest, *full[1:]] if len(part) == 4), "")
    region = next((part for part in [*rest, *full[1:]] if len(part) in (2, 3)), "")
    names = [f"{language}_{script}", f"{language}_{region}"]
    if script in likely.get(language, script):
        names.append(language)
    for name in names:
        path = Path(spec.origin).parent / "locale" / name / "LC_MESSAGES" / "wtforms.po"
        if path.is_file():
            with path.open("rb") as file:
                return read_po(file, locale=babel_locale(tag))
    return None

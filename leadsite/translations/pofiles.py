"""Catalogue files: read with their mistakes named, written so that equal catalogues are equal bytes.

Knows the layout `locales/<tag>/LC_MESSAGES/<domain>.po`; knows nothing of where messages come from.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import asdict, dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, normalize, read_po, write_po

from leadcore.model.locales import babel_locale, fallback_chain, language_of, region_of
from leadcore.model.project import Project
from leadcore.problems import Place, ProblemList, ProjectProblems
from leadcore.reading.files import read_text

DOMAINS = ("messages", "wtforms")
#: What Babel puts where a header says nothing; not worth writing.
_BLANK = ("FULL NAME <EMAIL@ADDRESS>", "LANGUAGE <LL@li.org>")
#: Plural rules where Babel numbers the forms otherwise than CLDR and translators' tools: zero, one, two, few, many, other.
_PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Messages of a catalogue; the three add up to those of its template."""

    translated: int = 0
    missing: int = 0
    fuzzy: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def template_path(root: Path, domain: str) -> Path:
    return root / "locales" / f"{domain}.pot"


def catalogue_tag(locale: str) -> str:
    """The tag of the catalogue that serves a locale: its language and script, without the region."""
    return fallback_chain(locale)[1] if region_of(locale) else locale


def catalogue_tags(project: Project) -> tuple[str, ...]:
    """The catalogues that the project's markets need; none for the source language."""
    source = language_of(project.site.source_locale)
    locales = {tag for market in project.markets.values() for tag in market.locales if language_of(tag) != source}
    return tuple(sorted({catalogue_tag(tag) for tag in locales}))


def read_template(root: Path, domain: str) -> Catalog:
    """The list of messages on disk. Raises ProjectProblems with P001 where there is none, P009 where it is broken."""
    path = template_path(root, domain)
    if not path.is_file():
        problems = ProblemList()
        place = Place(path=path.relative_to(root).as_posix())
        problems.add("P001", place, "the list of messages is missing", "run leadsite translations extract")
        raise ProjectProblems(problems.found)
    return read_catalogue(root, path, "en")


def read_catalogue(root: Path, path: Path, tag: str) -> Catalog:
    """The catalogue in a file. Raises ProjectProblems with P002 or P009 rather than lose what a broken file holds."""
    problems = ProblemList()
    shown = path.relative_to(root).as_posix()
    text = read_text(root, path, problems)
    if text is None:
        raise ProjectProblems(problems.found)
    fix = "mend the line; every text stands in double quotes"
    for number, line in enumerate(text.split("\n"), 1):
        # Babel takes an unterminated string without a word.
        if line.strip() and not line.startswith("#") and not line.rstrip().endswith('"'):
            problems.add("P009", Place(path=shown, line=number), "the catalogue cannot be read: a text does not end", fix)
    if problems.found:
        raise ProjectProblems(problems.found)
    try:
        catalog = read_po(io.BytesIO(text.encode()), locale=babel_locale(tag), abort_invalid=True)
    except (PoFileError, ValueError) as error:
        place = Place(path=shown, line=getattr(error, "lineno", -1) + 1)
        problems.add("P009", place, f"the catalogue cannot be read: {error}", fix)
        raise ProjectProblems(problems.found) from error
    for message in catalog:
        # Other tools note the previous text as `#|`, which Babel takes for a remark of the translator.
        message.user_comments = [c for c in message.user_comments if not c.startswith("|")]
    return catalog


def new_catalogue(tag: str, domain: str) -> Catalog:
    """An empty catalogue."""
    locale = babel_locale(tag)
    what = "WTForms' messages" if domain == "wtforms" else "the site's messages"
    catalog = Catalog(locale=locale, domain=domain, header_comment=f"# {locale.english_name} ({tag}): {what}.")
    if rule := _PLURALS.get(locale.language):
        catalog.mime_headers = [("Plural-Forms", rule)]
    return catalog


def catalogue_text(catalog: Catalog, header_comment: str | None = None) -> str:
    """The catalogue as a .po file, in its own order, without times, tool versions or line wrapping."""
    body = io.BytesIO()
    write_po(body, catalog, width=0, omit_header=True)
    comment = catalog.header_comment if header_comment is None else header_comment
    head = [*comment.splitlines(), 'msgid ""', 'msgstr ""']
    head += [normalize(f"{name}: {value}\n", width=0) for name, value in _headers(catalog)]
    return "\n".join(head) + "\n\n" + body.getvalue().decode().rstrip("\n") + "\n"


def _headers(catalog: Catalog) -> list[tuple[str, str]]:
    """The header fields: what translators' tools wrote is kept, what Babel would date is left out."""
    headers = []
    if catalog.locale_identifier:
        headers += [("Language", catalog.locale_identifier), ("Plural-Forms", catalog.plural_forms)]
    if isinstance(catalog.revision_date, dt.datetime):
        headers.append(("PO-Revision-Date", catalog.revision_date.strftime("%Y-%m-%d %H:%M%z")))
    for name, value in (("Last-Translator", catalog.last_translator), ("Language-Team", catalog.language_team)):
        if value and value not in _BLANK:
            headers.append((name, value))
    kind = ("Content-Type", "text/plain; charset=utf-8")
    return [*headers, ("MIME-Version", "1.0"), kind, ("Content-Transfer-Encoding", "8bit")]


def write_if_changed(path: Path, text: str) -> bool:
    """Writes the text unless the file holds it already; True when it wrote."""
    data = text.encode()
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return True


def is_filled(message: Message) -> bool:
    """Whether a message has a text, in every plural form of it."""
    return bool(message.string) and all(forms(message))


def forms(message: Message) -> tuple[str, ...]:
    """The texts of a message: one, or one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def count(catalog: Catalog | None, template: Catalog) -> Counts:
    """How much of a template a catalogue translates; None stands for no catalogue."""
    translated = missing = fuzzy = 0
    for wanted in template:
        if not wanted.id:
            continue
        message = catalog.get(wanted.id) if catalog is not None else None
        if message is None or not is_filled(message):
            missing += 1
        elif message.fuzzy:
            fuzzy += 1
        else:
            translated += 1
    return Counts(translated=translated, missing=missing, fuzzy=fuzzy)

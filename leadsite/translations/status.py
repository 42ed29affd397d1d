"""Status: how far each text is translated in each market and locale, and each catalogue in each language.

Pure but for reading the catalogues; a text's state comes from the same layering that renders it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from leadcore.model.markets import Market
from leadcore.model.pages import Text, TextKey, resolve
from leadcore.model.project import Project, untranslated_keys
from leadcore.rendering.i18n import catalog_path
from leadsite.translations.pofiles import (
    DOMAINS,
    catalogue_tag,
    catalogue_tags,
    count,
    read_catalogue,
    read_template,
    template_path,
)

#: `missing`: not there in this language; `fallback`: the source is shown in its place; `partial`: some of it is missing.
STATES = ("translated", "partial", "fallback", "missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStatus:
    """One text as one market and locale have it.

    `text` names it (`page:guide`); `lacks` names the blocks and front-matter keys that are not translated; `source` is
    the file to translate from, `target` the file that holds the translation or should.
    """

    market: str
    locale: str
    text: str
    state: str
    source: str
    target: str
    lacks: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        return asdict(self) | {"lacks": list(self.lacks)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueStatus:
    """One catalogue, counted against its list of messages: translated + missing + fuzzy is all of them."""

    tag: str
    domain: str
    path: str
    translated: int
    missing: int
    fuzzy: int

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationStatus:
    """All rows, in order of market, locale and text; of catalogue and domain."""

    texts: tuple[TextStatus, ...]
    catalogues: tuple[CatalogueStatus, ...]

    def as_dict(self) -> dict[str, object]:
        return {"texts": [t.as_dict() for t in self.texts], "catalogues": [c.as_dict() for c in self.catalogues]}


def translation_status(project: Project) -> TranslationStatus:
    """The state of every text, and of every catalogue whose list of messages has been extracted.

    Raises ProjectProblems with P009 where a catalogue cannot be read.
    """
    texts = tuple(
        row
        for market in project.markets.values()
        for locale in market.locales
        for key in market_texts(project, market)
        if (row := _text_status(project, market, locale, key)) is not None
    )
    return TranslationStatus(texts=texts, catalogues=tuple(_catalogues(project)))


def market_texts(project: Project, market: Market) -> tuple[TextKey, ...]:
    """The texts a market uses: its pages, its series with their parts, the mails its forms start."""
    keys = [project.page_key(page) for page in market.pages]
    for group in market.series:
        keys += [project.series_key(group), *project.parts.get(group, ())]
    forms = [project.forms[form] for form in market.forms if form in project.forms]
    for sequence in dict.fromkeys(form.sequence for form in forms):
        keys += project.sequences.get(sequence, ())
    return tuple(key for key in keys if key in project.texts)


def text_name(key: TextKey) -> str:
    """The text's name as links write it: `page:guide`, `series:x`, `post:x/y`, `mail:x/y`."""
    if key.kind in ("page", "series"):
        return f"{key.kind}:{key.group or key.name}"
    return f"{key.kind}:{key.group}/{key.name}"


def _text_status(project: Project, market: Market, locale: str, key: TextKey) -> TextStatus | None:
    texts = project.texts[key]
    if not any(text.market in ("", market.id) for text in texts):
        return None
    source_locale = project.site.source_locale
    document = resolve(texts, locale=locale, market=market.id, source_locale=source_locale)
    lacks: tuple[str, ...] = ()
    if document is None:
        state = "missing"
    elif document.is_fallback:
        state = "fallback" if market.missing_translation == "notice" else "missing"
    else:
        lacks = (*document.missing, *untranslated_keys(document, texts, key.kind))
        state = "partial" if lacks else "translated"
    source = _source(texts, source_locale)
    tag = catalogue_tag(locale)
    target = next((t.path for t in texts if t.locale in (locale, tag) and not t.market), _beside(source, tag))
    return TextStatus(
        market=market.id,
        locale=locale,
        text=text_name(key),
        state=state,
        source=source.path,
        target=target,
        lacks=lacks,
    )


def _source(texts: tuple[Text, ...], source_locale: str) -> Text:
    """The text that translators start from: the source's, else whichever there is."""
    return min(texts, key=lambda t: (t.locale != source_locale, bool(t.market), t.path))


def _beside(source: Text, tag: str) -> str:
    """The path of a translation of this file."""
    folder, _, name = source.path.rpartition("/")
    stem = name.removesuffix(".md").removesuffix(f"@{source.market}").removesuffix(f".{source.locale}")
    return f"{folder}/{stem}.{tag}.md"


def _catalogues(project: Project) -> Iterator[CatalogueStatus]:
    tags = catalogue_tags(project)
    listed = [domain for domain in DOMAINS if template_path(project.root, domain).is_file()]
    templates = {domain: read_template(project.root, domain) for domain in listed}
    for tag in tags:
        for domain, template in templates.items():
            path = catalog_path(project.root, tag, domain)
            catalog = read_catalogue(project.root, path, tag) if path.is_file() else None
            counts = count(catalog, template)
            shown = path.relative_to(project.root).as_posix()
            yield CatalogueStatus(tag=tag, domain=domain, path=shown, **counts.as_dict())

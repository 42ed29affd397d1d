"""Texts against their sources: what must be translated and is not (P201), what is only a copy (P204)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadcore.model.locales import language_of
from leadcore.model.markets import Market
from leadcore.model.pages import CRITICAL_BLOCKS, SAME_BY_CHANCE, Document, Text, TextKey, resolve
from leadcore.model.project import Project, untranslated_keys
from leadcore.problems import Place, ProblemList
from leadcore.reading.facts import digest_of_words


def check_page(
    project: Project, market: Market, locale: str, document: Document, texts: Iterable[Text], found: ProblemList
) -> None:
    """Adds P107, P104 and P201 for a landing page as a market and locale see it."""
    place = Place(path=document.sources[-1], line=1)
    form = document.meta.get("form")
    needed = ["hero", *(["form"] if form else [])]
    names = {b.name for b in document.blocks}
    for name in needed:
        if name not in names:
            found.add("P107", place, f'the page has no block "{name}"', f"add a block ::: {name}")
    if form and form in project.forms and form not in market.forms:
        fix = f'add "{form}" to forms in {market.path}'
        found.add("P104", place, f'market {market.id} does not offer the form "{form}" of this page', fix, market=market.id)
    if document.is_fallback:
        if market.missing_translation == "none" and document.key.name == market.home:
            fix = f"write content/pages/{document.key.name}.{locale.split('-')[0]}.md"
            found.add("P201", market.place("home"), f"the home page is missing in {locale}", fix, market=market.id, locale=locale)
        elif market.missing_translation == "notice":
            fix = f"write content/pages/{document.key.name}.{locale.split('-')[0]}.md: headline, call to action and form must be translated"
            found.add("P201", place, f'"{document.key.name}" is not translated into {locale}', fix, market=market.id, locale=locale)
        return
    for name in document.missing:
        if name in CRITICAL_BLOCKS:
            fix = f"translate the block ::: {name}"
            found.add("P201", place, f'the critical block "{name}" is not translated into {locale}', fix, market=market.id, locale=locale)
    for name in untranslated_keys(document, tuple(texts), document.key.kind):
        found.add("P201", place, f'"{name}" is not translated into {locale}', f"add {name}: …", market=market.id, locale=locale)


def check_mail(project: Project, market: Market, locale: str, texts: tuple[Text, ...], found: ProblemList) -> None:
    """Adds P201 for a mail that a lead would get in another language than its own."""
    document = resolve(texts, locale=locale, market=market.id, source_locale=project.site.source_locale)
    if document is None or not document.is_fallback:
        return
    key = document.key
    fix = f"write content/mail/{key.group}/{key.number:02}-{key.name}.{locale.split('-')[0]}.md"
    message = f'the mail "{key.name}" is not translated into {locale}, a lead\'s own language'
    found.add("P201", Place(path=document.sources[-1]), message, fix, market=market.id, locale=locale)


def check_copies(project: Project, found: ProblemList, key: TextKey) -> None:
    """Adds P204 for each front-matter key and block of a translation that repeats the source word for word."""
    source_language = language_of(project.site.source_locale)
    texts = project.texts[key]
    known = {part for t in texts if language_of(t.locale) == source_language for _, part, _ in _parts(t)}
    for text in texts:
        if language_of(text.locale) == source_language:
            continue
        for name, part, place in _parts(text):
            if part in known:
                message = f'{name} reads the same as in {project.site.source_locale}'
                found.add("P204", place, message, f"translate it into {text.locale}, or take it away", locale=text.locale)


def _parts(text: Text) -> Iterator[tuple[str, str, Place]]:
    """The parts of a text that are long enough to compare: name, words, place."""
    for key in ("title", "description", "subject", "preheader"):
        words = str(text.meta.get(key) or "").strip()
        if len(words) > SAME_BY_CHANCE:
            yield f'"{key}"', words, text.place(key)
    for block in text.blocks:
        name = f'the block "{block.name}"' if block.name else "the text"
        if block.facts is not None:
            if block.facts.length > SAME_BY_CHANCE:
                yield name, block.facts.digest, block.place
        elif len(words := block.markdown.strip()) > SAME_BY_CHANCE:
            yield name, digest_of_words(words), block.place

"""Translators: a locale's messages from the project's catalogues, and its dates, numbers and lists by CLDR.

English source strings are the message ids. A message that a catalogue lacks shows in English; `leadsite check` (P202)
keeps that from happening in a market that builds.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gettext as gettext_module
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from leadcore.kept import KEPT
from leadcore.model.locales import as_written, babel_locale, direction, fallback_chain, language_of, region_of

#: First digit of the numbering systems (CLDR ids) whose digits replace the Latin ones.
_ZERO = {"deva": 0x966, "beng": 0x9E6, "gujr": 0xAE6, "arab": 0x660, "arabext": 0x6F0, "mymr": 0x1040}
#: East Asian scripts write it as wide as a letter, French after a space that does not break (OQLF, Imprimerie nationale).
_COLONS = {"ja": "：", "zh": "：", "fr": "\u00a0: "}
_DOMAINS = ("messages", "wtforms")
#: Formatted numbers and dates that a translator keeps.
_MOST_KEPT = 4096


if TYPE_CHECKING:
    from babel import Locale


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Marks a message for extraction where it is not translated on the spot."""
    return message


def _filled(message: str, values: Mapping[str, object]) -> str:
    """The message with its values; one that ends in a full stop, as "Ltd." does, takes no second one."""
    text = message.format(**values)
    if ".." in text:
        for value in values.values():
            if isinstance(value, str) and value.endswith("."):
                text = text.replace(f"{value}.", value)
    return text


class Translator:
    """A locale's words and formats. `country` settles formats where the locale names no region."""

    def __init__(self, root: Path, tag: str, country: str = "") -> None:
        self.tag, self.country = tag, country or region_of(tag)
        self.language, self.direction = language_of(tag), direction(tag)
        self.full_tag = tag if region_of(tag) or not country else f"{tag}-{country}"
        self._catalogs = tuple(c for t in fallback_chain(tag) for d in _DOMAINS if (c := _catalog(root, t, d)))
        zero = _ZERO.get(KEPT.once("digits", self.full_tag, lambda: str(self.locale.default_numbering_system)))
        self._digits = {ord("0") + i: zero + i for i in range(10)} if zero else {}
        self._markups: dict[str, Markup] = {}
        self._numbers: dict[int | float, str] = {}
        self._dates: dict[tuple[dt.date, str], str] = {}

    @cached_property
    def locale(self) -> Locale:
        """CLDR's data of the locale, through Babel."""
        return babel_locale(self.full_tag)

    @property
    def colon(self) -> str:
        """The colon between a label and its value, with the space that the language puts around it."""
        return _COLONS.get(self.language, ": ")

    def gettext(self, message: str, /, **values: object) -> str:
        """The message in the locale, `{name}` placeholders filled."""
        found = message
        # A catalogue answers the empty message with its own header.
        for catalog in self._catalogs if message else ():
            if (text := catalog.gettext(message)) != message:
                found = text
                break
        return _filled(found, values) if values else found

    def ngettext(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """The form of the message for n; `{n}` is filled with n in the locale's digits."""
        found = singular if n == 1 else plural
        for catalog in self._catalogs:
            text = catalog.ngettext(singular, plural, n)
            if text not in (singular, plural):
                found = text
                break
        return found.format(n=self.number(n), **values)

    def has(self, message: str) -> bool:
        """Whether a catalogue of the locale translates the message; a fuzzy translation is none."""
        return any(catalog.holds(message) for catalog in self._catalogs)

    def markup(self, message: str, /, **values: object) -> Markup:
        """The message as HTML: its own text and every value escaped, values that are Markup kept."""
        if (found := self._markups.get(message)) is None:
            found = self._markups[message] = Markup(escape(self.gettext(message)))
        return Markup(_filled(str(found), {k: escape(v) for k, v in values.items()})) if values else found

    def digits(self, text: str) -> str:
        """The text with Latin digits turned into the locale's own."""
        return text.translate(self._digits)

    def number(self, value: int | float) -> str:
        if (found := self._numbers.get(value)) is None:
            found = KEPT.once("number", f"{self.full_tag} {value!r}", lambda: self._number(value))
            if len(self._numbers) < _MOST_KEPT:
                self._numbers[value] = found
        return found

    def _number(self, value: int | float) -> str:
        from babel.numbers import format_decimal

        system = "default" if self._digits else "latn"
        return self.digits(format_decimal(value, locale=self.locale, numbering_system=system))

    def date(self, value: dt.date, style: str = "long") -> str:
        if (found := self._dates.get((value, style))) is None:
            found = KEPT.once("date", f"{self.full_tag} {style} {value}", lambda: self._date(value, style))
            if len(self._dates) < _MOST_KEPT:
                self._dates[value, style] = found
        return found

    def _date(self, value: dt.date, style: str) -> str:
        from babel.dates import format_date

        return self._written(format_date(value, format=style, locale=self.locale))

    def datetime(self, value: dt.datetime, time_zone: str) -> str:
        """Day and time of day, to the minute, in a market's own time zone."""
        from babel.dates import format_time, get_datetime_format

        local = value.astimezone(ZoneInfo(time_zone))
        pattern = str(get_datetime_format("long", self.locale)).replace("'", "")
        time = self._written(format_time(local, format="short", locale=self.locale))
        return pattern.replace("{1}", self.date(local.date())).replace("{0}", time)

    def join(self, items: Iterable[str]) -> str:
        from babel.lists import format_list

        return format_list([str(i) for i in items], locale=self.locale)

    def territory(self, code: str) -> str:
        """A country's name in this locale."""
        return KEPT.once("territory", f"{self.full_tag} {code}", lambda: as_written(self.locale.territories.get(code, code), self.language))

    def language_name(self, tag: str) -> str:
        """A language's name in this locale."""
        return as_written(self.locale.languages.get(language_of(tag), tag), self.language)

    def _written(self, text: str) -> str:
        return as_written(self.digits(text), self.language)


class Watching(Translator):
    """A translator that notes in `untranslated` what it had to leave in the source language, in order of first use."""

    def __init__(self, words: Translator) -> None:
        # The words, formats and what they keep are those of the other.
        self.__dict__.update(words.__dict__)
        self.untranslated: dict[str, None] = {}

    def gettext(self, message: str, /, **values: object) -> str:
        self._note(message)
        return super().gettext(message, **values)

    def ngettext(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        self._note(singular)
        return super().ngettext(singular, plural, n, **values)

    def _note(self, message: str) -> None:
        if message and not self.has(message):
            self.untranslated.setdefault(message)


class _Catalog(gettext_module.GNUTranslations):
    """A catalogue that can be asked what it holds."""

    def holds(self, message: str) -> bool:
        """Whether it translates the message, in the singular or by number."""
        entries = self._catalog  # type: ignore[attr-defined]
        return message in entries or (message, 0) in entries


@lru_cache(maxsize=256)
def translator(root: Path, tag: str, country: str = "") -> Translator:
    """One translator per locale and country, kept."""
    return Translator(root, tag, country)


def forget_catalogs() -> None:
    """Makes the next translator read its catalogues again, as the preview needs after an edit."""
    translator.cache_clear()
    _catalog.cache_clear()


def catalog_path(root: Path, tag: str, domain: str) -> Path:
    return root / "locales" / tag / "LC_MESSAGES" / f"{domain}.po"


@lru_cache(maxsize=256)
def _catalog(root: Path, tag: str, domain: str) -> _Catalog | None:
    try:
        source = catalog_path(root, tag, domain).read_bytes()
    except OSError:
        return None
    key = f"{tag} {domain} {hashlib.blake2b(source, digest_size=16).hexdigest()}"
    return _Catalog(io.BytesIO(KEPT.once("catalogue", key, lambda: _compiled(source, tag, domain))))


def read_catalogs(root: Path) -> None:
    """Reads every catalogue ahead of its use. What is wrong with one, who uses it will be told."""
    for folder in sorted((root / "locales").glob("*/LC_MESSAGES")):
        for domain in _DOMAINS:
            with contextlib.suppress(Exception):
                _catalog(root, folder.parent.name, domain)


def _compiled(source: bytes, tag: str, domain: str) -> bytes:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source), locale=babel_locale(tag), domain=domain))
    return compiled.getvalue()


Gettext = Callable[..., str]

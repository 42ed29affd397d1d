"""Locales: BCP 47 tags as values, their fallback, direction, shortest clear form and own name.

Facts come from CLDR through Babel; nothing here knows a project.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from leadcore.kept import KEPT

if TYPE_CHECKING:
    from babel import Locale

_TAG = re.compile(r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$")


@lru_cache(maxsize=512)
def babel_locale(tag: str) -> Locale:
    """Babel's locale for a BCP 47 tag.

    Raises ValueError when the tag is not written as `ll`, `ll-Ssss`, `ll-RR` or `ll-Ssss-RR`, or when CLDR does not know
    it. A region CLDR has no data for (`en-BD`) falls back to the language's data, as UTS 35 inheritance has it.
    """
    # Babel is not imported before a locale's data are needed: what was kept of the last run is often enough.
    from babel import Locale, UnknownLocaleError

    if not _TAG.match(tag):
        raise ValueError(f'"{tag}" is not a locale: write it like gu, gu-IN, zh-Hant or zh-Hant-TW')
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        parts = tag.split("-")
        for end in range(len(parts) - 1, 0, -1):
            try:
                return Locale.parse("_".join(parts[:end]))
            except (UnknownLocaleError, ValueError):
                continue
        raise ValueError(f'"{tag}" is not a locale that CLDR knows') from None


def language_of(tag: str) -> str:
    """The language subtag: `gu` of `gu-IN`."""
    return tag.split("-")[0]


def region_of(tag: str) -> str:
    """The region subtag, or an empty string: `IN` of `gu-IN`."""
    last = tag.split("-")[-1]
    return last if len(last) in (2, 3) and (last.isupper() or last.isdigit()) else ""


def fallback_chain(tag: str) -> tuple[str, ...]:
    """The tag and its ever shorter forms, most specific first: `zh-Hant-TW`, `zh-Hant`, `zh`."""
    parts = tag.split("-")
    return tuple("-".join(parts[:end]) for end in range(len(parts), 0, -1))


@lru_cache(maxsize=512)
def direction(tag: str) -> str:
    """`rtl` or `ltr`, by CLDR's character order of the locale."""
    return KEPT.once("direction", tag, lambda: str(babel_locale(tag).text_direction))


@lru_cache(maxsize=512)
def script_of(tag: str) -> str:
    """The ISO 15924 code of the script that a locale is written in: `Gujr`, `Jpan`; by CLDR where the tag names none."""
    return KEPT.once("script", tag, lambda: _script(tag))


def _script(tag: str) -> str:
    from babel.core import get_global

    named = [part for part in tag.split("-")[1:] if len(part) == 4]
    likely = get_global("likely_subtags")
    found = named or [likely[t].split("_")[1] for one in fallback_chain(tag) if (t := one.replace("-", "_")) in likely]
    return found[0] if found else "Zyyy"


#: Letters that CLDR writes with marks of quotation: Uzbek oʻ, gʻ (U+02BB) and tutuq belgisi (U+02BC).
_LETTERS = {"uz": str.maketrans("\u2018\u2019", "\u02bb\u02bc")}


def as_written(text: str, language: str) -> str:
    """A text of CLDR with the letters of the language, where CLDR writes them with other marks."""
    return text.translate(_LETTERS.get(language, {}))


@lru_cache(maxsize=512)
def autonym(tag: str) -> str:
    """The language's name in itself, as a switcher shows it: ગુજરાતી, oʻzbek, ўзбекча (Кирил).

    The script is named where the tag names it, or where it is not the language's usual one (`zh-TW`).
    """
    return KEPT.once("autonym", tag, lambda: _autonym(tag))


def _autonym(tag: str) -> str:
    from babel.core import get_global

    locale = babel_locale(tag)
    name = locale.languages.get(locale.language) or tag
    usual = get_global("likely_subtags").get(locale.language, "").split("_")
    if locale.script in locale.scripts and (locale.script in tag.split("-") or locale.script not in usual):
        name = f"{name} ({locale.scripts[locale.script]})"
    return as_written(name, locale.language)


def shortest_tags(tags: Sequence[str]) -> dict[str, str]:
    """Each tag's shortest form that is clear among `tags`: `gu-IN` becomes `gu` unless two kinds of `gu` stand there."""
    result = {}
    for tag in tags:
        for candidate in reversed(fallback_chain(tag)):
            rivals = [t for t in tags if candidate in fallback_chain(t)]
            if len(rivals) == 1 or candidate == tag:
                result[tag] = candidate
                break
    counts = Counter(result.values())
    return {tag: short if counts[short] == 1 else tag for tag, short in result.items()}


@lru_cache(maxsize=1024)
def hreflang(tag: str, country: str) -> str:
    """The tag with the market's country where it names none: `en` in market `bd` is `en-BD`.

    A market of several countries (`EU`) adds nothing: search engines know countries and languages, no unions.
    """
    if region_of(tag) or country not in known_territories():
        return tag
    return f"{tag}-{country}"


@lru_cache(maxsize=1)
def known_territories() -> frozenset[str]:
    """ISO 3166-1 alpha-2 codes CLDR names, without groupings and private codes."""
    return frozenset(KEPT.once("territories", "", lambda: " ".join(sorted(_territories()))).split())


def _territories() -> frozenset[str]:
    from babel import Locale
    from babel.core import get_global

    names = map(str, Locale("en").territories)
    gone = get_global("territory_aliases")
    odd = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"}
    return frozenset(c for c in names if len(c) == 2 and c.isalpha() and c not in gone and c not in odd)

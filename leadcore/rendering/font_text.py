"""Which characters a subset of a font must hold for a text, and the pieces of a page's text that a font draws."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterable

#: What HarfBuzz may put in: joiners, and the circle under a mark that stands alone.
_SHAPING = "\u200c\u200d\u25cc"
#: Vowels that HarfBuzz takes apart, though Unicode does not: sara am of Thai and Lao.
_PARTS = {"\u0e33": "\u0e4d\u0e32", "\u0eb3": "\u0ecd\u0eb2"}
_ASCII = "".join(map(chr, range(0x20, 0x7F)))
#: Spaces, hyphens, dashes, quotation marks and the like, which a style sheet or a browser may add.
_GENERAL = "\u00a0\u00ab\u00ad\u00b7\u00bb\u2010\u2011\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2022\u2026\u2039\u203a\u202f"
#: Characters that share all but their last seven bits stand in one block, or in one half of one.
_BLOCK = 0x80
#: Runs of characters nearer than this become one range: a few bytes of the page are worth more than exactness.
_GAP = 0x30

_UNSEEN = re.compile(r"<(style|script)\b.*?</\1\s*>|<!--.*?-->", re.S)
_TAG = re.compile(r"<[^>]*>")
_TONGUE = re.compile(r'<([a-z][a-z0-9]*)\b[^>]*?\slang="([^"]*)"[^>]*>')
#: Elements that do not part the words around them.
_WITHIN = re.compile(r"</?(?:a|abbr|b|bdi|cite|code|em|i|mark|q|small|span|strong|sub|sup|time|wbr)\b[^>]*>")


def closure(text: Collection[str] | str) -> str:
    """The characters of a text with all that drawing it may need beside, sorted.

    What HarfBuzz composes and takes apart (NFC, NFD, sara am, joiners, the dotted circle), the digits and marks of the
    scripts it has, ASCII and general punctuation.
    """
    joined = "".join(text)
    found = set(joined) | set(unicodedata.normalize("NFD", joined)) | set(unicodedata.normalize("NFC", joined))
    for sign in list(found):
        found |= set(unicodedata.normalize("NFD", sign)) | set(_PARTS.get(sign, ""))
    for start in {ord(sign) & -_BLOCK for sign in found if sign.isalpha() and ord(sign) >= _BLOCK}:
        if start < 0x2E80:  # Beyond, blocks are as large as whole scripts.
            found |= {sign for sign in map(chr, range(start, start + _BLOCK)) if _is_digit_or_mark(sign)}
    found |= set(_SHAPING + _ASCII + _GENERAL)
    return "".join(sorted(sign for sign in found if sign >= " "))


def _is_digit_or_mark(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return kind == "Nd" or (kind == "Po" and not sign.isascii())


def ranges_of(characters: Iterable[str]) -> str:
    """The value of `unicode-range` for these characters, with small gaps closed."""
    codes = sorted({ord(sign) for sign in characters})
    runs: list[list[int]] = []
    for code in codes:
        if runs and code - runs[-1][1] <= _GAP:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in runs)


def own_part(page: str, locale: str) -> str:
    """A page of HTML without the passages that are marked as being in another language: other fonts draw these."""
    kept, at = [], 0
    while (start := _foreign(page, at, locale)) is not None:
        kept.append(page[at : start.start()])
        depth, at = 1, start.end()
        for tag in re.compile(rf"<(/?){start[1]}\b[^>]*>").finditer(page, at):
            depth += -1 if tag[1] else 1
            if depth == 0:
                at = tag.end()
                break
    return "".join([*kept, page[at:]])


def _foreign(page: str, at: int, locale: str) -> re.Match[str] | None:
    """The next element that `:lang()` with the locale does not fit."""
    tags = (tag for tag in _TONGUE.finditer(page, at) if not f"{tag[2]}-".startswith(f"{locale}-"))
    return next(tags, None)


def words_of(page: str) -> set[str]:
    """The words that a page of HTML shows, each once."""
    text = _TAG.sub(" ", _WITHIN.sub("", _UNSEEN.sub(" ", page)))
    return set(unicodedata.normalize("NFC", html.unescape(text)).split())


def drawn_pieces(words: Iterable[str], covered: Collection[str]) -> set[str]:
    """The pieces of words that a font with these characters draws; what stands between them other fonts draw."""
    found: set[str] = set()
    for word in words:
        start = 0
        for end in range(len(word) + 1):
            if end == len(word) or word[end] not in covered:
                if end > start:
                    found.add(word[start:end])
                start = end + 1
    return found

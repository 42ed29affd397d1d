"""Where lines of a title may break, by script, and lines of even length. Pure: a measure comes in, lines come out.

Between words where spaces part them; in Japanese and Chinese after punctuation and between phrases, else between any
two characters that may part (JLREQ); never within a cluster.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

#: Languages whose words no space parts.
_UNSPACED = frozenset({"ja", "zh", "yue", "th", "lo", "km", "my"})

#: What begins no line, and what ends none.
_NO_START = frozenset("、。，．：；！？・）」』】〉》〕］｝ー々ゝゞぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ％‰’”…‥,.:;!?)]}%»ๆฯ")
_NO_END = frozenset("（「『【〈《〔［｛‘“([{«")
#: After these a Chinese or Japanese title likes to break.
_PAUSE = frozenset("、。，．：；！？」』】〉》）…")
_WORD = re.compile(r"[A-Za-z0-9À-ɏ'’.%+-]+")

Measure = Callable[[str], float]


class _Piece(NamedTuple):
    """What stands on one line, and whether a space comes before it within a line."""

    text: str
    spaced: bool


def parts_anywhere(tag: str) -> bool:
    """Whether lines of a language may break within what stands between two spaces."""
    return tag.split("-")[0] in _UNSPACED


def lines_of(text: str, tag: str, measure: Measure, width: float, *, split: bool = True) -> list[str] | None:
    """The text in as few lines as fit the width, these as even as can be. None where a word is wider than a line, and may
    not be `split`."""
    pieces = _pieces(text, tag)
    whole = []
    for piece in pieces:
        if measure(piece.text) <= width:
            whole.append(piece)
        elif split:
            whole += _parts(piece, measure, width)
        else:
            return None
    least = _filled(whole, measure, width)
    low, high = max((measure(piece.text) for piece in whole), default=0.0), width
    while high - low > 1:
        middle = (low + high) / 2
        if len(_filled(whole, measure, middle)) <= len(least):
            high = middle
        else:
            low = middle
    return _filled(whole, measure, high)


def _filled(pieces: Sequence[_Piece], measure: Measure, width: float) -> list[str]:
    lines: list[str] = []
    for piece in pieces:
        longer = f"{lines[-1]}{' ' if piece.spaced else ''}{piece.text}" if lines else piece.text
        if lines and measure(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(piece.text)
    return lines


def _pieces(text: str, tag: str) -> list[_Piece]:
    """What is best kept together: words, or phrases where no spaces part words."""
    found: list[_Piece] = []
    for word in text.split():
        parts = _phrases(word, tag) if parts_anywhere(tag) else [word]
        found += [_Piece(part, index == 0 and bool(found)) for index, part in enumerate(parts)]
    return found


def _phrases(text: str, tag: str) -> list[str]:
    """Phrases end with a pause; in Japanese also where small letters of grammar meet the next word."""
    found = [""]
    signs = _clusters(text)
    for index, sign in enumerate(signs):
        found[-1] += sign
        after = signs[index + 1] if index + 1 < len(signs) else ""
        if not after or after in _NO_START or sign in _NO_END:
            continue
        if sign in _PAUSE or (tag.startswith("ja") and _is_hiragana(sign) and not _is_hiragana(after) and len(found[-1]) > 1):
            found.append("")
    return found


def _is_hiragana(sign: str) -> bool:
    return "\u3041" <= sign[0] <= "\u309f"


def _parts(piece: _Piece, measure: Measure, width: float) -> list[_Piece]:
    """A piece too wide for a line, in parts that are not."""
    found = [_Piece("", piece.spaced)]
    signs = [one for sign in _clusters(piece.text) for one in (sign if measure(sign) > width and _WORD.fullmatch(sign) else [sign])]
    for index, sign in enumerate(signs):
        last = found[-1]
        may_part = bool(last.text) and sign not in _NO_START and signs[index - 1] not in _NO_END
        if may_part and (piece.text.isascii() is False or measure(last.text + sign) > width):
            found.append(_Piece(sign, False))
        else:
            found[-1] = _Piece(last.text + sign, last.spaced)
    return found


def _clusters(text: str) -> list[str]:
    """Characters with the marks that belong to them; a Latin word or number is one."""
    found: list[str] = []
    index = 0
    while index < len(text):
        word = _WORD.match(text, index)
        if word:
            found.append(word[0])
            index = word.end()
            continue
        sign = text[index]
        joins = found and (unicodedata.category(sign).startswith("M") or sign in "\u200c\u200d" or found[-1][-1] == "\u200d" or _is_virama(found[-1][-1]))
        if joins:
            found[-1] += sign
        else:
            found.append(sign)
        index += 1
    return found


def _is_virama(sign: str) -> bool:
    """Whether a sign joins the consonants before and after it."""
    return unicodedata.combining(sign) == 9

"""Cuts a font to the characters of a text, and proves by HarfBuzz that what is left draws the text as the whole font does.

fontTools and HarfBuzz are imported only here, and only where something is to be cut or proved.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from leadcore.rendering.font_files import BOLD, REGULAR, FontFile, weights_of

#: Beside what fontTools keeps by itself: the figures that style sheets ask for.
_FIGURES = ("tnum", "pnum", "lnum", "onum")
#: Names that are kept: copyright, licence and its address; and those of the font, unless its licence reserves them for the whole.
_LICENCE, _OWN = (0, 13, 14), (1, 2, 3, 4, 5, 6)
_RESERVED = "reserved font name"
#: Texts by which the widths of two fonts are compared, by script.
SAMPLES = {
    "Latn": "the road is long and the caravan goes on from town to town until the evening comes",
    "Cyrl": "дорога длинная и караван идёт от города к городу пока не наступит вечер",
    "Grek": "ο δρόμος είναι μακρύς και το καραβάνι πηγαίνει από πόλη σε πόλη",
    "Gujr": "રસ્તો લાંબો છે અને કાફલો સાંજ સુધી એક શહેરથી બીજા શહેર તરફ આગળ વધે છે",
    "Deva": "रास्ता लंबा है और कारवाँ शाम होने तक एक शहर से दूसरे शहर चलता रहता है",
    "Beng": "পথ দীর্ঘ এবং কাফেলা সন্ধ্যা পর্যন্ত এক শহর থেকে অন্য শহরে এগিয়ে চলে",
    "Arab": "الطريق طويل والقافلة تسير من مدينة إلى مدينة حتى يأتي المساء",
    "Hebr": "הדרך ארוכה והשיירה הולכת מעיר לעיר עד שמגיע הערב",
    "Thai": "ถนนยาวไกลและกองคาราวานเดินทางจากเมืองหนึ่งไปอีกเมืองหนึ่งจนถึงเย็น",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """What a fallback must match, in shares of an em: height above and depth below the baseline, mean width of a letter
    (0 where there is no sample of the script)."""

    ascent: float
    descent: float
    line_gap: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Subset:
    """A cut font: its WOFF2, for each of its glyphs the whole font's number of it, and the characters it holds."""

    woff2: bytes
    glyphs: array[int]
    characters: str
    metrics: Metrics
    lightest: int
    boldest: int


def plain_font(font: FontFile) -> bytes:
    """The whole font as HarfBuzz reads it: unpacked, a variable one cut to the weights from regular to bold."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    with TTFont(font.path, fontNumber=font.index, recalcTimestamp=False) as opened:
        if "fvar" in opened:
            limits: dict[str, Any] = {axis.axisTag: None for axis in opened["fvar"].axes}
            if "wght" in limits:
                low, high = max(font.lightest, REGULAR), min(font.boldest, BOLD)
                limits["wght"] = (low, high) if low < high else low
            instancer.instantiateVariableFont(opened, limits, inplace=True)
        opened.flavor = None
        return _saved(opened)


def cut(whole: bytes, characters: str, script: str) -> Subset:
    """The subset of a plain font that holds these characters, as far as the font has them."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(whole), recalcTimestamp=False)
    options = subset.Options(
        flavor="woff2", layout_features=[*subset.Options().layout_features, *_FIGURES], hinting=False,
        name_IDs=list(_LICENCE if _RESERVED in _said(font, _LICENCE) else (*_LICENCE, *_OWN)), notdef_outline=True,
    )  # fmt: skip
    order = {name: number for number, name in enumerate(font.getGlyphOrder())}
    lightest, boldest = weights_of(font)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(sign) for sign in characters])
    cutter.subset(font)
    glyphs = array("H", (order[name] for name in font.getGlyphOrder()))
    kept = "".join(map(chr, sorted(font.getBestCmap())))
    font.flavor = "woff2"
    return Subset(
        woff2=_saved(font), glyphs=glyphs, characters=kept, metrics=metrics_of(whole, script),
        lightest=lightest, boldest=boldest,
    )  # fmt: skip


def characters_in(whole: bytes) -> str:
    """All characters that a plain font has, sorted."""
    from fontTools.ttLib import TTFont

    return "".join(map(chr, sorted(TTFont(io.BytesIO(whole), lazy=True).getBestCmap())))


def metrics_of(whole: bytes, script: str) -> Metrics:
    """The metrics of a plain font."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(whole), lazy=True)
    em, head, style = font["head"].unitsPerEm, font["hhea"], font["OS/2"]
    ascent, descent, gap = head.ascent, -head.descent, head.lineGap
    if style.fsSelection & 0x80:  # USE_TYPO_METRICS
        ascent, descent, gap = style.sTypoAscender, -style.sTypoDescender, style.sTypoLineGap
    sample = SAMPLES.get(script, "")
    width = sum(glyph[1] for glyph in Shaper(whole).shape(sample)) / len(sample) / em if sample else 0.0
    return Metrics(ascent=ascent / em, descent=descent / em, line_gap=gap / em, width=width)


def _said(font: Any, names: Iterable[int]) -> str:
    """What a font says under these names, in small letters."""
    return " ".join(font["name"].getDebugName(number) or "" for number in names).lower()


def _saved(font: Any) -> bytes:
    out = io.BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue()


def pack(font: FontFile) -> bytes:
    """A whole font as WOFF2, nothing else changed."""
    from fontTools.ttLib import TTFont

    with TTFont(font.path, fontNumber=font.index, recalcTimestamp=False) as opened:
        opened.flavor = "woff2"
        return _saved(opened)


def licence_of(font: FontFile) -> str:
    """What a font says of its licence, empty where it says nothing."""
    from fontTools.ttLib import TTFont

    with TTFont(font.path, fontNumber=font.index, lazy=True) as opened:
        return str(opened["name"].getDebugName(13) or opened["name"].getDebugName(14) or "")


def unpacked(woff2: bytes) -> bytes:
    """A font of the web as HarfBuzz reads it."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(woff2), recalcTimestamp=False)
    font.flavor = None
    return _saved(font)


#: Number of the glyph, advance and offsets in units of the font, and the place in the text.
Glyph = tuple[int, int, int, int, int, int]


class Shaper:
    """A plain font as HarfBuzz shapes with it."""

    def __init__(self, plain: bytes, language: str = "", weight: int = 0) -> None:
        self._plain, self._language, self._weight = plain, language, weight

    @cached_property
    def _font(self) -> Any:
        import uharfbuzz

        font = uharfbuzz.Font(uharfbuzz.Face(self._plain))
        if self._weight:
            font.set_variations({"wght": self._weight})
        return font

    def shape(self, text: str) -> list[Glyph]:
        """The glyphs of a text of one script, in the order in which they are drawn."""
        import uharfbuzz

        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        if self._language:
            buffer.language = self._language
        uharfbuzz.shape(self._font, buffer)
        pairs = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        return [(i.codepoint, p.x_advance, p.y_advance, p.x_offset, p.y_offset, i.cluster) for i, p in pairs]


def drawn_otherwise(
    whole: bytes, woff2: bytes, glyphs: Sequence[int], pieces: Iterable[str], language: str, weights: Sequence[int] = ()
) -> list[str]:
    """The pieces that a subset draws with another glyph, width or place than the whole font, or not at all; sorted.

    `glyphs` gives the whole font's number of each glyph of the subset.
    """
    plain = unpacked(woff2)
    wrong: set[str] = set()
    pieces = sorted(pieces)
    for weight in weights or (0,):
        full, small = Shaper(whole, language, weight), Shaper(plain, language, weight)
        for piece in pieces:
            expected = full.shape(piece)
            drawn = [(glyphs[one[0]], *one[1:]) for one in small.shape(piece)]
            if drawn != expected or any(one[0] == 0 for one in drawn):
                wrong.add(piece)
    return sorted(wrong)

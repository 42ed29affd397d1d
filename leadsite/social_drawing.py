"""Draws a social preview image with Pillow: words shaped by HarfBuzz, in the fonts and the order of their script.

Imported only where a picture has to be drawn.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont, ImageOps, features

from leadcore.rendering.bidi import in_order_seen, levels
from leadcore.rendering.line_breaks import lines_of, parts_anywhere
from leadsite.social_card import HEIGHT, WIDTH, Card, Faces, background_of

#: In pixels: the margin, the base line of the brand, the space from which to which the title stands, the last base line.
_MARGIN, _BRAND_LINE, _TOP, _BOTTOM, _LAST_LINE = 80, 98, 146, 446, 600
#: The brand's sign stands before the brand, in the theme's picture.
_SIGN = 76
_SIZES = (84, 76, 70, 64, 58, 52)
_SMALL_SIZES = (46, 40, 36, 32, 28, 24, 20, 16)
_MOST_LINES, _TWO_LINES = 3, 70
_BRAND, _ABOVE, _BELOW = 38, 30, 27
#: Between the line above the title and the title, in pixels; from base line to base line at least, in sizes.
_GAP, _LEADING = 12, 1.2
#: The size in which words are measured, and the others reckoned from.
_MEASURED = 100
_QUALITIES, _MOST_BYTES = (86, 75, 60, 40), 100_000
#: What dark and light words look like, and how light the picture behind them is where they change, of 255.
_DARK, _LIGHT, _MIDDLE = "#10201f", "#fff6e5", 150

Face = tuple[str, int]


def draw_card(root: Path, color: str, card: Card, faces: Faces) -> bytes:
    """The picture as JPEG."""
    if not features.check("raqm"):
        raise RuntimeError("Pillow has no raqm to shape text with: install a Pillow wheel, and libfribidi0")
    picture = _background(root, color, card.is_rtl).copy()
    ink = _DARK if picture.resize((1, 1), box=(0, 120, WIDTH, 420)).convert("L").getpixel((0, 0)) > _MIDDLE else _LIGHT  # type: ignore[operator]
    foot = _DARK if picture.resize((1, 1), box=(0, 560, WIDTH, HEIGHT)).convert("L").getpixel((0, 0)) > _MIDDLE else _LIGHT  # type: ignore[operator]
    pen = ImageDraw.Draw(picture)
    write = partial(_write, pen, card)
    has_sign = background_of(root, card.is_rtl) is not None
    write(card.brand, _BRAND_LINE, faces.text, _BRAND, ink, inset=_SIGN if has_sign else 0)
    write(card.place, _LAST_LINE, faces.text, _BELOW, foot)
    write(card.host, _LAST_LINE, faces.text, _BELOW, foot, at_end=True)
    above = _fit(card.above, card, faces.text, (_ABOVE, *_SMALL_SIZES[-4:]), 1, 3 * _ABOVE) if card.above else None
    high = above.step + _GAP if above else 0
    title = _fit(card.title, card, faces.title, (*_SIZES, *_SMALL_SIZES), _MOST_LINES, _BOTTOM - _TOP - high)
    y = _TOP + (_BOTTOM - _TOP - high - title.step * len(title.lines)) / 2
    for block, face, top in ((above, faces.text, y), (title, faces.title, y + high)):
        for number, line in enumerate(block.lines if block else ()):
            write(line, top + block.step * number + block.rise, face, block.size, ink)  # type: ignore[union-attr]
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    """The picture in as good a quality as its weight allows."""
    for quality in _QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if out.tell() <= _MOST_BYTES:
            break
    return out.getvalue()


@lru_cache(maxsize=4)
def _background(root: Path, color: str, rtl: bool) -> Image.Image:
    found = background_of(root, rtl)
    if found is None:
        return Image.new("RGB", (WIDTH, HEIGHT), color)
    with Image.open(found[0]) as opened:
        picture = ImageOps.fit(opened.convert("RGB"), (WIDTH, HEIGHT))
    return ImageOps.mirror(picture) if found[1] else picture


class _Set(NamedTuple):
    """A text set in lines: its size, from one base line to the next, and from the top of a line to its base line."""

    lines: list[str]
    size: int
    step: float
    rise: float


def _fit(text: str, card: Card, faces: Sequence[Face], sizes: Sequence[int], most: int, height: float) -> _Set:
    """The text in the largest size in which it fits. Words are parted where no size takes them whole, phrases that no
    space parts where no larger one does."""
    width, faces = WIDTH - 2 * _MARGIN, tuple(faces)
    whole = [one for one in sizes if one >= _SIZES[-1]] or sizes if parts_anywhere(card.tag) else sizes
    for split, tried in ((False, whole), (True, sizes)):
        for size in tried:
            allowed = min(most, 2) if size > _TWO_LINES else most if size in _SIZES else most + 1 + (size < _SMALL_SIZES[3]) * 4
            lines = lines_of(text, card.tag, lambda words, size=size: _wide(words, card, faces) * size, width, split=split)  # type: ignore[misc]
            if lines is not None and len(lines) <= allowed:
                found = _set(lines, card, faces, size)
                if found.step * len(lines) <= height:
                    return found
    lines = lines_of(text, card.tag, lambda words: _wide(words, card, faces) * sizes[-1], width) or [text]
    return _set(lines, card, faces, sizes[-1])


def _set(lines: list[str], card: Card, faces: tuple[Face, ...], size: int) -> _Set:
    """Lines as far apart as their highest letters and deepest marks need."""
    top, bottom = 0.0, 0.0
    for run, face, level in (run for line in lines for run in _runs(line, card.is_rtl, faces)):
        box = _font(*face, size).getbbox(run, anchor="ls", direction=_way(level), language=card.tag)
        top, bottom = max(top, -box[1]), max(bottom, box[3])
    step = max(_LEADING * size, top + bottom + size / 10)
    return _Set(lines, size, step, (step - top - bottom) / 2 + top)


@lru_cache(maxsize=4096)
def _wide(text: str, card: Card, faces: tuple[Face, ...]) -> float:
    """How wide a text is beside its size; a little more, for what rounding to pixels adds."""
    return _length(text, card, faces, _MEASURED) / _MEASURED * 1.005


def _way(level: int) -> str:
    return "rtl" if level % 2 else "ltr"


def _write(
    pen: ImageDraw.ImageDraw, card: Card, text: str, line: float, faces: Sequence[Face], size: int, ink: str,
    *, inset: int = 0, at_end: bool = False,
) -> None:  # fmt: skip
    """Writes a line at the side where its language begins, or at the other."""
    length = _length(text, card, faces, size)
    x = WIDTH - _MARGIN - inset - length if card.is_rtl != at_end else _MARGIN + inset
    for run, face, level in _runs(text, card.is_rtl, faces):
        font = _font(*face, size)
        pen.text((x, line), run, fill=ink, font=font, anchor="ls", direction=_way(level), language=card.tag)
        x += font.getlength(run, direction=_way(level), language=card.tag)


def _length(text: str, card: Card, faces: Sequence[Face], size: int) -> float:
    runs = _runs(text, card.is_rtl, faces)
    return sum(_font(*face, size).getlength(run, direction=_way(level), language=card.tag) for run, face, level in runs)


@lru_cache(maxsize=4096)
def _runs_of(text: str, rtl: bool, faces: tuple[Face, ...]) -> tuple[tuple[str, Face, int], ...]:
    depths = levels(text, rtl)
    runs: list[tuple[str, Face, int]] = []
    face: Face | None = None
    for sign, level in zip(text, depths, strict=True):
        face = _face_for(sign, faces, face)
        if runs and runs[-1][1:] == (face, level):
            runs[-1] = (runs[-1][0] + sign, face, level)
        else:
            runs.append((sign, face, level))
    return tuple(runs[number] for number in in_order_seen([run[2] for run in runs]))


def _runs(text: str, rtl: bool, faces: Sequence[Face]) -> tuple[tuple[str, Face, int], ...]:
    """The text cut where its font or its direction changes, from left to right as it is seen."""
    return _runs_of(unicodedata.normalize("NFC", text), rtl, tuple(faces))


def _face_for(sign: str, faces: Sequence[Face], last: Face | None) -> Face:
    """The font that draws a character: that of the character before where it can and the character is a mark or a sign
    of no script, else the first that can."""
    number = ord(sign)
    if last is not None and number in _drawn(*last) and unicodedata.category(sign)[0] in "MZC":
        return last
    return next((face for face in faces if number in _drawn(*face)), last or faces[0])


@lru_cache(maxsize=32)
def _drawn(path: str, index: int) -> frozenset[int]:
    """The characters that a font draws."""
    from fontTools.ttLib import TTFont

    with TTFont(path, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=128)
def _font(path: str, index: int, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(path, size, index=index, layout_engine=ImageFont.Layout.RAQM)
    with suppress(OSError):  # A font of one weight has no axes.
        font.set_variation_by_axes([700.0 if axis["name"] in (b"Weight", "Weight") else float(axis["default"] or 0) for axis in font.get_variation_axes()])
    return font

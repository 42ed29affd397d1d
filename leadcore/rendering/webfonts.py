"""The web fonts of a language's pages: subsets made once and kept in the project's `var/fonts/`, and the proof of what they draw."""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import re
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from leadcore.kept import keep_file
from leadcore.model.fonts import FontChoice
from leadcore.model.locales import script_of
from leadcore.rendering.font_files import BOLD, REGULAR, FontFile, project_font
from leadcore.rendering.font_text import closure, drawn_pieces

#: What the styles call the families of text and of headings.
TEXT, HEADINGS = "W", "H"
#: Changes when what is kept of fonts changes its meaning.
_FORMAT = "fonts 1"
_KEPT = 48


class MissingFont(Exception):
    """A family of which `site/fonts/` has no upright font; `role` is the key of the choice that names it."""

    def __init__(self, family: str, role: str) -> None:
        self.family, self.role = family, role
        super().__init__(family)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One subset: the family that styles call it, the weights it stands for, its file, and what proving it takes.

    `characters` are those it holds, `whole` all that the font has; `metrics` ascent, descent, line gap and width.
    """

    family: str
    lightest: int
    boldest: int
    name: str
    data: bytes
    glyphs: array[int]
    characters: str
    whole: str
    metrics: tuple[float, float, float, float]
    source: FontFile


@dataclass(frozen=True, kw_only=True)
class WebFonts:
    """The web fonts of a market's pages in a locale. `key` stands for all that they were made of."""

    key: str
    locale: str
    choice: FontChoice
    faces: tuple[Face, ...]

    @property
    def weight(self) -> int:
        """What a visitor loads, in bytes."""
        return sum(len(face.data) for face in self.faces)

    def face_of(self, family: str) -> Face | None:
        return next((face for face in self.faces if face.family == family), None)

    @cached_property
    def covered(self) -> Mapping[str, frozenset[str]]:
        """The characters that the whole fonts have, by family."""
        return {face.family: frozenset(face.whole) for face in self.faces}


def sources_of(root: Path, choice: FontChoice) -> tuple[tuple[str, FontFile], ...]:
    """The family in the styles and the font of each file that a choice asks for, two at most.

    Raises MissingFont and UnreadableFont.
    """
    found = []
    if choice.text:
        regular = project_font(root, choice.text, REGULAR)
        if regular is None:
            raise MissingFont(choice.text, "text")
        found.append((TEXT, regular))
        if choice.bold and not choice.headings and not regular.draws(BOLD):
            bold = project_font(root, choice.text, BOLD)
            found += [(TEXT, bold)] if bold is not None else []
    if choice.headings:
        heavy = project_font(root, choice.headings, BOLD) or project_font(root, choice.headings, REGULAR)
        if heavy is None:
            raise MissingFont(choice.headings, "headings")
        found.append((HEADINGS, heavy))
    return tuple(found)


def key_of(root: Path, choice: FontChoice, locale: str, text: str, headings: str, token: str) -> str:
    """What names the web fonts of a locale's characters; `token` stands for the code and its libraries."""
    fonts = [(f, one.index, one.path.name, hashlib.sha256(one.path.read_bytes()).digest()) for f, one in sources_of(root, choice)]
    asked = (_FORMAT, token, locale, choice.text, choice.headings, choice.bold, choice.also, text, headings, fonts)
    return hashlib.blake2b(marshal.dumps(asked, 2), digest_size=12).hexdigest()


def web_fonts(root: Path, choice: FontChoice, locale: str, text: str, headings: str, token: str) -> WebFonts:
    """The web fonts for these characters of text and of headings: as they are kept, or made now and kept."""
    key = key_of(root, choice, locale, text, headings, token)
    place = root / "var" / "fonts" / f"{key}.fonts"
    try:
        rows = marshal.loads(place.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        rows = _made(root, choice, locale, {TEXT: text, HEADINGS: headings})
        keep(place, marshal.dumps(rows))
    sources = sources_of(root, choice)
    faces = (Face(**row | {"glyphs": array("H", row["glyphs"]), "source": one}) for row, (_, one) in zip(rows, sources, strict=True))
    return WebFonts(key=key, locale=locale, choice=choice, faces=tuple(faces))


def _made(root: Path, choice: FontChoice, locale: str, characters: Mapping[str, str]) -> list[dict[str, Any]]:
    from leadcore.rendering.font_subset import characters_in, cut, plain_font

    rows = []
    for family, source in sources_of(root, choice):
        whole = plain_font(source)
        part = cut(whole, closure(characters[family] + choice.also), script_of(locale))
        stem = re.sub(r"[^a-z0-9]+", "-", source.family.lower()).strip("-") or "font"
        name = f"{stem}.{hashlib.sha256(part.woff2).hexdigest()[:10]}.woff2"
        one_for_all = family == HEADINGS and part.lightest == part.boldest
        metrics = part.metrics
        rows.append({
            "family": family, "name": name, "data": part.woff2, "glyphs": part.glyphs.tobytes(),
            # Headings are as heavy as their only font: a browser is not to thicken it.
            "lightest": REGULAR if one_for_all else part.lightest, "boldest": BOLD if one_for_all else part.boldest,
            "characters": part.characters, "whole": characters_in(whole),
            "metrics": (metrics.ascent, metrics.descent, metrics.line_gap, metrics.width),
        })  # fmt: skip
    return rows


def keep(place: Path, data: bytes) -> None:
    """Writes what can be made again, and takes away the oldest of its kind. Where that fails, it is made again."""
    if not keep_file(place, data):
        return
    with contextlib.suppress(OSError):
        kin = sorted(place.parent.glob(f"*{place.suffix}"), key=lambda path: path.stat().st_mtime_ns)
        for old in kin[:-_KEPT]:
            old.unlink(missing_ok=True)


def wrongly_drawn(fonts: WebFonts, words: Mapping[str, Iterable[str]]) -> list[str]:
    """The pieces of words, by the family that draws them, that a subset draws otherwise than its whole font; sorted."""
    from leadcore.rendering.font_subset import drawn_otherwise, plain_font

    wrong: set[str] = set()
    for face in fonts.faces:
        pieces = drawn_pieces(words.get(face.family, ()), fonts.covered[face.family])
        if not pieces:
            continue
        weights = (face.lightest, face.boldest) if face.source.is_variable else ()
        wrong |= set(drawn_otherwise(plain_font(face.source), face.data, face.glyphs, pieces, fonts.locale, weights))
    return sorted(wrong)

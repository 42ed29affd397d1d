"""Font files: those of the project's `site/fonts/` by family and weight, and those installed on the machine.

fontTools is imported only where a font file is opened.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from leadcore.kept import KEPT
from leadcore.model.locales import language_of, script_of
from leadcore.rendering.stylesheet import families_of, fonts_of

#: The room for font files, and what they may be.
ROOM = "site/fonts"
SUFFIXES = frozenset({".ttf", ".otf", ".woff", ".woff2", ".ttc", ".otc"})
REGULAR, BOLD = 400, 700
#: Bits of a font's style and of its Macintosh style that tell that its letters lean.
_ITALIC, _MAC_ITALIC = 1, 2
_COLLECTIONS = frozenset({".ttc", ".otc"})
_FCMATCH_SECONDS = 10
#: What fontconfig calls the Chinese languages.
_CHINESE = {"Hans": "zh-cn", "Hant": "zh-tw"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFile:
    """One font of a file; `index` counts the fonts of a collection. `lightest` and `boldest` differ in a variable font."""

    path: Path
    index: int = 0
    family: str = ""
    lightest: int = REGULAR
    boldest: int = REGULAR
    leans: bool = False

    def draws(self, weight: int) -> bool:
        return self.lightest <= weight <= self.boldest

    @property
    def is_variable(self) -> bool:
        return self.lightest < self.boldest


class UnreadableFont(Exception):
    """A file of `site/fonts/` that is no font, or one that cannot be opened; says why."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}")


def font_paths(root: Path) -> tuple[Path, ...]:
    """The font files of a project, sorted."""
    folder = root / ROOM
    found = folder.iterdir() if folder.is_dir() else ()
    return tuple(sorted(path for path in found if path.suffix.lower() in SUFFIXES and path.is_file()))


def fonts_in(path: Path) -> tuple[FontFile, ...]:
    """The fonts that a file holds. Raises UnreadableFont."""
    stat = os.stat(path)
    return _fonts_in(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=64)
def _fonts_in(path: Path, _size: int, _mtime_ns: int) -> tuple[FontFile, ...]:
    try:
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        rows = KEPT.once("fonts in", f"{path.name} {digest}", lambda: [_facts(data, path, index) for index in range(_count(data, path))])
    except Exception as error:  # Broken files make fontTools raise whatever comes.
        raise UnreadableFont(f"{ROOM}/{path.name}", f"{type(error).__name__}: {error}") from error
    return tuple(
        FontFile(path=path, index=index, family=family, lightest=lightest, boldest=boldest, leans=leans)
        for index, (family, lightest, boldest, leans) in enumerate(rows)
    )


def _count(data: bytes, path: Path) -> int:
    from fontTools.ttLib import TTCollection

    if path.suffix.lower() not in _COLLECTIONS:
        return 1
    with TTCollection(io.BytesIO(data), lazy=True) as fonts:
        return len(fonts)


def _facts(data: bytes, path: Path, index: int) -> tuple[str, int, int, bool]:
    """Family, lightest and boldest weight of a font, and whether its letters lean."""
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(data), fontNumber=index, lazy=True) as font:
        names, style = font["name"], font["OS/2"]
        family = names.getDebugName(16) or names.getDebugName(1) or path.stem
        lightest, boldest = weights_of(font)
        return str(family), lightest, boldest, bool(style.fsSelection & _ITALIC or font["head"].macStyle & _MAC_ITALIC)


def weights_of(font: Any) -> tuple[int, int]:
    """The lightest and the boldest weight that an opened font draws."""
    for axis in font["fvar"].axes if "fvar" in font else ():
        if axis.axisTag == "wght":
            return int(axis.minValue), int(axis.maxValue)
    weight = int(font["OS/2"].usWeightClass)
    return weight, weight


def project_font(root: Path, family: str, weight: int = REGULAR) -> FontFile | None:
    """The font of a family in `site/fonts/` that draws a weight upright, a fixed one before a variable one.

    Raises UnreadableFont for the first file that cannot be opened.
    """
    found = [one for path in font_paths(root) for one in fonts_in(path) if one.family.casefold() == family.casefold()]
    fitting = [one for one in found if one.draws(weight) and not one.leans]
    return min(fitting, key=lambda one: (one.is_variable, one.path.name)) if fitting else None


def families_in(root: Path) -> list[str]:
    """The families of `site/fonts/`, those of files that cannot be opened left out."""
    found: set[str] = set()
    for path in font_paths(root):
        try:
            found |= {one.family for one in fonts_in(path)}
        except UnreadableFont:
            continue
    return sorted(found)


def font_file_for(root: Path, tag: str, *, bold: bool = False, family: str = "") -> FontFile | None:
    """A font that FreeType opens and that covers a language: of `family`, else of the families that the theme names for
    it; from `site/fonts/`, else installed. None where there is none."""
    stat = os.stat(root / ROOM) if (root / ROOM).is_dir() else None
    return _font_file_for(root, tag, BOLD if bold else REGULAR, family, stat.st_mtime_ns if stat else 0)


@lru_cache(maxsize=256)
def _font_file_for(root: Path, tag: str, weight: int, family: str, _changed: int) -> FontFile | None:
    families = [name for name in (family, *families_of(fonts_of(root, tag))) if name]
    try:
        for name in families:
            if font_paths(root) and (found := project_font(root, name, weight) or project_font(root, name)):
                return _opened(root, found)
    except UnreadableFont:
        pass  # Said by the checks; the machine may have a font all the same.
    return installed_font(tuple(families), tag, weight)


def _opened(root: Path, font: FontFile) -> FontFile:
    """The font in a file that is not packed for the web."""
    if not font.path.suffix.lower().startswith(".woff"):
        return font
    data = font.path.read_bytes()
    plain = root / "var" / "fonts" / f"{hashlib.blake2b(data, digest_size=10).hexdigest()}.ttf"
    if not plain.is_file():
        from fontTools.ttLib import TTFont

        plain.parent.mkdir(parents=True, exist_ok=True)
        draft = plain.with_name(f"{plain.name}.{os.getpid()}")
        with TTFont(font.path, recalcTimestamp=False) as opened:
            opened.flavor = None
            opened.save(draft)
        draft.replace(plain)
    return FontFile(path=plain, family=font.family, lightest=font.lightest, boldest=font.boldest)


def installed_font(families: tuple[str, ...], tag: str, weight: int = REGULAR) -> FontFile | None:
    """The installed font that fontconfig takes for a language, the first of the families that is there; None where none covers it."""
    language = _CHINESE.get(script_of(tag), language_of(tag))
    found, covered = _matched(families, weight, language)
    return found if any(f"{one}-".startswith(f"{language}-") for one in covered) else None


def installed_family(family: str, weight: int = REGULAR) -> FontFile | None:
    """The installed font of this very family that is nearest to a weight; None where the family is not installed."""
    found, _ = _matched((family,), weight)
    return found if found is not None and found.family.casefold() == family.casefold() else None


def _matched(families: tuple[str, ...], weight: int, language: str = "") -> tuple[FontFile | None, list[str]]:
    """What fontconfig takes for these families, and the languages that it covers."""
    program = shutil.which("fc-match")
    if program is None:
        return None, []
    names = ",".join(re.sub(r"([\\\-:,=])", r"\\\1", name) for name in families)
    heavy = 200 if weight >= BOLD else 80  # FC_WEIGHT_BOLD, FC_WEIGHT_REGULAR
    pattern = f"{names}:weight={heavy}:slant=0" + (f":lang={language}" if language else "")
    query = [program, "-f", "%{family}\n%{file}\n%{index}\n%{lang}", pattern]
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=_FCMATCH_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None, []
    name, file, index, covered = (done.stdout.split("\n") + [""] * 4)[:4]
    if not file:
        return None, []
    # The upper half of fontconfig's index names an instance of a variable font.
    font = FontFile(path=Path(file), index=int(index or 0) & 0xFFFF, family=name.split(",")[0], lightest=weight, boldest=weight)
    return font, covered.split("|")

"""What a social preview image is made of: its words, its fonts, and the theme's picture behind them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from leadcore.model.locales import direction

WIDTH, HEIGHT = 1200, 630
#: The theme's picture behind the words, and the one for scripts that run from the right; else the first is mirrored.
BACKGROUND, BACKGROUND_RTL = "site/social.png", "site/social-rtl.png"


class Card(NamedTuple):
    """The words of a picture. `above` stands over the title, `place` and `host` below; `tag` is the language of all."""

    tag: str
    brand: str
    above: str
    title: str
    place: str
    host: str

    @property
    def is_rtl(self) -> bool:
        return direction(self.tag) == "rtl"


class Faces(NamedTuple):
    """Font files with their numbers in them, for titles and for small words, each with one for Latin letters after it."""

    title: tuple[tuple[str, int], ...]
    text: tuple[tuple[str, int], ...]


def background_of(root: Path, rtl: bool) -> tuple[Path, bool] | None:
    """The theme's picture for a direction, and whether it is to be mirrored; None where it has none."""
    if rtl and (root / BACKGROUND_RTL).is_file():
        return root / BACKGROUND_RTL, False
    return (root / BACKGROUND, rtl) if (root / BACKGROUND).is_file() else None

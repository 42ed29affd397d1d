"""Social preview images: what stands on the one of each page, its name, and the fonts that it is drawn with.

Nothing is drawn here, and Pillow is not imported: what a page says of its picture must not wait for it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import urlsplit

from leadcore.kept import KEPT
from leadcore.model.locales import direction
from leadcore.rendering.font_files import FontFile, font_file_for, installed_font
from leadcore.rendering.frame import words_for
from leadcore.rendering.i18n import N_
from leadcore.rendering.stylesheet import families_of, named_fonts
from leadsite.pictures import Picture
from leadsite.plan import Output, Plan
from leadsite.social_card import Card, Faces, background_of

#: Kinds of pages that have one.
KINDS = frozenset({"landing", "series", "post"})
#: Changes when the same words are drawn in another way.
_LOOK = 1
_PART = N_("Part {number}")
#: Where fontconfig notes that fonts came or went.
_FONT_NEWS = ("/var/cache/fontconfig", "/usr/share/fonts", "/usr/local/share/fonts")


def card_of(plan: Plan, output: Output) -> Card | None:
    """What stands on the picture of a page; None where it has none: no choice of the project, another kind of page, a
    page that shows another language's text, a language that no font draws."""
    if not plan.project.site.social_images or output.kind not in KINDS or output.is_fallback or output.text is None:
        return None
    project, market, locale = plan.project, plan.market(output), output.locale
    document = project.document(output.text, market, locale)
    if document is None or _faces_in(plan, locale) is None:
        return None
    words = words_for(project, market, locale)
    above = ""
    if output.kind == "post":
        series = project.document(project.series_key(output.text.group), market, locale)
        part = words.gettext(_PART, number=words.number(output.text.number))
        above = f"{series.title} · {part}" if series else part
    host = urlsplit(market.base_url).hostname or ""
    return Card(locale, words.gettext(project.site.name), above, document.title, words.territory(market.country), host)


def card_file(root: Path, color: str, card: Card) -> str:
    """The name of a picture's file, by all that is drawn on it."""
    told = repr((_LOOK, tuple(card), color, _background_digest(root, card.is_rtl)))
    return f"social.{hashlib.blake2b(told.encode(), digest_size=8).hexdigest()}.jpg"


def social_file(plan: Plan, output: Output) -> str:
    """The name of the file of a page's picture; empty where it has none."""
    card = card_of(plan, output)
    return card_file(plan.project.root, plan.project.site.theme_color, card) if card else ""


def look_of(plan: Plan, locale: str) -> str:
    """A digest of what pictures in a language are drawn from, beside their words; empty where there are none."""
    if not plan.project.site.social_images or _faces_in(plan, locale) is None:
        return ""
    return f"{_LOOK} {_background_digest(plan.project.root, direction(locale) == 'rtl')}"


def social_pictures(plan: Plan, outputs: Iterable[Output]) -> Iterator[Picture]:
    """The pictures of these pages."""
    root, color = plan.project.root, plan.project.site.theme_color
    for output in outputs:
        card = card_of(plan, output)
        faces = _faces_in(plan, card.tag) if card else None
        if card and faces:
            yield Picture(card_file(root, color, card), partial(_draw, root, color, card, faces), cost=100)


def _draw(root: Path, color: str, card: Card, faces: Faces) -> bytes:
    # Pillow and fontTools are imported in the processes that draw.
    from leadsite.social_drawing import draw_card

    return draw_card(root, color, card, faces)


def languages_without(plan: Plan, markets: Iterable[str]) -> tuple[str, ...]:
    """The locales whose pages have no picture because nothing here draws their script."""
    if not plan.project.site.social_images:
        return ()
    tags = dict.fromkeys(tag for market in markets for tag in plan.project.markets[market].locales)
    return tuple(tag for tag in tags if _faces_in(plan, tag) is None)


def _faces_in(plan: Plan, tag: str) -> Faces | None:
    """The fonts that draw a language, asked for once by a plan."""
    return plan.once(("faces", tag), lambda: faces_for(plan.project.root, tag))


def faces_for(root: Path, tag: str) -> Faces | None:
    """The fonts that draw a language; None where the project and the machine have none, or Pillow cannot shape text."""
    key = f"{tag} {_font_news(root)}"
    found = KEPT.get("faces", key) or _faces(root, tag)
    # That there are none is found out again each time: they may be installed now.
    return Faces(*KEPT.once("faces", key, lambda: found)) if found else None


def _faces(root: Path, tag: str) -> tuple[tuple[tuple[str, int], ...], ...] | None:
    from PIL import features

    text = font_file_for(root, tag, bold=True)
    if text is None or not features.check("raqm"):
        return None
    latin = font_file_for(root, "en", bold=True)
    heads = named_fonts(root, tag, "--head")
    title = None if heads.startswith("var(") else _heading(heads, tag)
    return tuple(tuple(_place(font) for font in fonts if font is not None) for fonts in ((title, text, latin), (text, latin)))


@lru_cache(maxsize=64)
def _heading(families: str, tag: str) -> FontFile | None:
    """The first installed family of those that the theme names for headings; what only stands in for one is none."""
    for family in families_of(families):
        found = installed_font((family,), tag, 700)
        if found is not None and found.family.casefold() == family.casefold():
            return found
    return None


def _place(font: FontFile) -> tuple[str, int]:
    return str(font.path), font.index


def _font_news(root: Path) -> str:
    """When fonts, or the families that the theme names, were changed."""
    times = []
    for folder in (*_FONT_NEWS, str(root / "site/fonts"), str(root / "site/static/theme.css")):
        try:
            times.append(os.stat(folder).st_mtime_ns)
        except OSError:
            times.append(0)
    return repr(times)


def _background_digest(root: Path, rtl: bool) -> str:
    found = background_of(root, rtl)
    if found is None:
        return ""
    stat = os.stat(found[0])
    return _digest_of(found[0], stat.st_size, stat.st_mtime_ns) + str(found[1])


@lru_cache(maxsize=16)
def _digest_of(path: Path, _size: int, _mtime_ns: int) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()

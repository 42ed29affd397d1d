"""Images of a markdown text as figures and pictures, and of one image the elements that a browser chooses from. Strings alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

#: What an image's name stands after, among the links of a text.
IMAGE = "image:"
#: What may be amiss with an image as it is written.
NO_TEXT, CAPTION_IN_LINE = "no-text", "caption-in-line"
#: Written in the place of a text, it says that a picture tells nothing that the words do not tell.
_DECORATIVE = "&quot;&quot;"
_IMG = r'<img src="leadsite-image:(\d+)" alt="([^"]*)"(?: title="([^"]*)")? />'
_FOUND = re.compile(rf"<p>{_IMG}</p>|{_IMG}")
#: Lines of text are 38rem at most, in posts and in blocks alike; on a narrow screen a margin stays on both sides.
_SIZES = "(min-width:44rem) 38rem, 92vw"
_LAZY = ' loading="lazy" decoding="async"'
_AT_ONCE = ' fetchpriority="high"'


def with_figures(html: str, figures: bool = True) -> tuple[str, dict[int, str]]:
    """The HTML with each image in a `picture`, that alone in its paragraph in a `figure` with its title as caption where
    `figures` may stand; and what is amiss with an image, by its number."""
    amiss: dict[int, str] = {}

    def picture(match: re.Match[str]) -> str:
        alone = match[1] is not None
        number, text, caption = match.groups()[:3] if alone else match.groups()[3:]
        if not text.strip():
            amiss[int(number)] = NO_TEXT
        elif caption and not (alone and figures):
            amiss[int(number)] = CAPTION_IN_LINE
        text = "" if text == _DECORATIVE else text
        # A hole like that of a link, since one kind is found five times as fast as two; an element stands in it when it is filled.
        inner = f'<picture>href="leadsite-link:{number}" alt="{text}"{_LAZY}></picture>'
        if not alone:
            return inner
        if not figures:
            return f"<p>{inner}</p>"
        return f"<figure>{inner}{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>"

    return _FOUND.sub(picture, html), amiss


def at_once(html: str) -> str:
    """The HTML with its first image fetched at once: it stands where a reader looks first."""
    return str(html).replace(_LAZY, _AT_ONCE, 1)


def picture_elements(widths: Sequence[int], height: int, address: Callable[[int, str], str]) -> str:
    """The elements of an image that is had in these widths in pixels, up to the text that stands for it. `height` is that of
    the widest; `address` gives where the image of a width and a format is."""
    modern, other = (", ".join(f"{address(width, kind)} {width}w" for width in widths) for kind in ("avif", "webp"))
    usual = min(widths, key=lambda width: abs(width - 720))
    return (
        f'<source type="image/avif" srcset="{modern}" sizes="{_SIZES}">'
        f'<img src="{address(usual, "webp")}" srcset="{other}" sizes="{_SIZES}" width="{widths[-1]}" height="{height}"'
    )


def drawing_element(address: str, width: int, height: int) -> str:
    """The element of a drawing that scales by itself, up to the text that stands for it."""
    return f'<img src="{address}" width="{width}" height="{height}"'

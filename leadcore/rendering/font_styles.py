"""The styles that load web fonts, and the fallbacks that take as much room, so that the fonts' coming moves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from leadcore.model.locales import script_of
from leadcore.rendering.font_files import REGULAR
from leadcore.rendering.font_text import ranges_of
from leadcore.rendering.stylesheet import families_of
from leadcore.rendering.webfonts import HEADINGS, TEXT, Face, WebFonts

#: What the styles call an adjusted fallback, before its number.
FALLBACK = "F"
#: Fallbacks of which we know, measured by `SAMPLES`: mean width of a letter when regular and when bold, ascent, descent,
#: line gap, in shares of an em. Arial and Times by the fonts of Liberation, which have their widths.
KNOWN: Mapping[tuple[str, str], tuple[float, float, float, float, float]] = {
    ("Noto Sans", "Latn"): (0.4830, 0.5136, 1.069, 0.293, 0.0),
    ("Noto Sans", "Cyrl"): (0.5190, 0.5567, 1.069, 0.293, 0.0),
    ("Noto Sans", "Grek"): (0.5046, 0.5408, 1.069, 0.293, 0.0),
    ("Noto Serif", "Latn"): (0.4880, 0.5156, 1.069, 0.293, 0.0),
    ("Noto Serif", "Cyrl"): (0.5335, 0.5572, 1.069, 0.293, 0.0),
    ("Noto Serif", "Grek"): (0.5015, 0.5332, 1.069, 0.293, 0.0),
    ("Noto Sans Gujarati", "Gujr"): (0.4257, 0.4537, 0.896, 0.408, 0.0),
    ("Noto Sans Devanagari", "Deva"): (0.3912, 0.4222, 0.896, 0.408, 0.0),
    ("Noto Sans Bengali", "Beng"): (0.4232, 0.4514, 0.917, 0.408, 0.0),
    ("Noto Sans Arabic", "Arab"): (0.4196, 0.4650, 1.374, 0.738, 0.0),
    ("Noto Sans Hebrew", "Hebr"): (0.4779, 0.5049, 1.068, 0.292, 0.0),
    ("Noto Sans Thai", "Thai"): (0.4446, 0.4714, 1.061, 0.450, 0.0),
    ("Roboto", "Latn"): (0.4526, 0.4571, 0.928, 0.244, 0.0),
    ("Roboto", "Cyrl"): (0.4954, 0.4986, 0.928, 0.244, 0.0),
    ("Roboto", "Grek"): (0.4811, 0.4889, 0.928, 0.244, 0.0),
    ("Arial", "Latn"): (0.4522, 0.4885, 0.905, 0.212, 0.033),
    ("Arial", "Cyrl"): (0.4866, 0.5229, 0.905, 0.212, 0.033),
    ("Arial", "Grek"): (0.4700, 0.5111, 0.905, 0.212, 0.033),
    ("Times New Roman", "Latn"): (0.4091, 0.4325, 0.891, 0.216, 0.042),
    ("Times New Roman", "Cyrl"): (0.4413, 0.4715, 0.891, 0.216, 0.042),
    ("Times New Roman", "Grek"): (0.4274, 0.4493, 0.891, 0.216, 0.042),
}
#: Differences smaller than this, in shares, move nothing that an eye sees.
_SAME = 0.005


def styles(fonts: WebFonts, sans: str, head: str, url_of: Callable[[str], str]) -> str:
    """The styles that load the fonts and put them before the families `sans` and `head` that the theme names.

    What a visitor types stays with the theme's families: a name must not change its font in the middle of a word.
    """
    faces = [
        f"@font-face{{font-family:{face.family};src:url({url_of(face.name)});font-weight:{_weights(face)};"
        f"font-display:swap;unicode-range:{ranges_of(face.characters)}}}"
        for face in fonts.faces
    ]
    names: list[str] = []
    rules = []
    if fonts.face_of(TEXT):
        faces += _fallbacks(fonts, TEXT, sans, names)
        rules.append(f"--sans:{TEXT},{_with(sans, names)}")
    if fonts.face_of(HEADINGS):
        before = len(names)
        stack = sans if head in ("", "var(--sans)") else head
        faces += _fallbacks(fonts, HEADINGS, stack, names)
        rules.append(f"--head:{HEADINGS},{_with(stack, names, before)}")
    faces.append(f":lang({fonts.locale}){{{';'.join(rules)}}}")
    if fonts.face_of(TEXT):
        faces.append(f":is(input,textarea):lang({fonts.locale}){{font-family:{sans}}}")
    return "".join(faces)


def _weights(face: Face) -> str:
    return str(face.lightest) if face.lightest == face.boldest else f"{face.lightest} {face.boldest}"


def _with(stack: str, known: list[str], first: int = 0) -> str:
    """The stack with each adjusted fallback, from the number `first` on, before the family that it adjusts."""
    out = []
    for one, name in zip(stack.split(","), families_of(stack), strict=True):
        out += [f"{FALLBACK}{known.index(name, first)}"] if name in known[first:] else []
        out.append(one)
    return ",".join(out)


def _fallbacks(fonts: WebFonts, family: str, stack: str, names: list[str]) -> Iterator[str]:
    """Faces of the known families of a stack that take as much room as the web font, so that its coming moves nothing."""
    script = script_of(fonts.locale)
    ours = [face for face in fonts.faces if face.family == family]
    for name in families_of(stack):
        known = KNOWN.get((name, script))
        if known is None or not all(face.metrics[3] for face in ours):
            continue
        found = [face_css for face in ours for face_css in _adjusted(face, name, known, len(names))]
        if found:
            names.append(name)
            yield from found


def _adjusted(face: Face, name: str, known: tuple[float, float, float, float, float], number: int) -> Iterator[str]:
    ascent, descent, gap, width = face.metrics
    bold = face.lightest > REGULAR or face.family == HEADINGS
    ratio = width / known[1 if bold else 0]
    if max(abs(ratio - 1), abs(ascent - known[2]), abs(descent - known[3]), abs(gap - known[4])) < _SAME:
        return
    style = "Bold" if bold else "Regular"
    local = f'local("{name} {style}")' + ("" if bold else f',local("{name}")')
    values = [("size-adjust", ratio)]
    # The browser scales these with the rest.
    values += [("ascent-override", ascent / ratio), ("descent-override", descent / ratio), ("line-gap-override", gap / ratio)]
    said = ";".join(f"{key}:{round(value * 100, 1):g}%" for key, value in values)
    yield f"@font-face{{font-family:{FALLBACK}{number};src:{local};font-weight:{_weights(face)};{said}}}"

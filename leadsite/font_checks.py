"""What can be wrong with web fonts: a family that is not there (P130), words that a font does not draw as it should (P131),
fonts that weigh too much (P132)."""

from __future__ import annotations

import marshal
import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from leadcore.model.fonts import FontChoice, choice_for
from leadcore.model.locales import script_of
from leadcore.model.markets import Market
from leadcore.problems import Place, ProblemList, ProjectProblems, did_you_mean
from leadsite.fonts import Characters, fonts_of_page, page_fonts, texts_of
from leadsite.plan import Output, Plan
from leadsite.sharing import shared

if TYPE_CHECKING:
    from leadcore.rendering.webfonts import WebFonts

#: The most bytes of fonts that a page may load: 120 KB in all, less 13 KiB of HTML and 3 KB of script.
MOST_BYTES = 104_000
_LIBRARIES = "fonttools[woff]", "uharfbuzz"
_HEADINGS = re.compile(r"<(h[1-4]|strong|b)\b[^>]*>.*?</\1>", re.S)
#: The scripts of Unicode in which the languages of one code of ISO 15924 are written.
_WRITTEN_IN = {"Jpan": ("Hira", "Kana", "Hani"), "Kore": ("Hang", "Hani"), "Hans": ("Hani",), "Hant": ("Hani",)}
_SHOWN = 5
#: Fewer pages than this are read by one process.
_FEWEST_TO_SHARE = 200


def check_fonts(plan: Plan, markets: Iterable[Market], found: ProblemList) -> None:
    """Adds P130, P131 and P132 for what can be said before pages are made. Makes the subsets where they are not kept."""
    told: set[tuple[str, str]] = set()
    for market in markets:
        for locale in market.locales if market.fonts else ():
            choice = choice_for(market.fonts, locale)
            if choice is not None and (market.id, choice.key) not in told and not _check(plan, market, locale, choice, found):
                told.add((market.id, choice.key))


def _check(plan: Plan, market: Market, locale: str, choice: FontChoice, found: ProblemList) -> bool:
    """Whether the fonts of a locale could be made."""
    from leadcore.rendering.font_files import ROOM, UnreadableFont, families_in, installed_family
    from leadcore.rendering.webfonts import MissingFont

    try:
        fonts = page_fonts(plan, market, locale)
    except ImportError as error:
        message = f"web fonts need a library that is not installed: {error.name}"
        found.add("P130", _place(market, choice), message, f"pip install {' '.join(_LIBRARIES)}", market=market.id)
        return False
    except UnreadableFont as error:
        found.add("P130", Place(path=error.path), f"is no font that can be read: {error.reason}", "put a TTF, OTF or WOFF2 file in its place, or take it away")
        return False
    except MissingFont as error:
        known = families_in(plan.project.root)
        fix = f'put the files of "{error.family}" into {ROOM}/ (TTF, OTF or WOFF2)'
        if installed_family(error.family) is not None:
            fix = f'leadsite fonts add "{error.family}" copies the installed family into {ROOM}/'
        elif known:
            fix = f"{did_you_mean(error.family, known)} Or {fix}"
        message = f'there is no upright font of the family "{error.family}" in {ROOM}/'
        found.add("P130", _place(market, choice, error.role), message, fix, market=market.id)
        return False
    if fonts is not None:
        _check_weight(market, fonts, found)
        _check_letters(plan, market, fonts, found)
    return True


def _place(market: Market, choice: FontChoice, role: str = "") -> Place:
    table = f"fonts.{choice.key}"
    return market.place(next((key for key in (f"{table}.{role}", table, "fonts") if key in market.lines), table))


def _check_weight(market: Market, fonts: WebFonts, found: ProblemList) -> None:
    if fonts.weight <= MOST_BYTES:
        return
    fix = "give text its regular font alone (bold = false)" if len(fonts.faces) > 1 else "choose a lighter family"
    fix += ", or let it draw headings alone (headings = …, no text): the visitor's own fonts then draw the text"
    message = f"the web fonts of {fonts.locale} weigh {fonts.weight // 1000} KB; a page may load {MOST_BYTES // 1000} KB"
    detail = tuple(f"{face.source.path.name}: {len(face.data) // 1000} KB, {len(face.characters)} characters" for face in fonts.faces)
    found.add("P132", _place(market, fonts.choice), message, fix, detail=detail, market=market.id, locale=fonts.locale)


def _check_letters(plan: Plan, market: Market, fonts: WebFonts, found: ProblemList) -> None:
    """Adds P131 for each file with letters of the locale's script that the font lacks, at the first line that has one."""
    from fontTools.unicodedata import script

    from leadcore.rendering.webfonts import HEADINGS

    own = script_of(fonts.locale)
    scripts = _WRITTEN_IN.get(own, (own,))
    index = plan.once(("characters",), lambda: Characters(plan.project.root))
    for face in fonts.faces:
        only_headings = face.family == HEADINGS
        for path in texts_of(plan.project, market, fonts.locale):
            text, headings, _ = index.in_file(path)
            signs = headings if only_headings else text
            lacking = {s for s in set(signs) - fonts.covered[face.family] if s.isalpha() or unicodedata.category(s)[0] == "M"}
            lacking = {s for s in lacking if script(s) in scripts}
            if lacking:
                line, sign = _first_line(plan.project.root / path, lacking)
                name = unicodedata.name(sign, f"U+{ord(sign):04X}")
                message = f'the web font "{face.source.family}" has no "{sign}" ({name})'
                others = tuple(f"nor: {other}" for other in sorted(lacking - {sign})[:_SHOWN])
                fix = f"choose a family that has it for {fonts.choice.key} in {market.path}, or write it otherwise"
                found.add("P131", Place(path=path, line=line), message, fix, detail=others, locale=fonts.locale)


def _first_line(path: Path, signs: set[str]) -> tuple[int, str]:
    for number, line in enumerate(path.read_text("utf-8-sig", "ignore").split("\n"), 1):
        for sign in line:
            if sign in signs:
                return number, sign
    return 1, min(signs)


def check_drawn(plan: Plan, folder: Path, outputs: Sequence[Output]) -> None:
    """Raises ProjectProblems with P131 where a page in the folder has words that a subset draws otherwise than its whole font.

    Words that were found right before are not looked at again.
    """
    problems = ProblemList()
    places: dict[str, list[Output]] = {}
    fonts_by_key: dict[str, WebFonts] = {}
    for output in outputs:
        fonts = fonts_of_page(plan, output)
        if fonts is not None:
            places.setdefault(fonts.key, []).append(output)
            fonts_by_key[fonts.key] = fonts
    for key, its_outputs in places.items():
        _check_words(plan, folder, fonts_by_key[key], its_outputs, problems)
    if problems.found:
        raise ProjectProblems(problems.sorted())


def _check_words(plan: Plan, folder: Path, fonts: WebFonts, outputs: Sequence[Output], problems: ProblemList) -> None:
    from leadcore.rendering.webfonts import HEADINGS, TEXT, keep, wrongly_drawn

    place = plan.project.root / "var" / "fonts" / f"{fonts.key}.words"
    try:
        right = marshal.loads(place.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        right = {}
    jobs = len(os.sched_getaffinity(0)) if len(outputs) >= _FEWEST_TO_SHARE else 1
    files = [str(folder / output.file) for output in outputs]
    shares = shared([partial(_words_in, files[number::jobs], fonts.locale) for number in range(jobs)], jobs)
    words: dict[str, set[str]] = {TEXT: set(), HEADINGS: set()}
    for share in shares:
        words[TEXT] |= share[TEXT]
        words[HEADINGS] |= share[HEADINGS]
    headings = fonts.face_of(HEADINGS)
    if headings is not None:
        # What else the theme sets as a heading is proved as far as the subset goes; beyond, the visitor's fonts draw it.
        words[HEADINGS] |= {word for word in words[TEXT] if set(word) <= set(headings.characters)}
    words = {family: found - right.get(family, set()) for family, found in words.items() if fonts.face_of(family)}
    if not any(words.values()):
        return
    wrong = wrongly_drawn(fonts, words)
    for piece in wrong:
        _add(plan, folder, fonts, outputs, piece, problems)
    if not wrong:
        keep(place, marshal.dumps({family: right.get(family, set()) | found for family, found in words.items()}))


def _words_in(files: Sequence[str], locale: str) -> dict[str, set[str]]:
    from leadcore.rendering.font_text import own_part, words_of
    from leadcore.rendering.webfonts import HEADINGS, TEXT

    text, headings = set[str](), set[str]()
    for name in files:
        with open(name, encoding="utf-8") as file:
            page = own_part(file.read(), locale)
        text |= words_of(page)
        headings |= words_of(" ".join(match[0] for match in _HEADINGS.finditer(page)))
    return {TEXT: text, HEADINGS: headings}


def _add(plan: Plan, folder: Path, fonts: WebFonts, outputs: Sequence[Output], piece: str, problems: ProblemList) -> None:
    source, line = outputs[0].source, 0
    for one in dict.fromkeys(o.source for o in outputs if piece in (folder / o.file).read_text("utf-8")):
        path = plan.project.root / one
        lines = path.read_text("utf-8", "ignore").split("\n") if path.is_file() else []
        source, line = one, next((number for number, text in enumerate(lines, 1) if piece in text), 0)
        if line:
            break
    lacking = "".join(sorted(set(piece) - set().union(*(face.characters for face in fonts.faces))))
    fix = "choose another family, or leave this language to the visitor's own fonts"
    if lacking:
        fix = f'add the characters to the market file: [fonts.{fonts.choice.key}] also = "{lacking}"'
    message = f'the subset of "{fonts.faces[0].source.family}" draws "{piece}" otherwise than the whole font'
    problems.add("P131", Place(path=source, line=line), message, fix, locale=fonts.locale)

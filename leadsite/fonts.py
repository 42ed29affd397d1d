"""The web fonts of a market's pages: the characters that the pages of each locale have, and what is made of them.

Nothing of it is imported or read where a market chooses no fonts.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from leadcore.kept import KEPT
from leadcore.model import addresses
from leadcore.model.fonts import choice_for
from leadcore.model.locales import babel_locale, fallback_chain
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.stylesheet import named_fonts
from leadsite.plan import Output, Plan
from leadsite.sources import Stamp, code_digest, is_same, settled_stamp

if TYPE_CHECKING:
    from leadcore.rendering.webfonts import WebFonts

#: Pages that speak several languages at once: they are left to the visitor's own fonts.
_OF_MANY = frozenset({"chooser", "error"})
_CONTENT = re.compile(r"^content/(?P<room>pages|blog)/(?:(?P<group>[^/]+)/)?(?P<stem>[^/.@]+)\.(?P<locale>[^@.]+)(?:@(?P<market>[^.]+))?\.md$")
#: Lines of a content file that hold what themes set as headings: titles, headings, bold leads of lists, quotes, heads of tables.
_HEADING = re.compile(r"^(?:title:.*|[#>|].*|.*\*\*.*)$", re.M)
#: What Babel knows of a locale that pages may show: names of countries and languages, of months and days.
_CLDR = ("territories", "languages", "scripts", "months", "days", "number_symbols", "currency_symbols", "date_formats")


def page_fonts(plan: Plan, market: Market, locale: str) -> WebFonts | None:
    """The web fonts of a market's pages in a locale, made where they are not kept; None where the market chose none.

    Raises MissingFont, UnreadableFont, and ImportError where a library for fonts is not installed.
    """
    choice = choice_for(market.fonts, locale)
    if choice is None:
        return None

    def make() -> WebFonts:
        from leadcore.rendering.webfonts import web_fonts

        text, headings = _index(plan).of(plan.project, market, locale)
        return web_fonts(plan.project.root, choice, locale, text, headings, code_digest())

    return plan.once(("fonts", market.id, locale), make)


def _index(plan: Plan) -> Characters:
    return plan.once(("characters",), lambda: Characters(plan.project.root))


def font_keys(plan: Plan, markets: Iterable[str]) -> dict[str, str]:
    """The key of the web fonts of each locale of these markets that chose any: what an edit must leave as it is."""
    found = {}
    for market in map(plan.project.markets.__getitem__, markets):
        for locale in market.locales if market.fonts else ():
            fonts = page_fonts(plan, market, locale)
            if fonts is not None:
                found[f"{market.id} {locale}"] = fonts.key
    return found


def font_key(plan: Plan, output: Output) -> str:
    """What stands for the web fonts of a page in its recipe; empty where it has none."""
    fonts = fonts_of_page(plan, output)
    return fonts.key if fonts is not None else ""


def fonts_of_page(plan: Plan, output: Output) -> WebFonts | None:
    """The web fonts that a page loads."""
    market = plan.market(output)
    is_page = output.path.endswith(("/", ".html")) or not output.path
    if not market.fonts or not is_page or output.kind in _OF_MANY:
        return None
    return page_fonts(plan, market, output.locale)


def font_assets(plan: Plan, market: Market) -> dict[str, bytes]:
    """The files of a market's web fonts by their names under `assets/`."""
    found: dict[str, bytes] = {}
    for locale in market.locales if market.fonts else ():
        fonts = page_fonts(plan, market, locale)
        found |= {face.name: face.data for face in fonts.faces} if fonts is not None else {}
    return found


def font_links(plan: Plan, output: Output) -> tuple[tuple[str, ...], Markup]:
    """The addresses of the fonts that a page loads at once, and the styles that use them."""
    fonts = fonts_of_page(plan, output)
    if fonts is None:
        return (), Markup("")
    market = plan.market(output)

    def say() -> tuple[tuple[str, ...], Markup]:
        from leadcore.rendering.font_styles import styles

        def url_of(name: str) -> str:
            return addresses.local(market, f"assets/{name}")

        root = plan.project.root
        sans = named_fonts(root, output.locale, "--sans") or "sans-serif"
        head = named_fonts(root, output.locale, "--head")
        return tuple(url_of(face.name) for face in fonts.faces), Markup(styles(fonts, sans, head, url_of))

    return plan.once(("font links", market.id, output.locale), say)


class Characters:
    """The characters of files, kept in `var/fonts/` with the stamps of the files, so that only what changed is read."""

    def __init__(self, root: Path) -> None:
        self.root, self.place = root, root / "var" / "fonts" / "characters.index"
        self._known: dict[str, tuple[Stamp, str, str]] = {}
        try:
            found = marshal.loads(self.place.read_bytes())
            self._known = found if isinstance(found, dict) else {}
        except (OSError, ValueError, EOFError, TypeError):
            pass

    def of(self, project: Project, market: Market, locale: str) -> tuple[str, str]:
        """The characters that stand in the texts of a market's pages in a locale, and those that stand in headings; sorted."""
        text, headings = set(_of_cldr(locale)), set[str]()
        before = len(self._known)
        news = False
        for path in files_of(project, market, locale):
            all_of_it, of_headings, is_new = self.in_file(path)
            text.update(all_of_it)
            headings.update(of_headings)
            news = news or is_new
        if news or len(self._known) != before:
            self._save()
        return "".join(sorted(text)), "".join(sorted(headings))

    def in_file(self, path: str) -> tuple[str, str, bool]:
        """The characters of a file and of its headings, and whether the file had to be read."""
        try:
            stamp = settled_stamp(self.root / path)
            known = self._known.get(path)
            if known is not None and is_same(stamp, known[0]):
                return known[1], known[2], False
            source = (self.root / path).read_text("utf-8-sig", "ignore")
        except OSError:
            return "", "", False
        headings = "".join(_HEADING.findall(source)) if path.endswith(".md") else source
        found = "".join(sorted(set(source))), "".join(sorted(set(headings)))
        self._known[path] = (stamp, *found)
        return (*found, True)

    def _save(self) -> None:
        from leadcore.rendering.webfonts import keep

        keep(self.place, marshal.dumps(self._known))


def texts_of(project: Project, market: Market, locale: str) -> Iterator[str]:
    """The content files and catalogues whose words a market's pages show in a locale, in the locale's own language."""
    tags = fallback_chain(locale)
    for path in project.facts:
        match = _CONTENT.match(path)
        if match is None or match["locale"] not in tags or match["market"] not in (None, market.id):
            continue
        if match["stem"] in market.pages if match["room"] == "pages" else match["group"] in market.series:
            yield path
    for tag in tags:
        yield from (f"locales/{tag}/LC_MESSAGES/{domain}.po" for domain in ("messages", "wtforms"))


def files_of(project: Project, market: Market, locale: str) -> Iterator[str]:
    """The files whose characters may stand on a market's pages in a locale."""
    yield from texts_of(project, market, locale)
    yield market.path
    yield "site/site.toml"
    yield from (f"content/forms/{form}.toml" for form in market.forms)
    templates = project.root / "site" / "templates"
    yield from sorted(f"site/templates/{path.name}" for path in templates.glob("*.html")) if templates.is_dir() else ()


def _of_cldr(locale: str) -> str:
    return KEPT.once("characters of CLDR", locale, lambda: "".join(sorted(set(_strings_of(locale)))))


def _strings_of(locale: str) -> Iterator[str]:
    data = babel_locale(locale)
    for name in _CLDR:
        for text in _leaves(getattr(data, name)):
            yield from text


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping) or hasattr(value, "values"):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _leaves(inner)
    elif hasattr(value, "pattern"):
        yield str(value.pattern)

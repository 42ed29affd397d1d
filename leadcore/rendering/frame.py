"""The frame around every page of a market and locale: name, links of header and footer, language switcher."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from leadcore.model import addresses
from leadcore.model.locales import autonym, direction
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.i18n import N_, Translator, translator

PRIVACY_TITLE = N_("Privacy notice")
IMPRINT_TITLE = N_("Imprint")
BLOG_TITLE = N_("Blog")
_NO_STYLES = Markup("")


class LanguageLink(NamedTuple):
    """One entry of the switcher: the language in its own words, the address of this page in it, empty for the current one."""

    tag: str
    label: str
    dir: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands above and below a page. Links are (label, address) pairs."""

    brand: str
    home_url: str
    links: tuple[tuple[str, str], ...]
    languages: tuple[LanguageLink, ...]
    controller_name: str
    controller_address: str
    theme_color: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the head of a page says, and its heading. `stands_in` is the notice above text in another language, `fonts` are
    the addresses of web fonts."""

    title: str
    heading: str
    icon: str
    description: str = ""
    canonical: str = ""
    robots: str = "noindex"
    alternates: tuple[tuple[str, str], ...] = ()
    relations: tuple[tuple[str, str], ...] = ()
    feed: str = ""
    og_type: str = "website"
    og_locale: str = ""
    image: str = ""
    json_ld: tuple[Markup, ...] = ()
    stands_in: str = ""
    fonts: tuple[str, ...] = ()
    font_styles: Markup = _NO_STYLES


def words_for(project: Project, market: Market, locale: str) -> Translator:
    """The translator of a locale with this market's formats."""
    return translator(project.root, locale, market.country)


def make_frame(
    project: Project, market: Market, locale: str, *, absolute: bool = False, languages: tuple[LanguageLink, ...] = ()
) -> Frame:
    """The frame of a market's pages in a locale; `absolute` where the page is served from another origin."""
    words = words_for(project, market, locale)
    address = addresses.absolute if absolute else addresses.local
    links = []
    if any(project.document(project.series_key(s), market, locale) for s in market.series):
        links.append((words.gettext(BLOG_TITLE), address(market, addresses.blog_path(market, locale))))
    for name, title in (("privacy", PRIVACY_TITLE), ("imprint", IMPRINT_TITLE)):
        links.append((words.gettext(title), address(market, addresses.legal_path(market, locale, name))))
    return Frame(
        brand=words.gettext(project.site.name),
        home_url=address(market, market.prefix(locale)),
        links=tuple(links),
        languages=languages,
        controller_name=market.controller.name_in(words.language),
        controller_address=market.controller.address_in(words.language),
        theme_color=project.site.theme_color,
    )


def language_link(market: Market, tag: str, url: str) -> LanguageLink:
    """A switcher entry. Two locales of one language show their region too."""
    return LanguageLink(tag, _label(market.locales, tag), direction(tag), url)


@lru_cache(maxsize=512)
def _label(locales: tuple[str, ...], tag: str) -> str:
    same = [t for t in locales if t.split("-")[0] == tag.split("-")[0]]
    return f"{autonym(tag)} ({tag})" if len(same) > 1 else autonym(tag)

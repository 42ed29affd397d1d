"""Where each page of a market lives: paths relative to the market's root, and absolute public addresses.

The site plans its outputs by these, and the forms API finds thank-you pages by them; neither may disagree.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from leadcore.model.markets import Market

#: Whether a path needs no percent-encoding.
_PLAIN = re.compile(r"[A-Za-z0-9/_.~-]*\Z").match


def landing_path(market: Market, locale: str, page: str, slug: str) -> str:
    """A landing page; the market's home page stands at the locale's root."""
    return market.prefix(locale) + ("" if page == market.home else f"{slug}/")


def blog_path(market: Market, locale: str) -> str:
    return market.prefix(locale) + "blog/"


def series_path(market: Market, locale: str, slug: str) -> str:
    return f"{blog_path(market, locale)}{slug}/"


def complete_path(market: Market, locale: str, slug: str) -> str:
    return f"{series_path(market, locale, slug)}complete/"


def post_path(market: Market, locale: str, series_slug: str, slug: str) -> str:
    return f"{series_path(market, locale, series_slug)}{slug}/"


def thanks_path(market: Market, locale: str, form: str) -> str:
    return f"{market.prefix(locale)}thanks/{form}/"


def legal_path(market: Market, locale: str, name: str) -> str:
    """`privacy` or `imprint`."""
    return f"{market.prefix(locale)}{name}/"


def feed_path(market: Market, locale: str) -> str:
    return f"{market.prefix(locale)}feed.xml"


def absolute(market: Market, path: str) -> str:
    """The public address of a path in the market, percent-encoded."""
    return f"{market.base_url}/{path if _PLAIN(path) else quote(path)}"


def local(market: Market, path: str) -> str:
    """The address to write in a link within the market: root-relative, under the base address's own path."""
    return f"{_own_path(market.base_url)}/{path if _PLAIN(path) else quote(path)}"


@lru_cache(maxsize=256)
def _own_path(base_url: str) -> str:
    return urlsplit(base_url).path


def form_action(market: Market, form: str) -> str:
    return f"{market.forms_url}/{market.id}/{form}"


def origin(url: str) -> str:
    """Scheme and host of an address, as a browser's Origin header has it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

"""Feeds, sitemaps and robots.txt, as text: Atom (RFC 4287), the sitemap protocol with hreflang, RFC 9309."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from html import escape as _escape_all
from urllib.parse import urlsplit

from leadcore.model import addresses
from leadcore.model.markets import Market
from leadcore.model.pages import Document
from leadcore.rendering.frame import words_for
from leadcore.rendering.links import body_html, link_rewriter
from leadsite.plan import INDEXED_KINDS, Output, Plan

#: Entries of a feed; readers have kept the older ones.
LONGEST_FEED = 50
_NEVER = dt.date(1970, 1, 1)


def escape(text: str) -> str:
    """A text for XML."""
    return _escape_all(text, quote=False)


def quoteattr(text: str) -> str:
    """A text for an attribute of XML, in its quotes."""
    return f'"{_escape_all(text)}"'


def atom_feed(plan: Plan, output: Output) -> str:
    """The market's posts in one language, newest first, with their whole text. Only posts in that language stand in it."""
    project, market, locale = plan.project, plan.market(output), output.locale
    words = words_for(project, market, locale)
    brand = words.gettext(project.site.name)
    host = urlsplit(market.base_url).netloc
    posts = feed_posts(plan, output)
    updated = max((d.day("updated") or d.day("date") or _NEVER for _, d in posts), default=_NEVER)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(market.hreflang(locale))}>',
        f"<title>{escape(brand)}</title>",
        f"<id>tag:{host},2026:{market.id}/{locale}</id>",
        f"<updated>{_stamp(updated)}</updated>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(plan.url(output))}/>',
        f'<link rel="alternate" type="text/html" hreflang={quoteattr(market.hreflang(locale))} href={quoteattr(addresses.absolute(market, addresses.blog_path(market, locale)))}/>',
        f"<author><name>{escape(brand)}</name></author>",
    ]
    # As read in a feed: every address whole, places in the same page too.
    rewrite = link_rewriter(project, market, locale, absolute=True)
    for one, document in posts:
        date = document.day("date") or _NEVER
        url = plan.url(one)
        address = escape(url)
        html = body_html(document, rewrite).replace('href="#', f'href="{address}#')
        lines += [
            "<entry>",
            f"<title>{escape(document.title)}</title>",
            f"<id>tag:{host},2026:{market.id}/{locale}/{one.key.partition(':')[2]}</id>",
            f'<link rel="alternate" type="text/html" href={quoteattr(url)}/>',
            f"<published>{_stamp(date)}</published>",
            f"<updated>{_stamp(document.day('updated') or date)}</updated>",
            f"<summary>{escape(str(document.meta.get('description', '')))}</summary>",
            f'<content type="html">{escape(str(html))}</content>',
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>", ""])


def feed_posts(plan: Plan, output: Output) -> list[tuple[Output, Document]]:
    """The newest posts of the feed's market that are written in its language, newest first."""
    market, locale = plan.market(output), output.locale
    outputs: tuple[Output, ...] = plan.once(("newest", market.id, locale), lambda: _newest(plan, market, locale))
    found = [(one, plan.project.document(one.text, market, locale)) for one in outputs if one.text]
    return [(one, document) for one, document in found if document is not None]


def _newest(plan: Plan, market: Market, locale: str) -> tuple[Output, ...]:
    posts = []
    for one in plan.posts.get((market.id, locale), ()):
        document = plan.project.document(one.text, market, locale) if one.text else None
        if document and (day := document.day("date")):
            posts.append((day, document.key.number, document.key.group, one))
    posts.sort(key=lambda post: post[:3], reverse=True)
    return tuple(post[3] for post in posts[:LONGEST_FEED])


def newest_posts(plan: Plan) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """The posts of every feed by market and locale, each by market and path: what `with_newest_posts` takes."""
    feeds = [o for o in plan.outputs if o.kind == "feed"]
    return {(o.market, o.locale): [(one.market, one.path) for one, _ in feed_posts(plan, o)] for o in feeds}


def with_newest_posts(plan: Plan, known: Mapping[tuple[str, str], Iterable[tuple[str, str]]]) -> None:
    """Tells a plan the posts of its feeds, where no date has changed since they were found."""
    for (market, locale), places in known.items():
        plan.once(("newest", market, locale), lambda places=places: tuple(plan.by_path[place] for place in places))  # type: ignore[misc]


def _stamp(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def sitemap(plan: Plan, market: Market) -> str:
    """Every indexed page of a market with its counterparts in all markets, as the pages' own heads name them."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for output in plan.outputs:
        if output.market != market.id or output.kind not in INDEXED_KINDS or not output.indexed or output.is_fallback:
            continue
        lines += ["<url>", f"<loc>{escape(plan.url(output))}</loc>"]
        for tag, url in plan.alternates(output):
            lines.append(f'<xhtml:link rel="alternate" hreflang={quoteattr(tag)} href={quoteattr(url)}/>')
        lines.append("</url>")
    return "\n".join([*lines, "</urlset>", ""])


def robots(market: Market) -> str:
    return f"User-agent: *\nAllow: /\n\nSitemap: {market.base_url}/sitemap.xml\n"

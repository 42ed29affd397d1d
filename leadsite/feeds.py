"""Feeds, sitemaps and robots.txt, as text: Atom (RFC 4287), the sitemap protocol with hreflang, RFC 9309."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from html import escape as _escape_all
from itertools import islice
from urllib.parse import urlsplit

from leadcore.model import addresses
from leadcore.model.markets import Market
from leadcore.model.pages import Document
from leadcore.rendering.frame import words_for
from leadcore.rendering.links import body_html, link_rewriter
from leadsite.plan import LONGEST_SITEMAP, Output, Plan, is_listed

_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
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
    outputs = plan.newest.get((market.id, locale), ())
    found = [(one, plan.project.document(one.text, market, locale)) for one in outputs if one.text]
    return [(one, document) for one, document in found if document is not None]


def _stamp(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def sitemap(plan: Plan, output: Output) -> str:
    """The pages of a market with their counterparts in all markets, as the pages' own heads name them.

    A market with more pages than a file may name has an index in `sitemap.xml`, and its pages in numbered files.
    """
    market = plan.market(output)
    number = output.path.removeprefix("sitemap").removesuffix(".xml").lstrip("-")
    parts = [o for o in plan.outputs if o.market == market.id and o.kind == "sitemap" and o.path != "sitemap.xml"]
    if parts and not number:
        named = "".join(f"<sitemap>\n<loc>{escape(plan.url(part))}</loc>\n</sitemap>\n" for part in parts)
        return f'{_XML}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{named}</sitemapindex>\n'
    listed = (o for o in plan.outputs if o.market == market.id and is_listed(o))
    start = (int(number) - 1) * LONGEST_SITEMAP if number else 0
    links: dict[str, str] = {}
    pieces = [_XML, '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n']
    for one in islice(listed, start, start + LONGEST_SITEMAP):
        if one.key not in links:
            links[one.key] = _links(plan.alternates(one))
        pieces += (f"<url>\n<loc>{escape(plan.url(one))}</loc>\n", links[one.key], "</url>\n")
    return "".join((*pieces, "</urlset>\n"))


def _links(alternates: Iterable[tuple[str, str]]) -> str:
    return "".join([f'<xhtml:link rel="alternate" hreflang={quoteattr(tag)} href={quoteattr(url)}/>\n' for tag, url in alternates])


def robots(market: Market) -> str:
    return f"User-agent: *\nAllow: /\n\nSitemap: {market.base_url}/sitemap.xml\n"

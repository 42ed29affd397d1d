"""Feeds, sitemaps and robots.txt, as text: Atom (RFC 4287), the sitemap protocol with hreflang, RFC 9309."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from leadcore.model import addresses
from leadcore.model.markets import Market
from leadcore.model.pages import Document
from leadcore.rendering.frame import words_for
from leadcore.rendering.links import body_html, link_rewriter
from leadsite.plan import INDEXED_KINDS, Output, Plan

#: Entries of a feed; readers have kept the older ones.
LONGEST_FEED = 50
_PLACE = re.compile(r'href="#([^"]*)"')
_NEVER = dt.date(1970, 1, 1)


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
        html = _PLACE.sub(lambda m: f'href="{address}#{m[1]}"', body_html(document, rewrite))
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
    market = plan.market(output)
    posts = []
    for one in plan.posts.get((market.id, output.locale), ()):
        document = plan.project.document(one.text, market, output.locale) if one.text else None
        if document and document.day("date"):
            posts.append((one, document))
    posts.sort(key=lambda p: (p[1].day("date"), p[1].key.number, p[1].key.group), reverse=True)
    return posts[:LONGEST_FEED]


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

"""JSON-LD of a page (schema.org): organisation, page or posting, and the trail of links to it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from markupsafe import Markup

from leadcore.model import addresses
from leadcore.rendering.frame import BLOG_TITLE
from leadcore.rendering.i18n import Translator
from leadsite.plan import Output, Plan

#: Made once: `json.dumps` makes an encoder for each call that does not take all its defaults.
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_KINDS = frozenset({"landing", "post", "series", "list", "legal"})


def json_ld(
    plan: Plan,
    output: Output,
    *,
    title: str,
    description: str,
    brand: str,
    published: dt.date | None,
    updated: dt.date | None,
    position: int,
    words: Translator,
) -> tuple[Markup, ...]:
    """The page's JSON-LD scripts' contents; none for pages that are not indexed."""
    if output.kind not in _KINDS or not output.indexed or output.is_fallback:
        return ()
    market = plan.market(output)
    url = plan.url(output)
    organisation = {
        "@type": "Organization",
        "name": market.controller.name_in(words.language),
        "url": market.base_url + "/",
        "email": market.controller.email,
    }
    language = market.hreflang(output.locale)
    data: dict[str, Any] = {"@context": "https://schema.org", "@type": "WebPage", "name": title, "url": url, "inLanguage": language}
    if description:
        data["description"] = description
    data["publisher"] = organisation
    data["isPartOf"] = {"@type": "WebSite", "name": brand, "url": market.base_url + "/"}
    if output.kind == "post" and output.text and published:
        series = plan.project.document(plan.project.series_key(output.text.group), market, output.locale)
        data |= {"@type": "BlogPosting", "headline": title, "mainEntityOfPage": url, "position": position}
        data |= {"datePublished": _stamp(published), "dateModified": _stamp(updated or published)}
        data["author"] = {"@type": "Organization", "name": brand}
        if series:
            address = addresses.absolute(market, addresses.series_path(market, output.locale, series.slug))
            data["isPartOf"] = {"@type": "CreativeWorkSeries", "name": series.title, "url": address}
    scripts = [data]
    if trail := _trail(plan, output, title, brand, words):
        scripts.append({"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": trail})
    return tuple(Markup(_script_safe(s)) for s in scripts)


def _trail(plan: Plan, output: Output, title: str, brand: str, words: Translator) -> list[dict[str, Any]]:
    market, locale = plan.market(output), output.locale
    steps = [(brand, addresses.absolute(market, market.prefix(locale)))]
    if output.kind in ("series", "post"):
        steps.append((words.gettext(BLOG_TITLE), addresses.absolute(market, addresses.blog_path(market, locale))))
    if output.kind == "post" and output.text:
        series = plan.project.document(plan.project.series_key(output.text.group), market, locale)
        if series:
            steps.append((series.title, addresses.absolute(market, addresses.series_path(market, locale, series.slug))))
    if steps[-1][1] == plan.url(output):
        return []
    steps.append((title, plan.url(output)))
    return [{"@type": "ListItem", "position": n, "name": name, "item": url} for n, (name, url) in enumerate(steps, 1)]


def _stamp(day: dt.date) -> str:
    """A day as search engines want it, with time and offset; the same moment that the feed names."""
    return f"{day.isoformat()}T00:00:00Z"


def _script_safe(data: dict[str, Any]) -> str:
    """JSON that cannot end the script element it stands in."""
    return _write(data).replace("<", "\\u003c").replace("&", "\\u0026")

"""JSON-LD of a page (schema.org): organisation, page or posting, and the trail of links to it.

Written from pieces that the pages of a market, a language or a series share.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import NamedTuple

from markupsafe import Markup

from leadcore.model import addresses
from leadcore.model.markets import Market
from leadcore.rendering.frame import BLOG_TITLE
from leadcore.rendering.i18n import Translator
from leadsite.plan import Output, Plan

_KINDS = frozenset({"landing", "post", "series", "list", "legal"})
_CONTEXT = '"https://schema.org"'


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
    image: str = "",
) -> tuple[Markup, ...]:
    """The page's JSON-LD scripts' contents; none for pages that are not indexed."""
    if output.kind not in _KINDS or not output.indexed or output.is_fallback:
        return ()
    market, address, name = plan.market(output), _text(plan.url(output)), _text(title)
    shared = plan.once(("json-ld", market.id, output.locale), lambda: _shared(market, output.locale, brand, words))
    data = {"@context": _CONTEXT, "@type": '"WebPage"', "name": name, "url": address, "inLanguage": shared.language}
    if description:
        data["description"] = _text(description)
    if image:
        data["image"] = _text(image)
    data |= {"publisher": shared.organisation, "isPartOf": shared.site}
    series = None
    if output.kind in ("series", "post") and output.text:
        series = plan.once_lately(("json-ld series", market.id, output.locale, output.text.group), lambda: _series(plan, output))
    if output.kind == "post" and output.text and published:
        data |= {"@type": '"BlogPosting"', "headline": name, "mainEntityOfPage": address, "position": str(position)}
        data |= {"datePublished": _stamp(published), "dateModified": _stamp(updated or published), "author": shared.author}
        if series:
            data["isPartOf"] = series.described
    scripts = [_object(data)]
    steps = [shared.home]
    if output.kind in ("series", "post"):
        steps.append(shared.blog)
    if output.kind == "post" and series:
        steps.append(series.step)
    if steps[-1][1] != address:
        scripts.append(_trail([*steps, (name, address)]))
    return tuple(map(Markup, scripts))


#: A name and an address, as JSON.
Step = tuple[str, str]


class _Shared(NamedTuple):
    """What the pages of a market and locale have in common, as JSON."""

    language: str
    organisation: str
    site: str
    author: str
    home: Step
    blog: Step


class _Series(NamedTuple):
    described: str
    step: Step


def _shared(market: Market, locale: str, brand: str, words: Translator) -> _Shared:
    base, name = _text(market.base_url + "/"), _text(brand)
    who = {"@type": '"Organization"', "name": _text(market.controller.name_in(words.language)), "url": base, "email": _text(market.controller.email)}
    return _Shared(
        language=_text(market.hreflang(locale)),
        organisation=_object(who),
        site=_object({"@type": '"WebSite"', "name": name, "url": base}),
        author=_object({"@type": '"Organization"', "name": name}),
        home=(name, _text(addresses.absolute(market, market.prefix(locale)))),
        blog=(_text(words.gettext(BLOG_TITLE)), _text(addresses.absolute(market, addresses.blog_path(market, locale)))),
    )


def _series(plan: Plan, output: Output) -> _Series | None:
    market = plan.market(output)
    series = plan.project.document(plan.project.series_key(output.text.group), market, output.locale) if output.text else None
    if series is None:
        return None
    step = (_text(series.title), _text(addresses.absolute(market, addresses.series_path(market, output.locale, series.slug))))
    return _Series(_object({"@type": '"CreativeWorkSeries"', "name": step[0], "url": step[1]}), step)


def _trail(steps: Sequence[Step]) -> str:
    items = [f'{{"@type":"ListItem","position":{n},"name":{name},"item":{address}}}' for n, (name, address) in enumerate(steps, 1)]
    return f'{{"@context":{_CONTEXT},"@type":"BreadcrumbList","itemListElement":[{",".join(items)}]}}'


def _stamp(day: dt.date) -> str:
    """A day as search engines want it, with time and offset; the same moment that the feed names."""
    return f'"{day.isoformat()}T00:00:00Z"'


def _object(members: Mapping[str, str]) -> str:
    """A JSON object of members that are JSON already."""
    return "{" + ",".join([f'"{name}":{value}' for name, value in members.items()]) + "}"


def _text(value: str) -> str:
    """A JSON string that cannot end the script element it stands in."""
    return encode_basestring(value).replace("<", "\\u003c").replace("&", "\\u0026")

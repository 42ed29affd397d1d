"""What the two Python sites share beside their templates: words, dates, JSON-LD, the data of the site."""

import json
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape as xml  # noqa: F401

from babel.dates import format_date

DATA = json.loads((Path(__file__).parent / "data.json").read_text(encoding="utf-8"))
SHARED, LANGUAGES, ONCE = DATA["shared"], DATA["languages"], DATA["once"]
_SLOW = {"gu", "mr", "bn", "hi", "ar"}


def minutes(text, lang):
    return max(1, round(len(text.split()) / (180 if lang in _SLOW else 220)))


@cache
def longdate(day, lang):
    return format_date(day, "long", lang)


def json_ld(lang, kind, title, description, tail, part=None, published=None, head=None):
    language, base = LANGUAGES[lang], SHARED["base_url"]
    url, home = f"{base}/{lang}/{tail}", f"{base}/{lang}/"
    data = {
        "@context": "https://schema.org", "@type": "WebPage", "name": title, "url": url, "inLanguage": language["hreflang"],
        "description": description,
        "publisher": {"@type": "Organization", "name": SHARED["controller"], "url": base + "/", "email": SHARED["email"]},
        "isPartOf": {"@type": "WebSite", "name": language["brand"], "url": base + "/"},
    }  # fmt: skip
    trail = [(language["brand"], home)]
    if kind in ("post", "series"):
        trail.append((language["words"]["blog"], home + "blog/"))
    if kind == "post":
        series = (head.title, f"{home}blog/{head.slug}/")
        data |= {
            "@type": "BlogPosting", "headline": title, "datePublished": str(published), "dateModified": str(published),
            "mainEntityOfPage": url, "position": part, "author": {"@type": "Organization", "name": language["brand"]},
            "isPartOf": {"@type": "CreativeWorkSeries", "name": series[0], "url": series[1]},
        }  # fmt: skip
        trail.append(series)
    scripts = [data]
    if tail:
        steps = enumerate([*trail, (title, url)], 1)
        items = [{"@type": "ListItem", "position": n, "name": name, "item": item} for n, (name, item) in steps]
        scripts.append({"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items})
    texts = (json.dumps(one, ensure_ascii=False).replace("<", "\\u003c") for one in scripts)
    return "\n".join(f'<script type="application/ld+json">{text}</script>' for text in texts)

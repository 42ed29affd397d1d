"""What the two Python sites share beside their templates: words, dates, JSON-LD, the data of the site."""

import json
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date

DATA = json.loads((Path(__file__).parent / "data.json").read_text(encoding="utf-8"))
SHARED, LANGUAGES, ONCE = DATA["shared"], DATA["languages"], DATA["once"]
_SLOW = {"gu", "mr", "bn", "hi", "ar"}


def minutes(text, lang):
    return max(1, round(len(text.split()) / (180 if lang in _SLOW else 220)))


@lru_cache(maxsize=None)
def longdate(day, lang):
    return format_date(day, "long", lang)


def json_ld(lang, kind, title, description, tail, part=None, published=None, head=None):
    l, base = LANGUAGES[lang], SHARED["base_url"]
    url, home = f"{base}/{lang}/{tail}", f"{base}/{lang}/"
    data = {
        "@context": "https://schema.org", "@type": "WebPage", "name": title, "url": url, "inLanguage": l["hreflang"],
        "description": description,
        "publisher": {"@type": "Organization", "name": SHARED["controller"], "url": base + "/", "email": SHARED["email"]},
        "isPartOf": {"@type": "WebSite", "name": l["brand"], "url": base + "/"},
    }  # fmt: skip
    trail = [(l["brand"], home)]
    if kind in ("post", "series"):
        trail.append((l["words"]["blog"], home + "blog/"))
    if kind == "post":
        series = (head.title, f"{home}blog/{head.slug}/")
        data |= {
            "@type": "BlogPosting", "headline": title, "datePublished": str(published), "dateModified": str(published),
            "mainEntityOfPage": url, "position": part, "author": {"@type": "Organization", "name": l["brand"]},
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

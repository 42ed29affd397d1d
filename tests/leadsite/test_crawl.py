"""A walk over the built example: every link, every counterpart, every head."""

from __future__ import annotations

import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from leadcore.model.locales import autonym, direction
from leadcore.rendering.consent_view import consent_view
from leadsite.plan import INDEXED_KINDS

ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LD = "application/ld+json"


def graphemes(text: str) -> int:
    """Characters as a reader counts them, at most: marks and joiners belong to the letter before."""
    return sum(unicodedata.category(c) not in ("Mn", "Mc", "Me", "Cf") for c in text)


def links(page: Any) -> list[Any]:
    return [e for e in page.root.walk() if ("href" in e.attrs and e.tag in ("a", "link")) or "src" in e.attrs]


def address(element: Any) -> str:
    return str(element.attrs.get("href", element.attrs.get("src")))


def indexed(page: Any) -> bool:
    return page.kind in INDEXED_KINDS and not page.robots


def test_the_site_has_every_kind_of_page_and_every_language(built: Any) -> None:
    assert Counter(p.kind for p in built.pages).keys() == {"chooser", "landing", "series", "post", "list", "legal", "thanks", "error", "other"}
    assert {p.entry["locale"].split("-")[0] for p in built.pages} == {tag.split("-")[0] for market in built.plan.project.markets.values() for tag in market.locales}


def test_no_link_is_dead(built: Any) -> None:
    ids = {p.name: {e.attrs["id"] for e in p.root.walk() if "id" in e.attrs} for p in built.pages}
    dead, seen = [], 0
    for page in built.pages:
        for element in links(page):
            target = address(element)
            file = page.name if target.startswith("#") else built.file_of(page.name, target)
            if file is None:
                continue
            seen += 1
            fragment = unquote(target.partition("#")[2])
            file = file.partition("#")[0]
            if not (built.out / file).is_file() or (fragment and fragment not in ids[file]):
                dead.append((page.name, target))
    assert seen > 4000 and dead == []


def test_no_id_stands_twice(built: Any) -> None:
    twice = {p.name: [i for i, n in Counter(e.attrs["id"] for e in p.root.walk() if "id" in e.attrs).items() if n > 1] for p in built.pages}
    assert {name: ids for name, ids in twice.items() if ids} == {}


def test_what_refers_to_an_id_finds_it(built: Any) -> None:
    lost = []
    for page in built.pages:
        ids = {e.attrs["id"] for e in page.root.walk() if "id" in e.attrs}
        for element in page.root.walk():
            for name in ("for", "aria-labelledby", "aria-describedby"):
                lost += [(page.name, name, one) for one in element.attrs.get(name, "").split() if one not in ids]
    assert lost == []


def test_hreflang_names_the_same_set_on_all_pages_of_a_group(built: Any) -> None:
    by_url = {p.url: p for p in built.pages}
    edges = 0
    for page in built.pages:
        found = page.alternates
        rows = [e for e in page.all("link", rel="alternate") if "hreflang" in e.attrs]
        assert len(rows) == len(found), f"{page.name} names a language twice"
        if not indexed(page) or page.kind == "chooser":
            assert found == {}, page.name
            continue
        assert found.get(built.plan.project.markets[page.entry["market"]].hreflang(page.entry["locale"])) == page.url
        assert list(found).count("x-default") == 1
        for tag, url in found.items():
            edges += 1
            other = by_url[url]
            assert url.startswith("https://")
            assert other.alternates == found, f"{page.name} and {other.name} disagree"
            assert other.canonical == url and not other.robots
            assert tag == "x-default" or re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", tag)
        for tag in found:
            bare = tag.split("-")[0]
            if sum(t.split("-")[0] == bare for t in found) > 1 and tag != "x-default":
                assert bare in found, f"{page.name}: several regions share {bare}, but no page is for all"
    assert edges > 1000


def test_the_sitemap_says_what_the_heads_say(built: Any) -> None:
    for market in built.plan.project.markets:
        root = ET.parse(built.out / market / "sitemap.xml").getroot()
        said = {}
        for url in root.findall(f"{MAP}url"):
            pairs = [(e.attrib["hreflang"], e.attrib["href"]) for e in url.findall(f"{XHTML}link")]
            assert len(dict(pairs)) == len(pairs)
            said[url.findtext(f"{MAP}loc")] = dict(pairs)
        heads = {p.url: p.alternates for p in built.pages if p.entry["market"] == market and indexed(p)}
        assert said == heads and len(said) >= 7


def test_robots_names_the_sitemap(built: Any) -> None:
    for market in built.plan.project.markets.values():
        text = (built.out / market.id / "robots.txt").read_text("utf-8")
        assert f"\nSitemap: {market.base_url}/sitemap.xml\n" in text and "Disallow: /" not in text


def test_every_page_is_canonical_to_itself_or_to_the_text_it_stands_in_for(built: Any) -> None:
    by_url = {p.url: p for p in built.pages}
    for page in built.pages:
        if page.kind == "error":
            assert page.canonical == "" and page.robots == "noindex"
        elif not page.is_fallback:
            assert page.canonical == page.url
        else:
            source = by_url[page.canonical]
            assert source.name != page.name and not source.is_fallback
            assert source.entry["locale"].split("-")[0] == page.entry["content_locale"]


def test_a_page_in_another_language_says_so_and_stays_out_of_the_indexes(built: Any) -> None:
    fallbacks = [p for p in built.pages if p.is_fallback]
    posts = [p for p in fallbacks if p.kind == "post"]
    assert {p.entry["market"] for p in fallbacks} == {"de"} and len(posts) == 5
    sitemap = (built.out / "de/sitemap.xml").read_text("utf-8")
    feed = [e.attrib["href"] for e in ET.parse(built.out / "de/feed.xml").getroot().iter(f"{ATOM}link")]
    for page in posts:
        assert page.root.all("html")[0].attrs["lang"] == "de"
        for element in (*page.all("h1"), *page.all("div", class_="prose")):
            assert (element.attrs["lang"], element.attrs["dir"]) == ("en", "ltr")
        assert page.one("p", class_="stands-in").near("lang") == "de"
        assert page.robots == "noindex" and page.alternates == {} and not page.all("script")
        assert page.url not in sitemap and page.url not in feed
        assert page.entry["translations"] and page.url not in page.entry["translations"].values()
    for page in built.pages:
        if page not in fallbacks:
            assert not page.all("p", class_="stands-in")
            assert not {f.url for f in fallbacks} & set(page.alternates.values())


def test_a_link_to_a_page_in_another_language_says_so(built: Any) -> None:
    fallbacks = {p.name for p in built.pages if p.is_fallback}
    for page in built.pages:
        if page.entry["market"] != "de" or page.is_fallback:
            continue
        for nav in page.all("nav", class_="parts"):
            for link in nav.all("a"):
                if not link.attrs["href"].startswith("#") and built.file_of(page.name, link.attrs["href"]) in fallbacks:
                    assert link.attrs["lang"] == "en"


def test_the_switcher_keeps_the_page_and_names_languages_in_themselves(built: Any) -> None:
    by_file = built.by_file
    seen = 0
    for page in built.pages:
        market = built.plan.project.markets[page.entry["market"]]
        navs = page.all("nav", class_="languages")
        if len(market.locales) == 1 or page.kind in ("chooser", "error"):
            assert navs == []
            continue
        if not navs:
            alone = next(o for o in built.plan.outputs if o.file == page.name)
            assert [o.file for o in built.plan.in_market(alone)] == [page.name]
            continue
        (nav,) = navs
        (here,) = [e for e in nav.all("span") if e.attrs.get("aria-current") == "true"]
        assert here.text == autonym(page.entry["locale"])
        for link in nav.all("a"):
            seen += 1
            target = by_file[built.file_of(page.name, link.attrs["href"])]
            assert link.text == autonym(target["locale"]) and link.attrs["lang"] == link.attrs["hreflang"] == target["locale"]
            assert link.attrs["dir"] == direction(target["locale"])
            keys = {o.file: o.key for o in built.plan.outputs}
            assert keys[target["file"]] == keys[page.name]
    assert seen > 100
    assert not any("\U0001f1e6" <= c <= "\U0001f1ff" for p in built.pages for c in p.source)


def test_inside_a_market_no_link_names_a_host(built: Any) -> None:
    hosts = [m.base_url for m in built.plan.project.markets.values()]
    named = []
    for page in built.pages:
        for element in links(page):
            # A notice is stored as it was shown, so its addresses stand in it whole.
            whole = any(address(element).startswith(host) for host in hosts) and element.text != address(element)
            allowed = element.tag == "link" and (element.attrs.get("rel") == "canonical" or "hreflang" in element.attrs)
            if whole and not allowed:
                named.append((page.name, address(element)))
    assert named == []


def test_nothing_is_loaded_stored_or_run(built: Any) -> None:
    found = []
    for page in built.pages:
        for element in page.root.walk():
            if element.tag in ("iframe", "object", "embed", "video", "audio", "base"):
                found.append((page.name, element.tag))
            if element.tag == "script" and element.attrs.get("type") != LD:
                # The form's own script, which waits until it is sent; the form works without.
                file = built.file_of(page.name, element.attrs.get("src", ""))
                own = element.attrs.get("type") == "module" and not element.text.strip() and file is not None and page.all("form")
                if not own or re.search(rb"XMLHttp|import|cookie|localStorage|beacon|https?:", (built.out / file).read_bytes()):
                    found.append((page.name, "script"))
            if element.tag == "link" and element.attrs.get("rel") in ("stylesheet", "preconnect", "dns-prefetch", "preload"):
                # The market's own font, which lies beside the page.
                file = built.file_of(page.name, element.attrs["href"]) if element.attrs.get("as") == "font" else None
                if file is None or not (built.out / file).is_file() or "crossorigin" not in element.attrs:
                    found.append((page.name, element.attrs["rel"]))
            candidates = element.attrs.get("srcset", "").split(", ") if element.tag in ("img", "source") else []
            for target in [*([element.attrs["src"]] if element.tag == "img" else []), *(one.split(" ")[0] for one in candidates if one)]:
                file = built.file_of(page.name, target)
                if file is None or not (built.out / file).is_file():
                    found.append((page.name, target))
            found += [(page.name, name) for name in element.attrs if name.startswith("on")]
            if element.attrs.get("http-equiv"):
                found.append((page.name, "http-equiv"))
        style = "".join(e.text for e in page.all("style"))
        found += [(page.name, word) for word in ("@import", "url(http", "url(//") if word in style]
        found += [(page.name, word) for word in ("document.cookie", "localStorage") if word in page.source]
    assert found == []


def test_every_page_has_one_first_heading_and_skips_none(built: Any) -> None:
    for page in built.pages:
        levels = [int(e.tag[1]) for e in page.root.walk() if re.fullmatch("h[1-6]", e.tag)]
        assert levels.count(1) == 1 and levels[0] == 1, page.name
        assert all(b - a <= 1 for a, b in pairwise(levels)), f"{page.name}: {levels}"
        assert all(e.text for e in page.root.walk() if re.fullmatch("h[1-6]", e.tag)), page.name


def test_titles_and_descriptions_fit(built: Any) -> None:
    wrong = []
    for page in built.pages:
        title = page.one("title").text
        description = [e.attrs["content"] for e in page.all("meta", name="description")]
        if not 3 <= graphemes(title) <= 75:
            wrong.append((page.name, graphemes(title), title))
        wrong += [(page.name, graphemes(d), d) for d in description if not 10 <= graphemes(d) <= 160]
        if page.kind in ("landing", "post", "series") and len(description) != 1:
            wrong.append((page.name, len(description), "descriptions"))
    assert wrong == []


def test_no_two_indexed_pages_of_a_language_share_a_title(built: Any) -> None:
    titles = Counter((p.entry["market"], p.entry["locale"], p.one("title").text) for p in built.pages if indexed(p) and p.kind != "chooser")
    assert [t for t, n in titles.items() if n > 1] == []


def test_every_page_says_its_language_direction_and_encoding(built: Any) -> None:
    for page in built.pages:
        html = page.one("html")
        assert (html.attrs["lang"], html.attrs["dir"]) == (page.entry["locale"], direction(page.entry["locale"]))
        assert page.source.encode().find(b'<meta charset="utf-8">') < 1024
        for element in page.root.walk():
            if "lang" in element.attrs:
                assert element.attrs.get("dir") == direction(element.attrs["lang"]), f"{page.name}: {element.tag}"


def test_structured_data_is_right(built: Any) -> None:
    seen: Counter[str] = Counter()
    for page in built.pages:
        scripts = [json.loads("".join(str(c) for c in e.children)) for e in page.all("script", type=LD)]
        if not indexed(page) or page.kind == "chooser":
            assert scripts == [], page.name
            continue
        market = built.plan.project.markets[page.entry["market"]]
        for data in scripts:
            seen[data["@type"]] += 1
            assert data["@context"] == "https://schema.org"
            if data["@type"] == "BreadcrumbList":
                steps = data["itemListElement"]
                assert [s["position"] for s in steps] == list(range(1, len(steps) + 1))
                assert steps[-1]["item"] == page.url and len({s["item"] for s in steps}) == len(steps)
                for step in steps:
                    assert (built.out / built.file_of(page.name, step["item"])).is_file() and step["name"]
                continue
            assert data["url"] == page.url == page.canonical
            assert data["inLanguage"] == market.hreflang(page.entry["locale"])
            if page.kind == "post":
                assert data["@type"] == "BlogPosting" and data["position"] >= 1 and data["isPartOf"]["@type"] == "CreativeWorkSeries"
                for stamp in (data["datePublished"], data["dateModified"]):
                    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})", stamp), stamp
                assert data["dateModified"] >= data["datePublished"]
        assert [d["@type"] for d in scripts].count("BreadcrumbList") == (page.url not in _homes(built))
    assert seen["BlogPosting"] > 40 and seen["BreadcrumbList"] > 80


def _homes(built: Any) -> set[str]:
    return {f"{m.base_url}/{m.prefix(tag)}" for m in built.plan.project.markets.values() for tag in m.locales}


def feeds(built: Any) -> list[tuple[dict[str, Any], Any]]:
    return [(e, ET.parse(built.out / e["file"]).getroot()) for e in built.manifest if e["kind"] == "feed"]


def test_feeds_hold_the_posts_of_their_language(built: Any) -> None:
    ids: list[str] = []
    for entry, feed in feeds(built):
        market = built.plan.project.markets[entry["market"]]
        assert feed.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == market.hreflang(entry["locale"])
        (own,) = [e for e in feed.findall(f"{ATOM}link") if e.attrib["rel"] == "self"]
        assert own.attrib["href"] == entry["url"]
        ids.append(feed.findtext(f"{ATOM}id"))
        posts = {
            p.url
            for p in built.pages
            if p.kind == "post" and not p.is_fallback and (p.entry["market"], p.entry["locale"]) == (entry["market"], entry["locale"])
        }
        urls = []
        for one in feed.findall(f"{ATOM}entry"):
            ids.append(one.findtext(f"{ATOM}id"))
            urls.append(one.find(f"{ATOM}link").attrib["href"])
            assert one.findtext(f"{ATOM}title") and one.findtext(f"{ATOM}summary")
            for name in ("published", "updated"):
                assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", one.findtext(f"{ATOM}{name}"))
            assert one.findtext(f"{ATOM}content").lstrip().startswith("<"), "a reader gets HTML, escaped once"
            for href in re.findall(r'(?:href|src)="([^"]*)"', one.findtext(f"{ATOM}content")):
                assert re.match(r"https?://|mailto:|tel:", href), f"{entry['file']}: {href}"
        assert set(urls) == posts and len(urls) == len(posts) > 0
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"tag:[a-z.]+,2026:\S+", i) for i in ids)


def test_feed_ids_do_not_change_with_the_address(built: Any) -> None:
    ids = [e.text for _, feed in feeds(built) for e in feed.iter(f"{ATOM}id")]
    assert "tag:us.karvan.example,2026:us/en-US/client-acquisition/ideal-client-profile" in ids


def test_every_form_posts_to_its_market_and_carries_its_notice(built: Any) -> None:
    project = built.plan.project
    seen = 0
    for page in built.pages:
        for form in page.all("form"):
            seen += 1
            market = project.markets[page.entry["market"]]
            definition = project.forms[form.attrs["action"].rsplit("/", 1)[-1]]
            assert form.attrs["action"] == f"{market.forms_url}/{market.id}/{definition.id}"
            assert form.attrs["method"] == "post" and "novalidate" in form.attrs
            hidden = {e.attrs["name"]: e.attrs["value"] for e in form.all("input", type="hidden")}
            view = consent_view(project, market, page.entry["locale"], definition, today=built.plan.today)
            fixed = {f.name: f.value for f in definition.fields if f.type == "hidden"}
            assert hidden.pop("elapsed") == ""
            assert hidden == {"locale": page.entry["locale"], "page": page.url, "notice": view.digest, **fixed}
            boxes = form.all("input", type="checkbox")
            assert [e.attrs["name"] for e in boxes] == [b.name for b in view.boxes]
            assert not [e for e in form.walk() if "checked" in e.attrs]
            names = {e.attrs["name"] for e in form.walk() if "name" in e.attrs}
            assert {f.name for f in definition.fields if f.type != "region"} <= names
    assert seen == sum(len(m.locales) * len(m.forms) for m in project.markets.values())


@pytest.mark.parametrize("market", ["ae", "bd", "in"])
def test_a_market_of_several_languages_opens_with_a_plain_choice(market: str, built: Any) -> None:
    (page,) = [p for p in built.pages if p.name == f"{market}/index.html"]
    locales = built.plan.project.markets[market].locales
    cards = page.one("ul", class_="cards").all("a")
    assert [c.text for c in cards] == [autonym(tag) for tag in locales]
    assert page.kind == "chooser" and not page.all("form") and "refresh" not in page.source


def test_every_page_is_small(built: Any) -> None:
    import gzip

    heavy = {p.name: n for p in built.pages if (n := len(gzip.compress(p.source.encode()))) > 26 * 1024}
    assert heavy == {}


def test_landing_pages_fit_the_first_flight_of_a_connection(built: Any) -> None:
    """HTML with its styles, compressed: ten segments of 1,460 bytes less the headers."""
    import gzip

    heavy = {p.name: n for p in built.pages if p.kind == "landing" and (n := len(gzip.compress(p.source.encode()))) > 13 * 1024}
    assert heavy == {}


def test_files_are_text_that_ends_its_last_line_or_html(built: Any) -> None:
    for path in sorted(Path(built.out).rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if path.suffix in (".avif", ".webp", ".jpg", ".woff2"):
                continue
            assert data and b"\r" not in data and b"\x00" not in data, path
            data.decode("utf-8")

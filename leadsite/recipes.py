"""Recipes: for every output a digest over all that its rendering reads, field by field.

An output whose recipe is the last build's is not rendered again. A recipe names fields, not files: a part's body is
in the recipe of its own page, its title also in those of its series.
"""

from __future__ import annotations

import hashlib
import marshal
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from leadcore.model.locales import fallback_chain, language_of
from leadcore.model.markets import Market
from leadcore.model.pages import Document, TextKey
from leadcore.model.project import Project
from leadcore.rendering.assets import icon_path, script_path
from leadcore.rendering.figures import IMAGE
from leadcore.rendering.images import FOLDER
from leadcore.rendering.links import content_path, is_outside, links_in
from leadsite.context import first_part, minutes_to_read, view_of
from leadsite.feeds import feed_posts
from leadsite.fonts import font_key
from leadsite.plan import INDEXED_KINDS, Output, Plan
from leadsite.related import related_series, tags_of
from leadsite.social import look_of

Made = TypeVar("Made")
_NAMED = re.compile(r"""\{%-?\s*(?:extends|include|import|from)\s+["']([^"']+)["']""")
_COMPUTED = re.compile(r"""\{%-?\s*(?:extends|include|import|from)\s+[^"'\s]""")


#: Values that pages share are kept up to this number.
_MOST_KEPT = 40_000
#: Bytes of the digest of one thing that an output reads, and the most such things.
FACET, MOST_FACETS = 6, 17
_PAGE = (
    "its template, or one that it includes, the style sheet, or the web fonts", "the words of its language", "its market's file",
    "whether its market has a blog", "the languages it can be had in", "the addresses of the same page elsewhere",
    "the language of its text", "the page it stands in for", "the site's name, colour, source language or icon, or what preview pictures are drawn from",
)  # fmt: skip
_OWN = {
    "page": ("its text", "its form or the form's notice", "the first part of the series"),
    "post": (
        "its text", "a title, description, address, tag or length in its series", "its series' title", "its series' address",
        "a series that shares a tag", "the call to the home page's form",
    ),
    "series": ("its text", "a title, description, address, tag or length in its series", "the call to the home page's form"),
    "complete": ("its text", "a part of the series"),
    "list": ("a series' title, description, address or number of parts",),
    "thanks": ("its form", "the first part of the series"),
    "legal": ("its market's controller", "a form's notice"),
    "chooser": ("a home page's title",),
    "error": ("a home page's title",),
}  # fmt: skip
_FEED = ("its market's address", "its language tag", "the words of its language", "a post in it", "the site's name")


def names_of(output: Output) -> tuple[str, ...]:
    """What an output reads, in the order of its recipe."""
    code = "leadsite or a library of it"
    if output.path.endswith("robots.txt"):
        return (code, "its market's address")
    if output.kind == "sitemap":
        return (code, "an address in its market")
    if output.kind == "feed":
        return (code, *_FEED)
    head = output.key.partition(":")[0]
    return (code, *_PAGE, *_OWN.get(head, _OWN.get(output.kind, _OWN["error"])))


def differences(output: Output, before: bytes, now: bytes) -> tuple[str, ...]:
    """The names of what an output reads and two recipes of it do not agree in."""
    before, now = (recipe.ljust(MOST_FACETS * FACET, b"\0") for recipe in (before, now))
    facets = (slice(at, at + FACET) for at in range(0, MOST_FACETS * FACET, FACET))
    return tuple(name for name, facet in zip(names_of(output), facets, strict=False) if before[facet] != now[facet])


def templates_of(root: Path, name: str) -> frozenset[str] | None:
    """A template and all that it extends, includes and imports; None where a name is computed, so that any may be meant."""
    seen: set[str] = set()
    left = [name]
    while left:
        one = left.pop()
        if one in seen:
            continue
        seen.add(one)
        path = root / "site" / "templates" / one
        text = path.read_text("utf-8") if path.is_file() else ""
        if _COMPUTED.search(text):
            return None
        left += _NAMED.findall(text)
    return frozenset(seen)


class Recipes:
    """The recipes of a plan's outputs. `digests` gives the content digest of every source by its path."""

    def __init__(self, plan: Plan, digests: Mapping[str, bytes], code: str) -> None:
        self.plan, self.project, self.digests = plan, plan.project, digests
        self._code = facets(code)
        self._memo: dict[tuple[Any, ...], Any] = {}

    def of(self, output: Output) -> bytes:
        """The recipe of an output: a digest of `FACET` bytes for each thing it reads, in the order of `names_of`."""
        return self._code + self._facets(output)

    def _facets(self, output: Output) -> bytes:
        if output.path.endswith("robots.txt"):
            return facets(self.plan.market(output).base_url)
        if output.kind == "sitemap":
            return facets(self._once("sitemap", output.market, lambda: self._sitemap(output.market)))
        if output.kind == "feed":
            return facets(*self._feed(output))
        return self._page(output) + self._own(output)

    # -- what every page reads

    def _page(self, output: Output) -> bytes:
        template, _ = view_of(output)
        market, locale, key = self.plan.market(output), output.locale, output.key
        whose = "error" if output.kind == "error" else locale
        return (
            self._once("surroundings", (template, market.id, whose), lambda: self._surroundings(template, market, output))
            + self._once("addresses", (key, market.id), lambda: facets(self._switcher(output), self._once("heads", key, lambda: self._heads(output))))
            + (facets(output.content_locale, self.plan.canonical(output)) if output.is_fallback else self._once("language", output.content_locale, lambda: facets(output.content_locale, "")))
            + self._once("site", locale, lambda: facets((icon_path(self.project.root), repr(self.project.site), look_of(self.plan, locale))))
        )  # fmt: skip

    def _surroundings(self, template: str, market: Market, output: Output) -> bytes:
        """The first four of what every page reads: its template, words, market and whether there is a blog."""
        return facets(
            self._once("template", template, lambda: self._template(template)) + font_key(self.plan, output),
            self._words(market, output),
            self._once("market", market.id, lambda: _digest(_shown(market))),
            any(self.project.document(self.project.series_key(s), market, output.locale) for s in market.series),
        )

    def _switcher(self, output: Output) -> str:
        return _digest([(o.locale, o.path, o.is_fallback) for o in self.plan.in_market(output)])

    def _heads(self, output: Output) -> str:
        """Addresses and languages of the same page everywhere: what canonical, hreflang and og:locale say."""
        group = self.plan.group(output)
        return _digest([(self.plan.url(o), self.plan.market(o).hreflang(o.locale), o.is_fallback, o.indexed, o.kind) for o in group])

    def _template(self, name: str) -> str:
        """A template with all that it extends, includes and imports, and the style sheet that base pages inline."""
        named = templates_of(self.project.root, name)
        if named is None:
            return _digest(sorted(one for one in self.digests.items() if one[0].startswith("site/")))
        rows = [(one, self.digests.get(f"site/templates/{one}", b"")) for one in sorted(named)]
        return _digest((rows, self.digests.get("site/static/theme.css", b"")))

    def _words(self, market: Market, output: Output) -> str:
        tags = market.locales if output.kind == "error" else (output.locale,)
        return self._catalogues(tags)

    def _catalogues(self, tags: Iterable[str]) -> str:
        """The catalogues in which messages of these locales are looked for."""
        names = [f"locales/{t}/LC_MESSAGES/{d}.po" for tag in tags for t in fallback_chain(tag) for d in ("messages", "wtforms")]
        return _digest([self.digests.get(name, b"") for name in names])

    # -- what a kind of page reads beside

    def _own(self, output: Output) -> bytes:
        head = output.key.partition(":")[0]
        if head == "post" and output.text:
            market, locale, group = self.plan.market(output), output.locale, output.text.group
            around = self._once("around", (market.id, locale, group), lambda: self._around(market, locale, group))
            return facets(self._document(output, market)) + around
        return facets(*self._of_kind(output, head))

    def _around(self, market: Market, locale: str, group: str) -> bytes:
        """What the posts of a series read beside their own text."""
        series = self._text(self.project.series_key(group), market, locale)
        return facets(self._parts(market, locale, group), series.title, series.slug, self._related(market, locale, group), self._call(market, locale))

    def _of_kind(self, output: Output, head: str) -> tuple[Any, ...]:
        market, locale = self.plan.market(output), output.locale
        if head == "page":
            return (self._document(output, market), self._form(output, market), self._first_part(output, market))
        if head == "series":
            return (self._document(output, market), self._parts(market, locale, output.text.group if output.text else ""), self._call(market, locale))
        if head == "complete":
            group = output.text.group if output.text else ""
            bodies = [self._reads(d, market, locale) for d in self._documents(market, locale, group)]
            return (self._document(output, market), bodies)
        if head == "list":
            rows = []
            for group in market.series:
                series_ = self.project.document(self.project.series_key(group), market, locale)
                if series_:
                    rows.append((series_.title, series_.meta.get("description"), series_.slug, self.plan.part_counts[market.id, locale, group]))
            return (rows,)
        if head == "thanks":
            form = self.project.forms[output.key.partition(":")[2]]
            return (repr(form), self._first_part(output, market))
        if head == "legal":
            forms = [self._consent(output, market, name) for name in market.forms] if output.key == "legal:privacy" else []
            return (repr(market.controller), forms)
        titles = [d.title if d else "" for d in (self.project.document(self.project.page_key(market.home), market, t) for t in market.locales)]
        return (titles,)

    def _text(self, key: TextKey | None, market: Market, locale: str) -> Document:
        found = self.project.document(key, market, locale) if key else None
        if found is None:
            raise LookupError(f"{key} lost its text")
        return found

    def _document(self, output: Output, market: Market) -> Any:
        return self._reads(self._text(output.text, market, output.locale), market, output.locale)

    def _reads(self, document: Document, market: Market, locale: str) -> tuple[Any, ...]:
        """A document's own words: front matter, the files its blocks come from, and where its links lead."""
        files = [(s, self.digests.get(s, b"")) for s in document.sources]
        leads = [self._leads(target, market, locale) for target in self._links(document)]
        return (sorted((k, str(v)) for k, v in document.meta.items()), files, leads)

    def _links(self, document: Document) -> tuple[str, ...]:
        found: list[str] = []
        for block in document.blocks:
            found += links_in(block)
        return tuple(found)

    def _leads(self, target: str, market: Market, locale: str) -> Any:
        if target.startswith(IMAGE):
            return self.digests.get(f"{FOLDER}/{target.removeprefix(IMAGE)}", b"")
        if is_outside(target):
            return ""
        return str(self._once("link", (target, market.id, locale), lambda: _path_or_none(self.project, market, locale, target)))

    def _documents(self, market: Market, locale: str, group: str) -> list[Document]:
        keys = self.project.parts.get(group, ())
        return [d for d in (self.project.document(k, market, locale) for k in keys) if d]

    def _parts(self, market: Market, locale: str, group: str) -> str:
        """What a series says of its parts: number, title, description, address, language, minutes."""

        def say() -> str:
            series = self.project.document(self.project.series_key(group), market, locale)
            rows = [
                (d.key.number, d.title, d.meta.get("description"), d.slug, d.content_locale, minutes_to_read(d), tags_of(d))
                for d in self._documents(market, locale, group)
            ]
            return _digest((rows, len(self.project.parts.get(group, ())), series.slug if series else ""))

        return str(self._once("parts", (market.id, locale, group), say))

    def _related(self, market: Market, locale: str, group: str) -> Any:
        """What a part says of the series that share a tag with its own."""

        def say() -> Any:
            found = related_series(self.project, market, locale, group)
            return [(d.title, d.slug, d.content_locale) for d in found]

        return self._once("related", (market.id, locale, group), say)

    def _first_part(self, output: Output, market: Market) -> Any:
        key = first_part(self.plan, output)
        if key is None:
            return ()
        part = self._text(key, market, output.locale)
        series = self.project.document(self.project.series_key(key.group), market, output.locale)
        return (part.title, part.meta.get("description"), part.slug, part.content_locale, series.slug if series else "")

    def _call(self, market: Market, locale: str) -> Any:
        def say() -> Any:
            document = self.project.document(self.project.page_key(market.home), market, locale)
            form = self.project.forms.get(str(document.meta.get("form", ""))) if document else None
            return (document.slug if document else "", form.submit if form else "")

        return self._once("call", (market.id, locale), say)

    def _form(self, output: Output, market: Market) -> Any:
        name = str(self._text(output.text, market, output.locale).meta.get("form", ""))
        return (repr(self.project.forms[name]), self._consent(output, market, name), market.forms_url, script_path(self.project.root), sorted(self.project.countries)) if name else ""

    def _consent(self, output: Output, market: Market, name: str) -> str:
        """What a form's notice is made from, beside the market and the words: the definition, and the rules of the day."""
        from leadcore.consent.page_rules import requirements

        def rules() -> str:
            needs = requirements(market.jurisdiction, today=self.plan.today)
            return _digest((needs.codes, needs.notice_items, needs.show, needs.languages, [(u, r.basis, r.box) for u, r in needs.uses.items()]))

        def words() -> str:
            # A language that is owed is spoken in the market's own locale of it, where it has one.
            shown = requirements(market.jurisdiction, today=self.plan.today).languages.shown
            return self._catalogues((*shown, *(tag for tag in market.locales if language_of(tag) in shown)))

        return repr((self.project.forms[name], self._once("rules", market.id, rules), self._once("owed words", market.id, words)))

    # -- what is no page

    def _feed(self, output: Output) -> tuple[Any, ...]:
        market, locale = self.plan.market(output), output.locale
        entries = [(self.plan.url(o), self._reads(d, market, locale)) for o, d in feed_posts(self.plan, output)]
        return (market.base_url, market.hreflang(locale), self._once("words", locale, lambda: self._words(market, output)), entries, self.project.site.name)

    def _sitemap(self, market: str) -> str:
        rows = [
            (self.plan.url(o), self._once("heads", o.key, lambda o=o: self._heads(o)))  # type: ignore[misc]
            for o in self.plan.outputs
            if o.market == market and o.kind in INDEXED_KINDS
        ]
        return _digest(rows)

    def _once(self, what: str, key: Any, make: Callable[[], Made]) -> Made:
        place = (what, key)
        if place not in self._memo:
            if len(self._memo) >= _MOST_KEPT:
                self._memo.clear()
            self._memo[place] = make()
        found: Made = self._memo[place]
        return found


def _path_or_none(project: Project, market: Market, locale: str, target: str) -> str | None:
    try:
        return content_path(project, market, locale, target)
    except ValueError:
        return target


def _shown(market: Market) -> str:
    """A market without what no page shows: where its leads go, and the lines of its file."""
    return repr(replace(market, lists={}, routes=(), lines={}))


def _plain(value: Any) -> bytes:
    """A value as bytes that are the same for equal values: this version of marshal's format knows no references."""
    try:
        return marshal.dumps(value, 2)
    except ValueError:
        return repr(value).encode()


def facets(*values: Any) -> bytes:
    """A digest of `FACET` bytes for each value."""
    return b"".join([hashlib.blake2b(_plain(value), digest_size=FACET).digest() for value in values])


def _digest(value: Any) -> str:
    return hashlib.blake2b(_plain(value), digest_size=12).hexdigest()

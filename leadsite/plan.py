"""The plan: every output of every market once, with its address, its kind and its counterparts in other languages.

Pure: a project goes in, a plan or its collisions come out. Views render what the plan says and nothing else.
"""

from __future__ import annotations

import datetime as dt
import heapq
import marshal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from leadcore.model import addresses
from leadcore.model.markets import Market
from leadcore.model.pages import Document, TextKey
from leadcore.model.project import Project
from leadcore.problems import Place, ProblemList

Found = TypeVar("Found")

#: Entries of a feed; readers have kept the older ones.
LONGEST_FEED = 50
#: The most pages that one file of a sitemap names (sitemaps.org: 50,000 and 50 MB; each page names its counterparts).
LONGEST_SITEMAP = 25_000
#: What `once_lately` keeps.
_LATELY = 200
#: Kinds whose pages stand in the sitemap and in hreflang groups.
INDEXED_KINDS = frozenset({"landing", "series", "post", "list", "legal", "chooser"})


class Output(NamedTuple):
    """One file of a market's site.

    `path` is relative to the market's root, decoded, and ends in `/` for pages; `key` is equal for the same page in
    other languages and markets; `content_locale` differs from `locale` where the source stands in.
    """

    market: str
    locale: str
    kind: str
    path: str
    key: str
    content_locale: str
    source: str
    text: TextKey | None = None
    indexed: bool = True

    @property
    def file(self) -> str:
        """The file under `build/`."""
        return f"{self.market}/{self.path}" + ("index.html" if self.path.endswith("/") or not self.path else "")

    @property
    def is_fallback(self) -> bool:
        return self.content_locale.split("-")[0] != self.locale.split("-")[0]


def is_listed(output: Output) -> bool:
    """Whether the sitemap names the output."""
    return output.kind in INDEXED_KINDS and output.indexed and not output.is_fallback


@dataclass(frozen=True)
class Plan:
    """All outputs of a project, findable by place and by key."""

    project: Project
    outputs: tuple[Output, ...]
    today: dt.date

    @cached_property
    def by_path(self) -> Mapping[tuple[str, str], Output]:
        found: dict[tuple[str, str], Output] = {}
        for output in self.outputs:
            found.setdefault((output.market, output.path), output)
        return found

    @cached_property
    def _by_key(self) -> Mapping[str, tuple[Output, ...]]:
        groups: dict[str, list[Output]] = {}
        for output in self.outputs:
            groups.setdefault(output.key, []).append(output)
        return {key: tuple(group) for key, group in groups.items()}

    def index(self) -> None:
        """Makes what finds outputs, so that processes forked afterwards share it."""
        self.by_path, self._by_key, self.part_counts  # noqa: B018 - looked at so that they are there

    @cached_property
    def part_counts(self) -> Mapping[tuple[str, str, str], int]:
        """How many parts a series has in a market and locale, without opening one of them."""
        return Counter((o.market, o.locale, o.text.group) for o in self.outputs if o.kind == "post" and o.text)

    @cached_property
    def memo(self) -> dict[tuple[Any, ...], Any]:
        """What several pages share, kept by whoever computed it first."""
        return {}

    def once(self, key: tuple[Any, ...], make: Callable[[], Found]) -> Found:
        """What `make` gives, asked for once per key."""
        if key not in self.memo:
            self.memo[key] = make()
        found: Found = self.memo[key]
        return found

    @cached_property
    def newest(self) -> dict[tuple[str, str], tuple[Output, ...]]:
        """The posts that stand in the feed of each market and locale, newest first: `make_plan` fills it."""
        return {}

    @cached_property
    def _lately(self) -> dict[tuple[Any, ...], Any]:
        return {}

    def once_lately(self, key: tuple[Any, ...], make: Callable[[], Found]) -> Found:
        """Like `once`, for what the pages of one place share and those of the next do not: old values are dropped."""
        if key not in self._lately:
            if len(self._lately) >= _LATELY:
                self._lately.clear()
            self._lately[key] = make()
        found: Found = self._lately[key]
        return found

    def market(self, output: Output) -> Market:
        return self.project.markets[output.market]

    def url(self, output: Output) -> str:
        return addresses.absolute(self.market(output), output.path)

    def group(self, output: Output) -> tuple[Output, ...]:
        """The same page in all markets and languages, this one included."""
        return self._by_key[output.key]

    def in_market(self, output: Output) -> tuple[Output, ...]:
        """The same page in the languages of its own market."""
        return tuple(o for o in self.group(output) if o.market == output.market)

    def alternates(self, output: Output) -> tuple[tuple[str, str], ...]:
        """(hreflang, address) of every indexed counterpart, itself included, then bare languages and x-default.

        Empty for pages that are not indexed and for language choosers, which speak no language. The same list stands on
        every page of the group, so no edge lacks its return.
        """
        if output.kind not in INDEXED_KINDS or output.kind == "chooser" or not output.indexed or output.is_fallback:
            return ()
        return self.once_lately(("alternates", output.key), lambda: self._alternates(output))

    def _alternates(self, output: Output) -> tuple[tuple[str, str], ...]:
        group = [o for o in self.group(output) if o.indexed and not o.is_fallback and o.kind in INDEXED_KINDS]
        pairs: dict[str, str] = {}
        for one in group:
            pairs.setdefault(self.market(one).hreflang(one.locale), self.url(one))
        home = self._default_of(group)
        languages: dict[str, list[Output]] = {}
        for one in group:
            languages.setdefault(one.locale.split("-")[0], []).append(one)
        for language, members in languages.items():
            if len(members) > 1:
                pairs.setdefault(language, self.url(self._default_of(members)))
        return (*sorted(pairs.items()), ("x-default", self.url(home)))

    def _default_of(self, group: list[Output]) -> Output:
        site = self.project.site
        return min(
            group,
            key=lambda o: (
                o.market != site.default_market,
                o.locale.split("-")[0] != site.source_locale.split("-")[0],
                o.market,
                o.locale,
            ),
        )

    def canonical(self, output: Output) -> str:
        """Its own address, or for a fallback the page whose text it shows."""
        if not output.is_fallback:
            return self.url(output)
        language = output.content_locale.split("-")[0]
        real = [o for o in self.group(output) if not o.is_fallback and o.locale.split("-")[0] == language]
        same = [o for o in real if o.market == output.market]
        return self.url(self._default_of(same or real)) if real else self.url(output)

    def rows(self, outputs: Iterable[Output]) -> bytes:
        """These outputs as plain values, marshalled, for `plan_of_rows`."""
        return marshal.dumps([(*o[:7], o.text and (o.text.kind, o.text.name, o.text.group, o.text.number), o.indexed) for o in outputs])

    def only(self, markets: tuple[str, ...]) -> tuple[Output, ...]:
        return tuple(o for o in self.outputs if not markets or o.market in markets)


def places_of(newest: Mapping[tuple[str, str], Iterable[Output]]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Outputs by market and locale as plain values: each by its market and path."""
    return {place: [(output.market, output.path) for output in outputs] for place, outputs in newest.items()}


def plan_of_rows(project: Project, rows: Iterable[tuple[Any, ...]], today: dt.date) -> Plan:
    """The plan that `Plan.rows` told of, where nothing has changed that it depends on."""
    keys: dict[tuple[Any, ...], TextKey] = {}

    def text(row: tuple[Any, ...] | None) -> TextKey | None:
        if row is None:
            return None
        if row not in keys:
            keys[row] = TextKey(kind=row[0], name=row[1], group=row[2], number=row[3])
        return keys[row]

    outputs = tuple(Output._make((*row[:7], text(row[7]), row[8])) for row in rows)
    return Plan(project=project, outputs=outputs, today=today)


def make_plan(project: Project, today: dt.date) -> Plan:
    """The plan of a project; consent rules are those in force on `today`. Collisions are found by `collisions`; here the first of two stays."""
    newest = _Newest()
    plan = Plan(project=project, outputs=tuple(_outputs(project, newest)), today=today)
    plan.newest.update(newest.found())
    return plan


def collisions(plan: Plan, problems: ProblemList) -> None:
    """Adds P109 for every address that two outputs claim, naming all of them."""
    claims: dict[tuple[str, str], list[Output]] = {}
    for output in plan.outputs:
        claims.setdefault((output.market, output.path.casefold()), []).append(output)
    for (market, _), group in claims.items():
        if len(group) > 1:
            problems.add(
                "P109",
                Place(path=group[1].source),
                f"{len(group)} pages of market {market} share the address /{group[0].path}",
                'give one of them another "slug"',
                detail=tuple(f"{o.kind}: {o.source}" for o in group),
                market=market,
            )


class _Newest:
    """The newest posts of each market and language that are written in it, as they are planned."""

    def __init__(self) -> None:
        self.heaps: dict[tuple[str, str], list[tuple[Any, ...]]] = {}

    def add(self, output: Output, document: Document) -> None:
        day = document.day("date")
        if day is None or output.is_fallback:
            return
        heap = self.heaps.setdefault((output.market, output.locale), [])
        # Of posts with the same day, number and series the one planned first is taken.
        entry = (day, document.key.number, document.key.group, -len(heap), output)
        if len(heap) < LONGEST_FEED:
            heapq.heappush(heap, entry)
        elif entry > heap[0]:
            heapq.heapreplace(heap, entry)

    def found(self) -> dict[tuple[str, str], tuple[Output, ...]]:
        return {place: tuple(entry[-1] for entry in sorted(heap, reverse=True)) for place, heap in self.heaps.items()}


def _outputs(project: Project, newest: _Newest) -> Iterator[Output]:
    for market in project.markets.values():
        if len(market.locales) > 1:
            yield _output(market, market.locales[0], "chooser", "", "chooser", market.path)
        listed = 0
        for outputs in _by_locale(project, market, newest).values():
            listed += sum(map(is_listed, outputs))
            yield from outputs
        for name in ("404.html", "sitemap.xml", "robots.txt"):
            kind = {"404.html": "error", "sitemap.xml": "sitemap"}.get(name, "other")
            yield _output(market, market.locales[0], kind, name, name, market.path, indexed=False)
        if listed > LONGEST_SITEMAP:
            for number in range(1, -(-listed // LONGEST_SITEMAP) + 1):
                name = f"sitemap-{number}.xml"
                yield _output(market, market.locales[0], "sitemap", name, name, market.path, indexed=False)


def _by_locale(project: Project, market: Market, newest: _Newest) -> dict[str, list[Output]]:
    """The outputs of each locale. Text by text, each in all locales: what is known of a text is at hand only for a while."""
    found: dict[str, list[Output]] = {locale: [] for locale in market.locales}

    def add(document: Document, kind: str, path: str, key: str, *, indexed: bool = True) -> Output:
        output = _output(market, document.locale, kind, path, key, document.sources[-1], indexed=indexed)
        output = output._replace(text=document.key, content_locale=document.content_locale)
        found[document.locale].append(output)
        return output

    def documents(key: TextKey) -> Iterator[Document]:
        for locale in market.locales:
            if document := project.document(key, market, locale):
                yield document

    for page in market.pages:
        for document in documents(project.page_key(page)):
            add(document, "landing", addresses.landing_path(market, document.locale, page, document.slug), f"page:{page}")
    listed: set[str] = set()
    for group in market.series:
        slugs = {}
        for series in documents(project.series_key(group)):
            locale, slugs[series.locale] = series.locale, series.slug
            add(series, "series", addresses.series_path(market, locale, series.slug), f"series:{group}")
            if group in project.complete_guides:
                add(series, "other", addresses.complete_path(market, locale, series.slug), f"complete:{group}", indexed=False)
        listed |= slugs.keys()
        for key in project.parts.get(group, ()) if slugs else ():
            for post in documents(key):
                if post.locale in slugs:
                    path = addresses.post_path(market, post.locale, slugs[post.locale], post.slug)
                    newest.add(add(post, "post", path, f"post:{group}/{key.name}"), post)
    for locale, outputs in found.items():
        outputs += _without_text(market, locale, blog=locale in listed)
    return found


def _without_text(market: Market, locale: str, *, blog: bool) -> Iterator[Output]:
    """What a locale has beside its texts."""
    if blog:
        yield _output(market, locale, "list", addresses.blog_path(market, locale), "list:blog", market.path)
        yield _output(market, locale, "feed", addresses.feed_path(market, locale), "feed", market.path, indexed=False)
    for form in market.forms:
        path = addresses.thanks_path(market, locale, form)
        yield _output(market, locale, "thanks", path, f"thanks:{form}", f"content/forms/{form}.toml", indexed=False)
    for name in ("privacy", "imprint"):
        yield _output(market, locale, "legal", addresses.legal_path(market, locale, name), f"legal:{name}", market.path)


def _output(
    market: Market, locale: str, kind: str, path: str, key: str, source: str, *, indexed: bool = True
) -> Output:
    return Output(
        market=market.id, locale=locale, kind=kind, path=path, key=key, content_locale=locale, source=source, indexed=indexed
    )

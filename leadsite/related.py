"""What a part says of what there is to read: its own headings, others of its series that share a tag, and series nearby
that share one with its series.

Pure. The last two look only a little way along the order that the project gives, so that a page never costs more for a larger site.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from leadcore.model.markets import Market
from leadcore.model.pages import Document
from leadcore.model.project import Project

MOST_PARTS, MOST_SERIES = 2, 2
#: So many series before and after a series are looked at.
NEARBY = 6
#: The headings that a part's contents list, and links in them, which would stand in links.
_HEADING = re.compile(r'<h2 id="([^"]*)">([\s\S]*?)</h2>')
_LINK = re.compile(r"</?a\b[^>]*>")
FEWEST_CONTENTS = 3


def contents_of(body: str) -> list[tuple[str, Markup]]:
    """Id and words of a part's headings of the second level, where there are enough of them for a list."""
    found = [(name, Markup(_LINK.sub("", words))) for name, words in _HEADING.findall(body)]
    return found if len(found) >= FEWEST_CONTENTS else []


def tags_of(document: Document) -> tuple[str, ...]:
    """The tags of a part or a series, as text."""
    found = document.meta.get("tags")
    return tuple(map(str, found)) if isinstance(found, (list, tuple)) else ()


def related_parts(tags: Sequence[Sequence[str]]) -> list[tuple[int, ...]]:
    """For each part of a series, in order and by its tags: the places of the next ones that share a tag, from the last
    back to the first; never of the part before or after it, which every page names."""
    places: dict[str, list[int]] = {}
    for place, own in enumerate(tags):
        for tag in own:
            places.setdefault(tag, []).append(place)
    return [_next(place, own, places) for place, own in enumerate(tags)]


def _next(place: int, tags: Sequence[str], places: dict[str, list[int]]) -> tuple[int, ...]:
    found: list[int] = []
    for tag in tags:
        shared = places[tag]
        start = shared.index(place)
        for other in (shared[start + 1 :] + shared[:start])[: MOST_PARTS + 2]:
            if abs(other - place) > 1 and other not in found:
                found.append(other)
    return tuple(found[:MOST_PARTS])


def related_series(project: Project, market: Market, locale: str, group: str) -> tuple[Document, ...]:
    """The market's other series that share a tag with this one, the nearest in its order first."""
    series = project.document(project.series_key(group), market, locale)
    wanted = frozenset(tags_of(series)) if series else frozenset()
    if not wanted:
        return ()
    found = []
    for name in _nearby(market.series, group):
        other = project.document(project.series_key(name), market, locale)
        if other is not None and wanted.intersection(tags_of(other)):
            found.append(other)
    return tuple(found[:MOST_SERIES])


def _nearby(series: Sequence[str], group: str) -> Iterator[str]:
    at = series.index(group) if group in series else 0
    for distance in range(1, NEARBY + 1):
        for place in (at + distance, at - distance):
            if 0 <= place < len(series):
                yield series[place]


def may_relate(series: Sequence[str], one: str, other: str) -> bool:
    """Whether the pages of a series may name another one of a market's."""
    return one in series and other in series and 0 < abs(series.index(one) - series.index(other)) <= NEARBY

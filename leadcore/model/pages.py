"""Texts as read from files, and documents as a market and locale see them after layering."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from leadcore.model.locales import fallback_chain
from leadcore.problems import Place

#: Blocks a landing page may hold, and those that must be translated.
LANDING_BLOCKS = (
    "hero", "proof", "benefits", "steps", "local", "form", "faq", "series", "comparison", "quote", "numbers", "call-to-action",
    "media",
)  # fmt: skip
CRITICAL_BLOCKS = frozenset({"hero", "form"})
CRITICAL_KEYS = ("title", "description")
#: Words up to this length may well read the same in two languages.
SAME_BY_CHANCE = 20


def words_in(text: str) -> int:
    """How many words a text has, parted by single spaces and line ends; a blank line parts none. Close enough for
    minutes to read, and thirty times as fast as splitting."""
    return text.count(" ") + text.count("\n") - text.count("\n\n") + 1 if text else 0


class BlockFacts(NamedTuple):
    """What is known of a block without its text: digest and length of its words, their number, the targets of its links."""

    digest: str
    length: int
    words: int
    links: tuple[str, ...]


class Block:
    """A named part of a text, or unnamed markdown (`name` empty). `locale` is that of its file.

    `read` gives the text when it is asked for, so that a site of many posts is not held in memory; `facts` are what
    the reader noted of it, and `parsed` gives the HTML that it kept, or None where it kept none.
    """

    __slots__ = ("_markdown", "_read", "facts", "locale", "name", "parsed", "place")

    def __init__(
        self,
        *,
        name: str,
        place: Place,
        locale: str,
        markdown: str = "",
        read: Callable[[], str] | None = None,
        facts: BlockFacts | None = None,
        parsed: Callable[[], Any] | None = None,
    ) -> None:
        self.name, self.place, self.locale, self.facts, self.parsed = name, place, locale, facts, parsed
        self._markdown, self._read = markdown, read

    @property
    def markdown(self) -> str:
        return self._read() if self._read is not None else self._markdown

    @property
    def length(self) -> int:
        """How many characters it has, marks of markdown and single spaces counted."""
        return self.facts.length if self.facts is not None else len(self.markdown.strip())

    @property
    def words(self) -> int:
        """How many words it has, as `words_in` counts them."""
        return self.facts.words if self.facts is not None else words_in(self.markdown)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Block):
            return NotImplemented
        return (self.name, self.place, self.locale, self.markdown) == (other.name, other.place, other.locale, other.markdown)

    def __hash__(self) -> int:
        return hash((self.name, self.place, self.locale))

    def __repr__(self) -> str:
        return f"Block(name={self.name!r}, place={str(self.place)!r}, locale={self.locale!r})"


#: Front matter, the line of each of its keys, and the blocks of a text.
TextContent = tuple[Mapping[str, object], Mapping[str, int], tuple[Block, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextKey:
    """Which text: kind `page`, `series`, `post` or `mail`; `group` the series or sequence; `name` without the number."""

    kind: str
    name: str
    group: str = ""
    number: int = 0


class Text:
    """One content file: which text it is by its name, and what stands in it.

    `load` gives front matter, lines of its keys and blocks when they are asked for.
    """

    __slots__ = ("_load", "key", "locale", "market", "path")

    def __init__(self, *, key: TextKey, locale: str, market: str, path: str, load: Callable[[], TextContent]) -> None:
        self.key, self.locale, self.market, self.path, self._load = key, locale, market, path, load

    @property
    def meta(self) -> Mapping[str, object]:
        return self._load()[0]

    @property
    def lines(self) -> Mapping[str, int]:
        return self._load()[1]

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self._load()[2]

    def place(self, key: str = "") -> Place:
        return Place(path=self.path, line=self.lines.get(key, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text as one market and locale see it.

    `content_locale` differs from `locale` where the source stands in for a missing translation. `missing` names the
    blocks that the translation lacks; they are in `blocks` with the source's locale.
    """

    key: TextKey
    locale: str
    content_locale: str
    meta: Mapping[str, object]
    blocks: tuple[Block, ...]
    sources: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return str(self.meta.get("title") or self.meta.get("subject") or "")

    @property
    def slug(self) -> str:
        """Its part of the address: as written, else the series' folder or the file's name."""
        return str(self.meta.get("slug") or (self.key.group if self.key.kind == "series" else self.key.name))

    def day(self, key: str) -> dt.date | None:
        """A date of the front matter; the reader has checked that it is one."""
        found = self.meta.get(key)
        return found if isinstance(found, dt.date) else None

    @property
    def is_fallback(self) -> bool:
        return self.content_locale.split("-")[0] != self.locale.split("-")[0]

    def block(self, name: str) -> Block | None:
        return next((b for b in self.blocks if b.name == name), None)


def layers(texts: Iterable[Text], locale: str, market: str) -> list[Text]:
    """The texts that make up a document, general to specific; empty where the language is missing."""
    rank = _ranks(locale, market)
    mine = [t for t in texts if (t.locale, t.market) in rank]
    return sorted(mine, key=lambda t: rank[(t.locale, t.market)]) if len(mine) > 1 else mine


@lru_cache(maxsize=512)
def _ranks(locale: str, market: str) -> dict[tuple[str, str], tuple[bool, int]]:
    """Which files serve a locale of a market, general to specific."""
    return {(tag, m): (bool(m), -i) for i, tag in enumerate(fallback_chain(locale)) for m in ("", market)}


def overlay(below: Sequence[Block], above: Sequence[Block]) -> tuple[Block, ...]:
    """`above` laid on `below`: unnamed text replaces the whole body, named blocks replace their namesakes."""
    if not below or any(not b.name for b in above):
        return tuple(above)
    changes = {b.name: b for b in above}
    kept = [changes.pop(b.name, b) if b.name else b for b in below]
    return tuple(kept + list(changes.values()))


def resolve(texts: Sequence[Text], *, locale: str, market: str, source_locale: str) -> Document | None:
    """The document for a market and locale, the source standing in where the language is missing; None without either.

    A translation inherits front matter it does not translate. A landing page keeps the source's order of blocks.
    """
    source_layers = layers(texts, source_locale, market)
    own_layers = source_layers if locale == source_locale else layers(texts, locale, market)
    if not any(not t.market for t in own_layers) and not (own_layers and not source_layers):
        own_layers = []
    used = own_layers or source_layers
    if not used:
        return None
    meta: dict[str, object] = {}
    for text in [*source_layers, *own_layers]:
        meta.update(text.meta)
    blocks: tuple[Block, ...] = ()
    for text in used:
        blocks = overlay(blocks, text.blocks)
    missing: tuple[str, ...] = ()
    if own_layers and used[0].key.kind == "page":
        source_blocks: tuple[Block, ...] = ()
        for text in source_layers:
            source_blocks = overlay(source_blocks, text.blocks)
        have = {b.name: b for b in blocks}
        missing = tuple(b.name for b in source_blocks if b.name and b.name not in have)
        order = [b.name for b in source_blocks]
        extra = [b for b in blocks if b.name not in order]
        blocks = tuple(have.get(b.name, b) for b in source_blocks) + tuple(extra)
    return Document(
        key=used[0].key,
        locale=locale,
        content_locale=locale if own_layers else source_locale,
        meta=meta,
        blocks=blocks,
        sources=tuple(t.path for t in ([*source_layers, *own_layers] if own_layers else source_layers)),
        missing=missing,
    )


def without(document: Document, names: Iterable[str]) -> Document:
    """The document with these blocks left out."""
    gone = frozenset(names)
    return replace(document, blocks=tuple(b for b in document.blocks if b.name not in gone))

"""The project: everything a folder says, read once, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from leadcore.model.forms import FormDefinition
from leadcore.model.markets import Market
from leadcore.model.pages import CRITICAL_KEYS, Document, Text, TextKey, resolve, without

#: Documents that are kept at a time: all of most sites; of a larger one those at hand, since it is gone through in order.
_MOST_DOCUMENTS, _DOCUMENTS_AT_HAND = 12_000, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """`site/site.toml`: what all markets share. `default_market` gives the x-default of each page.

    `social_images`: landing pages, series and posts have a picture that is shown where a link to them is shared.
    """

    name: str
    source_locale: str
    default_market: str
    theme_color: str = "#0b6b5d"
    social_images: bool = False


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project that was read without problems."""

    root: Path
    site: Site
    markets: Mapping[str, Market]
    forms: Mapping[str, FormDefinition]
    texts: Mapping[TextKey, tuple[Text, ...]]
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _documents(self) -> dict[tuple[TextKey, str, str], Document | None]:
        return {}

    def document(self, key: TextKey, market: Market, locale: str) -> Document | None:
        """The document as this market and locale see it, its missing-translation policy applied.

        None where there is no text, or where the policy is `none` and the language is missing.
        """
        cache_key = (key, market.id, locale)
        if cache_key not in self._documents:
            if len(self._documents) >= (_MOST_DOCUMENTS if len(self.facts) <= _MOST_DOCUMENTS else _DOCUMENTS_AT_HAND):
                self._documents.clear()
            found = resolve(
                self.texts.get(key, ()), locale=locale, market=market.id, source_locale=self.site.source_locale
            )
            if found is not None and market.missing_translation == "none":
                found = None if found.is_fallback else without(found, found.missing) if found.missing else found
            self._documents[cache_key] = found
        return self._documents[cache_key]

    def page_key(self, name: str) -> TextKey:
        return TextKey(kind="page", name=name)

    def series_key(self, series: str) -> TextKey:
        return TextKey(kind="series", name="series", group=series)

    @cached_property
    def parts(self) -> Mapping[str, tuple[TextKey, ...]]:
        """The parts of each series, in order of their numbers."""
        return self._groups("post")

    @cached_property
    def sequences(self) -> Mapping[str, tuple[TextKey, ...]]:
        """The mails of each sequence, in order of their numbers."""
        return self._groups("mail")

    @cached_property
    def complete_guides(self) -> frozenset[str]:
        """The series that some form gives away whole (`delivers`); only these have the page of all parts."""
        return frozenset(
            f.delivers.removeprefix("complete:") for f in self.forms.values() if f.delivers.startswith("complete:")
        )

    @cached_property
    def countries(self) -> frozenset[str]:
        """The countries that a static page's form lists by name: those that the project has a market for."""
        return frozenset(market.country for market in self.markets.values())

    def _groups(self, kind: str) -> dict[str, tuple[TextKey, ...]]:
        groups: dict[str, list[TextKey]] = {}
        for key in self.texts:
            if key.kind == kind:
                groups.setdefault(key.group, []).append(key)
        return {g: tuple(sorted(keys, key=lambda k: (k.number, k.name))) for g, keys in groups.items()}

    def with_addresses(self, origin: str) -> Project:
        """The same project as served by one process at `origin`: sites at `/<market>`, forms at `/forms`."""
        moved = {
            m.id: replace(m, base_url=f"{origin}/{m.id}", forms_url=f"{origin}/forms") for m in self.markets.values()
        }
        return replace(self, markets=moved)

    def only(self, markets: tuple[str, ...]) -> Project:
        """The project with these markets alone; all when none is named."""
        if not markets:
            return self
        return replace(self, markets={m: self.markets[m] for m in self.markets if m in markets})


def untranslated_keys(document: Document, texts: tuple[Text, ...], kind: str) -> tuple[str, ...]:
    """Critical front-matter keys that a translated document only inherits from its source."""
    if document.is_fallback or kind == "mail":
        return ()
    language = document.locale.split("-")[0]
    own = [t for t in texts if t.locale.split("-")[0] == language and t.path in document.sources]
    return tuple(k for k in CRITICAL_KEYS if k in document.meta and not any(k in t.meta for t in own))

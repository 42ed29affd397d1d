"""Web fonts as a market chooses them: a family for the text of a language or script, another for its headings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leadcore.model.locales import fallback_chain, script_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FontChoice:
    """What one entry of `[fonts]` says. `key` is the language or script that it stands under.

    `text` and `headings` name families of `site/fonts/`, empty where the visitor's own fonts draw these. `bold`: whether
    text gets its bold file too. `also` are characters to ship beside those that the pages have.
    """

    key: str
    text: str = ""
    headings: str = ""
    bold: bool = True
    also: str = ""


def choice_for(fonts: Mapping[str, FontChoice], locale: str) -> FontChoice | None:
    """The entry that serves a locale: that of its tag, of a shorter form of it, or of its script; None without one."""
    keys = (*fallback_chain(locale), script_of(locale)) if fonts else ()
    return next((fonts[key] for key in keys if key in fonts), None)

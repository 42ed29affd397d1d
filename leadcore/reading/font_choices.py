"""The table `[fonts]` of a market file: web fonts by language or script."""

from __future__ import annotations

import unicodedata
from typing import Any

from leadcore.model.fonts import FontChoice
from leadcore.model.locales import babel_locale, fallback_chain, script_of
from leadcore.problems import did_you_mean
from leadcore.reading.tables import Table


def read_fonts(table: Table, locales: tuple[str, ...]) -> dict[str, FontChoice]:
    """The choices by their keys. A value is a family's name, or a table that says which family draws what."""
    known = _keys(locales)
    found = {}
    for key, value in table.values.items():
        if known and key not in known:
            table.problem("P101", key, f'"{key}" is no language or script of this market', did_you_mean(key, known))
        if not isinstance(value, (str, dict)):
            table.table(key)
            continue
        choice = FontChoice(key=key, text=table.text(key, needed=True)) if isinstance(value, str) else _choice(table.table(key), key)
        if choice.text or choice.headings:
            found[key] = choice
    table.asked.update(table.values)
    return found


def _choice(table: Table, key: str) -> FontChoice:
    choice = FontChoice(
        key=key, text=table.text("text"), headings=table.text("headings"), bold=bool(table.get("bold", bool, True)),
        also=unicodedata.normalize("NFC", table.text("also")),
    )  # fmt: skip
    if not choice.text and not choice.headings:
        table.problem("P007", "", f'"{table.prefix}text" is missing', 'add text = "…" or headings = "…", a family of site/fonts/')
    table.close()
    return choice


def _keys(locales: tuple[str, ...]) -> list[str]:
    """What may stand as a key: the market's locales, their shorter forms, their scripts."""
    found: dict[str, Any] = {}
    for tag in locales:
        try:
            babel_locale(tag)
        except ValueError:
            continue  # Reported where it stands.
        found |= dict.fromkeys((*fallback_chain(tag), script_of(tag)))
    return list(found)

"""Catalogues: readable, complete in every language a market speaks, placeholders as in the source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leadcore.problems import ProblemList
from leadcore.reading import load_project
from leadcore.reading.catalogues import check_catalogues

PO = "locales/ar/LC_MESSAGES/messages.po"


def said(root: Path) -> list[str]:
    project, problems = load_project(root), ProblemList()
    check_catalogues(project, project.markets.values(), problems)
    return [str(p).split("\n")[0] for p in problems.sorted()]


def test_the_small_catalogue_is_complete(small_project: Path) -> None:
    assert said(small_project) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('msgstr "أرسل"', 'msgstr ""', ": P202 no translation of “Send it” for ar-AE"),
        ('msgid "Send it"', '#, fuzzy\nmsgid "Send it"', ": P202 no translation of “Send it” for ar-AE"),
        ('msgid "Send it"', '#~ msgid "Send it"', None),
        ('msgid "Part {number} of {count}"\nmsgstr "الجزء {number}', '#, fuzzy\nmsgid "Part {number} of {count}"\nmsgstr "الجزء {numer}',
         ": P202 no translation of “Part {number} of {count}” for ar-AE"),
        ('msgstr[3] "{n} دقائق"', 'msgstr[3] ""', ": P202 no translation of “{n} minute” for ar-AE"),
        ("الجزء {number} من {count}", "الجزء من {count}", ":10: P203 the placeholders of “Part {number} of {count}” differ in its translation"),
        ("الجزء {number} من {count}", "{number} {count} {n}", ":10: P203 the placeholders of “Part {number} of {count}” differ in its translation"),
        ("الجزء {number} من {count}", "{count}/{number}", ""),
        ('"{n} دقائق"', '"{m} دقائق"', ":13: P203 the placeholders of “{n} minute” differ in its translation"),
        ('msgstr "أرسل"', 'msgstr "أرسل', ":8: P009 the catalogue cannot be read: a text is not closed"),
        ('msgstr "أرسل"', 'msgstr "أر"سل"', ":8: P009 the catalogue cannot be read: a text is not closed"),
        ('msgstr "أرسل"', 'msgst "أرسل"', ":8: P009 the catalogue cannot be read: Unknown or misformatted keyword on 7"),
    ],
)
def test_a_mistake_in_a_catalogue_is_named(old: str, new: str, problem: str | None, small_project: Path, edit: Callable[[Path, str, str], None]) -> None:
    if problem is None:
        old, new = 'msgid "Send it"\nmsgstr "أرسل"', '#~ msgid "Send it"\n#~ msgstr "أرسل"'
        problem = ": P202 no translation of “Send it” for ar-AE"
    edit(small_project / PO, old, new)
    assert said(small_project) == ([PO + problem] if problem else [])


def test_a_message_may_stand_in_the_catalogue_of_the_region(small_project: Path, edit: Callable[[Path, str, str], None]) -> None:
    edit(small_project / PO, 'msgid "Send it"\nmsgstr "أرسل"\n', "")
    assert len(said(small_project)) == 1
    region = small_project / "locales/ar-AE/LC_MESSAGES/messages.po"
    region.parent.mkdir(parents=True)
    region.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Send it"\nmsgstr "أرسل"\n', encoding="utf-8")
    assert said(small_project) == []


def test_without_the_list_of_messages_nothing_can_be_known(small_project: Path) -> None:
    (small_project / "locales/messages.pot").unlink()
    assert said(small_project) == ["locales/messages.pot: P001 the list of messages is missing"]


def test_the_source_language_needs_no_catalogue(small_project: Path) -> None:
    (small_project / PO).unlink()
    assert {line.split(" for ")[1] for line in said(small_project)} == {"ar-AE"}

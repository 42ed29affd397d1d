"""Minutes to read, by words where spaces part them and by characters where none do."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadcore.model.pages import Block, Document, TextKey
from leadcore.problems import Place
from leadcore.reading import load_project
from leadsite.context import minutes_to_read


def document(locale: str, text: str) -> Document:
    block = Block(name="", place=Place(path="x"), locale=locale, markdown=text)
    return Document(key=TextKey(kind="post", name="x"), locale=locale, content_locale=locale, meta={}, blocks=(block,), sources=())


@pytest.mark.parametrize(
    ("locale", "text", "minutes"),
    [
        ("en", "word " * 2200, 10), ("de", "Wort " * 2200, 10), ("pt-BR", "palavra " * 2200, 10),
        ("ru", "слово " * 1800, 10), ("kk", "сөз " * 1600, 10), ("he", "מילה " * 1800, 10), ("gu-IN", "શબ્દ " * 1800, 10),
        ("ja", "文" * 5000, 10), ("zh-Hans", "字" * 4000, 10), ("zh-Hans", "字，" * 20, 1), ("en", "", 1),
    ],
)  # fmt: skip
def test_minutes_follow_the_script(locale: str, text: str, minutes: int) -> None:
    assert minutes_to_read(document(locale, text)) == minutes


def test_a_part_of_the_series_takes_minutes_in_every_language(example: Path) -> None:
    project = load_project(example)
    key = project.parts["client-acquisition"][0]
    for market in project.markets.values():
        for locale in market.locales:
            found = project.document(key, market, locale)
            assert found is not None and 3 <= minutes_to_read(found) <= 12, f"{market.id}/{locale}: {found and minutes_to_read(found)}"

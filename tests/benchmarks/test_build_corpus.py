"""The corpus of the build benchmark: the same for everybody, whatever its size, in the scripts it names."""

from __future__ import annotations

import hashlib
import re
import unicodedata

import pytest
import yaml

from benchmarks.build.corpus import (
    LOCALES,
    SERIES_LENGTH,
    Corpus,
    make_post,
    make_series,
    with_longer_body,
    with_new_title,
    yaml_post,
)
from benchmarks.build.vocabulary import VOCABULARY

_SCRIPTS = {"gu": "GUJARATI", "mr": "DEVANAGARI", "hi": "DEVANAGARI", "bn": "BENGALI", "ar": "ARABIC"}


def test_a_locale_and_a_number_alone_decide_a_post() -> None:
    text = "".join(yaml_post(make_post(tag, number)) for tag in LOCALES for number in (0, 8, 2999))
    assert hashlib.sha256(text.encode()).hexdigest() == "8d57409bee4e8d8fd2ed67ad01f271d5eb85d0cd48cdf91da5249e58ac0cb5c4"


def test_a_small_corpus_is_the_beginning_of_a_large_one() -> None:
    small, large = Corpus(100), Corpus(200)
    assert list(small.posts("gu")) == list(large.posts("gu"))[:10]
    assert list(small.series("gu")) == list(large.series("gu"))[: small.series_count]


def test_the_posts_are_spread_evenly_over_ten_languages_and_series_of_seven() -> None:
    corpus = Corpus(1000)
    assert (len(corpus.locales), corpus.per_locale, corpus.series_count) == (10, 100, 15)
    posts = list(corpus.posts("mr"))
    assert [p.part for p in posts[:8]] == [1, 2, 3, 4, 5, 6, 7, 1]
    assert {p.series for p in posts} == {one.slug for one in corpus.series("mr")}
    assert all(sum(p.series == one.slug for p in posts) <= SERIES_LENGTH for one in corpus.series("mr"))


@pytest.mark.parametrize("tag", LOCALES)
def test_a_post_is_as_long_as_a_real_one_and_holds_all_kinds_of_text(tag: str) -> None:
    posts = [make_post(tag, number) for number in range(10)]
    words = [len(p.body.split()) for p in posts]
    assert 800 <= sum(words) / len(words) <= 900
    assert all(len(p.title) <= 60 and len(p.description) <= 155 for p in posts)
    for mark in ("## ", "### ", "- ", "1. ", "> ", "| ", "```python"):
        assert all(f"\n{mark}" in p.body for p in posts)
    assert any("](https://" in p.body for p in posts)


@pytest.mark.parametrize(("tag", "script"), _SCRIPTS.items())
def test_the_words_are_written_in_their_own_script(tag: str, script: str) -> None:
    letters = {c for word in VOCABULARY[tag] for c in word if unicodedata.category(c).startswith("L")}
    assert all(script in unicodedata.name(c) for c in letters)


def test_front_matter_reads_as_what_the_post_says() -> None:
    post = make_post("uz", 12)
    _, head, body = yaml_post(post, "weight: 6\n").split("---\n", 2)
    meta = yaml.safe_load(head)
    assert meta == {
        "title": post.title, "description": post.description, "date": post.date, "author": "Karvan", "tags": list(post.tags), "weight": 6,
    }  # fmt: skip
    assert body.strip() == post.body.strip()


@pytest.mark.parametrize("text", ['---\ntitle: "Old"\n---\n\nText\n', "Title: Old\nLang: de\n\nText\n"])
def test_edits_change_the_title_or_the_body_alone(text: str) -> None:
    titled = with_new_title(text, "New")
    assert re.sub("New", "Old", titled) == text and titled != text
    assert with_longer_body(text, "More.") == text.rstrip() + "\n\nMore.\n"


def test_a_text_without_a_title_cannot_get_another() -> None:
    with pytest.raises(ValueError, match="no title"):
        with_new_title("Text\n", "New")


def test_series_differ_by_language() -> None:
    assert len({make_series(tag, 3).title for tag in LOCALES}) == len(LOCALES)

"""The notice: wording for every item, filled, translated, and named by a digest over what was shown."""

import re
from dataclasses import fields, replace
from datetime import date

import pytest

from leadcore.consent.notice_wording import placeholders
from leadcore.consent.notices import (
    READING_ORDER,
    WORDINGS,
    NoticeFacts,
    in_reading_order,
    missing_facts,
    render_notice,
)
from leadcore.consent.page_rules import requirements
from leadcore.consent.regimes import codes, shared

TODAY = date(2026, 11, 22)
BARE = NoticeFacts(
    controller="Example GmbH",
    contact_email="privacy@example.com",
    privacy_url="https://example.com/privacy/",
    purposes=("sending you the guide", "news about our products"),
    data_categories=("name", "email address"),
)
FULL = replace(
    BARE,
    **{
        entry.name: (f"<{entry.name}>",) if "tuple" in str(entry.type) else f"<{entry.name}>"
        for entry in fields(NoticeFacts)
        if entry.name not in ("controller", "contact_email", "privacy_url", "retention_months")
    },
    retention_months=24,
)


def same(message):
    return message


def test_every_item_of_the_vocabulary_has_a_wording():
    assert set(WORDINGS) == set(shared()["vocabulary"]["notice"])


@pytest.mark.parametrize("item", READING_ORDER)
def test_a_wording_needs_only_known_facts_and_can_always_be_said(item):
    known = {entry.name for entry in fields(NoticeFacts)}
    always = set(BARE.texts())
    variants = WORDINGS[item].variants
    assert all(placeholders(variant) <= known for variant in variants)
    assert placeholders(variants[-1]) <= always
    for facts in (BARE, FULL):
        notice = render_notice([item], facts, same)
        assert [paragraph.item for paragraph in notice.paragraphs] == [item]
        assert "{" not in notice.text
        assert re.search(r"[.:/>\w]$", notice.text)


@pytest.mark.parametrize("facts", [BARE, FULL], ids=["bare", "full"])
@pytest.mark.parametrize("code", codes())
def test_a_jurisdiction_renders_and_says_every_item(code, facts):
    items = requirements(code, today=TODAY).notice_items
    notice = render_notice(items, facts, same)
    alone = {item: render_notice([item], facts, same).paragraphs[0].text for item in items}
    spoken = {paragraph.item for paragraph in notice.paragraphs}
    for item, text in alone.items():
        assert item in spoken or text in notice.text or item in ("controller", "withdraw", "dpo")
    texts = [paragraph.text for paragraph in notice.paragraphs]
    assert len(texts) == len(set(texts))


def test_lists_are_joined_by_the_translated_separator():
    notice = render_notice(["purposes"], BARE, lambda message: "، " if message == ", " else message, lang="ar")
    assert "sending you the guide، news about our products" in notice.text


def test_every_sentence_and_heading_goes_through_gettext():
    shouted = render_notice(READING_ORDER, BARE, lambda message: re.sub(r"[^{}]+(?![^{]*})", "x", message))
    assert {paragraph.heading for paragraph in shouted.paragraphs} == {"x"}
    assert "You" not in shouted.text


def test_a_heading_is_written_once_for_its_paragraphs():
    notice = render_notice(["controller", "contact", "postal", "rights"], FULL, same)
    assert notice.text.count("Who we are") == 1
    assert notice.text.index("Who we are") < notice.text.index("Your rights")


def test_the_fuller_item_speaks_for_the_plainer_one():
    notice = render_notice(["controller", "controller_and_bin"], FULL, same)
    assert [paragraph.item for paragraph in notice.paragraphs] == ["controller_and_bin"]
    assert "<registration_number>" in notice.text


@pytest.mark.parametrize(
    "other",
    [
        {"lang": "de"},
        {"boxes": ("Yes, send me news.",)},
        {"boxes": ("Yes, send me news", ".")},
        {"facts": replace(BARE, controller="Example AG")},
        {"items": ("controller", "purposes", "rights")},
    ],
    ids=["language", "box", "split-boxes", "facts", "items"],
)
def test_the_digest_changes_with_anything_that_is_shown(other):
    shown = {"items": ("controller", "purposes"), "facts": BARE, "lang": "en", "boxes": ("Yes, send me news",)}
    digests = {
        render_notice(given["items"], given["facts"], same, lang=given["lang"], boxes=given["boxes"]).digest
        for given in (shown, {**shown, **other})
    }
    assert len(digests) == 2
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in digests)


def test_the_digest_is_stable_whatever_the_order_of_the_items():
    one = render_notice(["purposes", "controller"], BARE, same, boxes=["Yes"])
    two = render_notice(("controller", "purposes"), BARE, same, boxes=("Yes",))
    assert one == two


def test_missing_facts_are_named_per_item():
    gaps = missing_facts(("postal", "purposes", "complaint"), BARE)
    assert gaps == {"postal": ("postal_address",), "complaint": ("authority", "authority_url")}
    assert missing_facts(READING_ORDER, FULL) == {}


def test_a_notice_without_a_controller_is_refused():
    with pytest.raises(ValueError, match="controller"):
        replace(BARE, controller="")


def test_an_unknown_item_is_refused():
    with pytest.raises(KeyError, match="no_such_item"):
        in_reading_order(["no_such_item"])

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

#: Items that keep silent beside an item which says their sentence and more.
SAID_BY_OTHERS = {"controller", "withdraw", "dpo", "rights_link", "rights_means"}
SAID_BY_OTHERS |= {"recipients", "recipients_names", "recipients_classes", "third_party_names_or_categories"}
PLACES = ["transfers", "transfers_countries", "overseas_recipient", "cross_border_transfer", "outside_quebec", "risks_of_transfer", "safeguards"]
ABROAD = replace(BARE, storage_country="India", transfer_countries=("India",), transfer_basis="your consent")


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
        assert item in spoken or text in notice.text or item in SAID_BY_OTHERS
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


def said(item, facts):
    return render_notice([item], facts, same).text


@pytest.mark.parametrize("item", PLACES)
def test_data_that_stays_at_home_is_not_said_to_leave(item):
    at_home = replace(BARE, storage_country="Canada", home_country="Canada")
    assert "does not leave" in said(item, at_home)
    assert "Canada" in said(item, at_home)
    for word in ("leaves", "broad", "may be used", "protected by"):
        assert word not in said(item, at_home)


@pytest.mark.parametrize("item", [item for item in PLACES if item != "outside_quebec"])
def test_data_that_stays_in_a_legal_area_is_said_to_stay_there(item):
    text = said(item, replace(BARE, storage_country="Germany", home_area="European Economic Area"))
    assert "does not leave it: European Economic Area. It is kept in this country: Germany." in text


def test_a_notice_says_once_that_data_stays():
    text = render_notice(PLACES, replace(BARE, storage_country="Peru", home_country="Peru"), same).text
    assert text.count("Your data stays in this country") == 1


def test_data_abroad_is_said_to_leave_and_where_it_may_be_used():
    assert said("cross_border_transfer", ABROAD).endswith("Your data leaves your country. It may be used in: India.")
    unknown = replace(BARE, storage_country="India")
    assert "If you live in another country, it leaves your country." in said("cross_border_transfer", unknown)


@pytest.mark.parametrize("item", PLACES)
def test_consent_allows_a_transfer_but_protects_nothing(item):
    text = said(item, ABROAD)
    assert "protected by" not in text
    assert "reduce these risks" not in text
    assert ("The basis of the transfer: your consent." in text) == (item == "transfers")


def test_safeguards_are_named_where_there_are_some():
    safe = replace(ABROAD, transfer_basis="standard clauses", transfer_safeguards="standard clauses")
    assert "it is protected by: standard clauses." in said("safeguards", safe)
    assert "The basis of the transfer: standard clauses." in said("transfers", safe)


@pytest.mark.parametrize("name", ["GDPR", "UK GDPR"])
def test_under_the_gdpr_the_articles_and_all_rights_are_named(name):
    facts = replace(BARE, gdpr=name)
    assert f"your consent (Article 6(1)(a) {name})" in said("legal_basis", facts)
    assert f"(Article 6(1)(b) {name})" in said("legal_basis", facts)
    for right in ("get a copy", "corrected or deleted", "its use restricted", "take it elsewhere", "object to its use"):
        assert right in said("rights", facts)


def test_elsewhere_no_article_is_named():
    assert "Article" not in said("legal_basis", BARE)
    assert "GDPR" not in said("rights", BARE)


@pytest.mark.parametrize("facts", [BARE, replace(BARE, recipients=("Example Cloud (Germany, hosting)",))], ids=["nobody", "somebody"])
@pytest.mark.parametrize("item", ["recipients", "recipients_names", "recipients_classes", "third_party_names_or_categories"])
def test_the_same_recipients_are_listed_once(item, facts):
    notice = render_notice([item, "third_party_transfer"], facts, same)
    assert [paragraph.item for paragraph in notice.paragraphs] == ["third_party_transfer"]


def test_recipients_with_contacts_of_their_own_are_still_listed():
    facts = replace(BARE, recipients=("A",), recipient_contacts=("A, a@example.com",))
    notice = render_notice(["recipients_names", "third_party_transfer"], facts, same)
    assert [paragraph.item for paragraph in notice.paragraphs] == ["recipients_names", "third_party_transfer"]


def test_one_sentence_tells_how_to_use_rights():
    notice = render_notice(["rights", "rights_link", "rights_means"], replace(BARE, rights_url="https://example.com/"), same)
    assert [paragraph.item for paragraph in notice.paragraphs] == ["rights"]


def test_the_board_of_india_gets_no_other_authoritys_address():
    facts = replace(BARE, authority="Example Authority", authority_url="https://authority.example/")
    assert "authority.example" not in said("complaint_to_board_link", facts)
    assert "https://board.example/" in said("complaint_to_board_link", replace(facts, board_url="https://board.example/"))
    assert "Example Authority" not in said("complaint_authority_legend", facts)


def test_an_authority_of_another_area_is_named_as_that_of_the_seat():
    facts = replace(BARE, seat_authority="Example Authority", seat_authority_url="https://authority.example/")
    assert "authority of your country, or to the one where we are: Example Authority" in said("complaint", facts)


def test_fields_are_described_as_the_form_marks_them():
    assert "marked as optional" in said("mandatory_or_optional", BARE)
    assert "not marked as optional" in said("consequences", BARE)


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


def test_a_notice_without_a_controller_is_refused():
    with pytest.raises(ValueError, match="controller"):
        replace(BARE, controller="")


def test_an_unknown_item_is_refused():
    with pytest.raises(KeyError, match="no_such_item"):
        in_reading_order(["no_such_item"])

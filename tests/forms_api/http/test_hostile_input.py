"""What no honest browser sends: clear errors, never a fault of ours."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from ..pages_read import Page
from ..served import Api

URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("bad", ["%00", "%ff%fe", "J%F6rg", "%ed%a0%80", "a%01b", "%7f"])
def test_bytes_that_are_no_text_are_asked_for_again(any_api: Api, bad: str) -> None:
    data = any_api.filled("us", "en-US")
    del data["name"]
    answer = any_api.client.post("/us/guide", data=urlencode(data) + f"&name={bad}", content_type=URLENCODED)
    assert answer.status_code == 422
    assert Page(answer.get_data(as_text=True)).errors == ["Remove the characters that cannot be shown"]
    assert any_api.leads() == []


@pytest.mark.parametrize("bad", ["\\u0000", "\\ud800", "a\\udfff"])
def test_json_escapes_that_are_no_text_are_asked_for_again(any_api: Api, bad: str) -> None:
    import json

    data = json.dumps(any_api.filled("us", "en-US", name="BAD")).replace("BAD", bad)
    answer = any_api.client.post("/us/guide", data=data, content_type="application/json")
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "control_characters")


@pytest.mark.parametrize("where", ["page", "submission_id", "website", "elapsed", "notice", "locale", "country", "region", "unknown", "consent_news_email"])
@pytest.mark.parametrize("bad", ["\x00", "\ufffd", "9" * 5000, "-1", "1e9", "\u0661\u0662", "%s{name}", "\r\nX: y"])
def test_no_value_in_any_field_is_a_fault_of_ours(api: Api, where: str, bad: str) -> None:
    answer = api.post("us", {**api.filled("us", "en-US"), where: bad})
    assert answer.status_code in (303, 422)
    assert "X" not in answer.headers
    assert answer.status_code == 303 or Page(answer.get_data(as_text=True)).summary


def test_odd_names_of_fields_are_stored_nowhere(any_api: Api) -> None:
    answer = any_api.client.post(
        "/us/guide", data=urlencode(any_api.filled("us", "en-US")) + "&%00=1&%ff=2&=3&__proto__=4&name[]=5", content_type=URLENCODED
    )
    assert answer.status_code == 303
    assert set(any_api.lead().answers) == {"name", "email", "country", "region"}


def test_of_a_field_sent_twice_the_first_counts_everywhere(api: Api) -> None:
    data = urlencode(api.filled("us", "en-US", name="First", email="first@example.com"))
    again = urlencode({"name": "Second", "email": "second@example.com", "country": "BR", "consent_news_email": "yes"})
    assert api.client.post("/us/guide", data=f"{data}&{again}&consent_news_email=", content_type=URLENCODED).status_code == 303
    lead = api.lead()
    assert (lead.name, lead.email, lead.residence, lead.answers["country"]) == ("First", "first@example.com", "US", "US")


def test_a_hidden_field_of_the_form_cannot_be_rewritten(api: Api) -> None:
    assert api.post("us", api.filled("us", "en-US", "demo", source="forged"), "demo").status_code == 303
    assert api.lead().answers["source"] == "call-page"


@pytest.mark.parametrize("country", ["us", " US", "USA", "XX", "EU", "🇺🇸", "US-CA"])
def test_a_country_that_is_none_of_the_list_is_asked_for_again(api: Api, country: str) -> None:
    answer = api.post("us", api.filled("us", "en-US", country=country))
    assert answer.status_code == 422
    assert [href for href, _ in Page(answer.get_data(as_text=True)).summary] == ["#f-country"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("用户@例子.广告", "用户@例子.广告"),
        ("अजय@डाटा.भारत", "अजय@डाटा.भारत"),
        ("δοκιμή@παράδειγμα.gr", "δοκιμή@παράδειγμα.gr"),
        ("ada@xn--bcher-kva.example", "ada@bücher.example"),
        ("Ada+News@EXAMPLE.com", "Ada+News@example.com"),
    ],
)
def test_internationalised_addresses_are_taken(any_api: Api, typed: str, kept: str) -> None:
    lead = any_api.taken("in", "en-IN", email=typed)
    assert (lead.email, lead.answers["email"]) == (kept, typed)
    assert next(d for d in any_api.deliveries(lead)).payload["to"] == kept


@pytest.mark.parametrize("email", ["a@b", "a@1.2.3.4", "a b@example.com", "a@example.com\nBcc: x@example.com", "a@@example.com", "a@-x.com", "@example.com"])
def test_what_is_no_address_is_asked_for_again(api: Api, email: str) -> None:
    answer = api.post("us", api.filled("us", "en-US", email=email))
    assert answer.status_code == 422
    assert [href for href, _ in Page(answer.get_data(as_text=True)).summary] == ["#f-email"]

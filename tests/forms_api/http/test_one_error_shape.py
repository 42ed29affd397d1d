"""JSON: the statuses of the contract, and one shape of errors over every address."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from forms_api.openapi import describe

from ..served import Api, MakeApi

JSON = {"Accept": "application/json"}


def errors_of(answer: Any) -> list[dict[str, str]]:
    """The errors of an answer that has the one shape and nothing that is not text."""
    assert answer.mimetype == "application/json"
    found: list[dict[str, str]] = answer.json["errors"]
    assert found and all(set(one) == {"field", "code", "message"} for one in found)
    assert all(isinstance(value, str) for one in found for value in one.values())
    assert all(one["code"] and one["message"] for one in found)
    return found


def test_a_stored_lead_is_201_with_its_receipt(any_api: Api) -> None:
    answer = any_api.post_json("us", {**any_api.filled("us", "en-US"), "consent_news_email": True})
    assert (answer.status_code, answer.json) == (201, {"receipt": any_api.lead().receipt})
    assert any_api.events(any_api.lead())[0].uses["email"]["ticked"] is True


def test_a_form_body_with_a_program_asking_is_answered_in_json(api: Api) -> None:
    answer = api.post("us", api.filled("us", "en-US"), Accept="application/json")
    assert (answer.status_code, list(answer.json)) == (201, ["receipt"])


def test_fields_to_mend_are_422_with_code_and_words_of_the_locale(api: Api) -> None:
    answer = api.post_json("de", {**api.filled("de", "de"), "email": "x", "name": "", "country": "ZZ"})
    assert answer.status_code == 422
    found = {(e["field"], e["code"]): e["message"] for e in errors_of(answer)}
    assert list(found) == [("name", "name_missing"), ("email", "email_format"), ("country", "choice_unknown")]
    assert found["email", "email_format"] == "Geben Sie eine E-Mail-Adresse ein, zum Beispiel name@example.com"
    assert api.leads() == []


@pytest.mark.parametrize("missing", ["name", "email", "country"])
def test_a_required_field_left_out_is_named(api: Api, missing: str) -> None:
    data = api.filled("us", "en-US")
    del data[missing]
    answer = api.post_json("us", data)
    assert answer.status_code == 422
    assert [(e["field"], e["code"]) for e in errors_of(answer)] == [(missing, f"{missing}_missing")]


@pytest.mark.parametrize("digest", ["", "0" * 64, "a digest\x00", "é"])
def test_a_notice_never_published_is_409_with_the_notice_to_show(any_api: Api, digest: str) -> None:
    data = {**any_api.filled("us", "en-US"), "notice": digest}
    answer = any_api.post_json("us", data)
    assert answer.status_code == 409
    assert [e["code"] for e in errors_of(answer)] == ["notice_unknown"]
    notice = answer.json["notice"]
    assert notice["text"].startswith("How we use your data")
    assert [b["name"] for b in notice["boxes"]] == ["consent_news_email"] and notice["boxes"][0]["required"] is False
    assert any_api.leads() == []
    assert any_api.post_json("us", {**data, "notice": notice["digest"]}).status_code == 201


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"x" * 70_000, "application/json", 413, "too_large"),
        (b"a=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413, "too_large"),
        (b"<a/>", "application/xml", 415, "content_type"),
        (b"a", "multipart/form-data; boundary=x", 415, "content_type"),
        (b"a", "text/plain", 415, "content_type"),
        (b"", "application/json", 422, "body_unreadable"),
        (b"{", "application/json", 422, "body_unreadable"),
        (b"[]", "application/json", 422, "body_unreadable"),
        (b'"text"', "application/json", 422, "body_unreadable"),
        (b"null", "application/json", 422, "body_unreadable"),
        (b'{"name": "\xff"}', "application/json", 422, "body_unreadable"),
        (b'{"name": ["a", "b"]}', "application/json", 422, "body_unreadable"),
        (b'{"name": {"first": "a"}}', "application/json", 422, "body_unreadable"),
        (b"[" * 60_000, "application/json", 422, "body_unreadable"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "application/json", 422, "body_unreadable"),
        (b'{"name": ' + b"9" * 6_000 + b"}", "application/json", 422, "body_unreadable"),
        (b"&".join(b"f%d=1" % n for n in range(300)), "application/x-www-form-urlencoded", 422, "body_unreadable"),
        (json.dumps({f"f{n}": n for n in range(300)}).encode(), "application/json", 422, "body_unreadable"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_body_that_cannot_be_taken_is_refused_clearly(api: Api, body: bytes, kind: str, status: int, code: str) -> None:
    for accept, answer in ((a, api.client.post("/us/guide", data=body, content_type=kind, headers={"Accept": a})) for a in ("application/json", "text/html")):
        assert answer.status_code == status, accept
        if accept == "application/json" or kind == "application/json":
            assert [e["code"] for e in errors_of(answer)] == [code]
        else:
            assert answer.mimetype == "text/html"
    assert api.leads() == []


def test_too_often_is_429_with_the_seconds_to_wait(make_api: MakeApi) -> None:
    api = make_api(LEADSITE_RATE_PER_MINUTE="3")
    statuses = [api.post_json("us", api.filled("us", "en-US")).status_code for _ in range(4)]
    assert statuses == [201, 201, 201, 429]
    answer = api.post_json("us", api.filled("us", "en-US"))
    assert [e["code"] for e in errors_of(answer)] == ["too_many"]
    assert answer.headers["Retry-After"].isdigit() and int(answer.headers["Retry-After"]) >= 1
    page = api.post("in", api.filled("in", "gu-IN"))
    assert page.status_code == 303, "each market counts for itself"
    assert len(api.leads()) == 4


def test_a_foreign_origin_is_403(api: Api) -> None:
    answer = api.post_json("us", api.filled("us", "en-US"), Origin="https://evil.example")
    assert answer.status_code == 403
    assert [e["code"] for e in errors_of(answer)] == ["foreign_origin"]
    assert api.leads() == []


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/us/nothing", 404, "not_found"),
        ("POST", "/us/nothing", 404, "unknown_form"),
        ("POST", "/zz/guide", 404, "unknown_form"),
        ("DELETE", "/us/guide", 405, "method_not_allowed"),
        ("POST", "/healthz", 405, "method_not_allowed"),
        ("PUT", "/confirm/x", 405, "method_not_allowed"),
        *[(method, f"/{purpose}/forged", 404, "not_found") for purpose in ("confirm", "unsubscribe", "privacy") for method in ("GET", "POST")],
    ],
)
def test_every_address_has_the_one_shape(api: Api, method: str, path: str, status: int, code: str) -> None:
    answer = api.client.open(path, method=method, headers=JSON)
    assert answer.status_code == status
    assert [e["code"] for e in errors_of(answer)] == [code]
    assert status != 405 or answer.headers["Allow"]


def test_a_fault_of_ours_has_the_one_shape_and_logs_no_value(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("with ada@example.com in its words")

    monkeypatch.setattr(sys.modules["forms_api.routes.submissions"], "take", fail)
    answer = api.post_json("us", api.filled("us", "en-US", email="ada@example.com"))
    assert answer.status_code == 500
    assert [e["code"] for e in errors_of(answer)] == ["internal"]
    page = api.post("us", api.filled("us", "en-US"))
    assert (page.status_code, page.mimetype) == (500, "text/html")
    said = capsys.readouterr()
    assert "RuntimeError" in said.out + said.err and "submissions.py" in said.out + said.err
    assert "ada@" not in said.out + said.err


def test_the_description_names_every_status_that_is_given(api: Api) -> None:
    given = api.client.get("/openapi.json").json
    assert given == json.loads(json.dumps(describe(api.project)))
    responses = given["paths"]["/us/guide"]["post"]["responses"]
    assert set(responses) == {"201", "303", "403", "409", "413", "415", "422", "429", "503"}
    schema = given["paths"]["/in/demo"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert {"locale", "notice", "name", "email", "country"} <= set(schema["required"])
    assert schema["properties"]["consent_offers_voice"] == {"type": "boolean", "default": False}
    body = {**api.filled("in", "en-IN", "demo"), "consent_offers_voice": False}
    assert set(body) <= set(schema["properties"])
    assert api.post_json("in", body, "demo").status_code == 201


def test_only_the_markets_served_answer(make_api: MakeApi) -> None:
    api = make_api(LEADSITE_MARKETS="de")
    assert api.post("us", api.filled("us", "en-US")).status_code == 404
    assert api.post("de", api.filled("de", "de")).status_code == 303
    assert {path.split("/")[1] for path in api.client.get("/openapi.json").json["paths"]} == {"de", "healthz", "readyz", "metrics"}

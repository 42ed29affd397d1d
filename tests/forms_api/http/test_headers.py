"""Headers: the same protection on every answer, and a style policy that fits the pages served."""

from __future__ import annotations

import base64
import hashlib

import pytest

from ..pages_read import Page
from ..served import Api

GUARD = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
ANSWERS = [
    ("GET", "/us/guide", 200), ("POST", "/us/guide", 422), ("GET", "/zz/zz", 404), ("DELETE", "/us/guide", 405), ("GET", "/healthz", 200),
    ("GET", "/readyz", 200), ("GET", "/metrics", 200), ("GET", "/openapi.json", 200), ("GET", "/confirm/x", 404), ("GET", "/reconfirm/x", 404), ("POST", "/unsubscribe/x", 404),
    ("OPTIONS", "/us/guide", 200), ("HEAD", "/us/guide", 200),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_is_guarded(api: Api, method: str, path: str, status: int) -> None:
    answer = api.client.open(path, method=method, data={} if method == "POST" else None, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in GUARD} == GUARD
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["base-uri"], policy["frame-ancestors"]) == ("'none'", "'none'", "'none'")
    assert "https://us.karvan.example" in policy["form-action"].split(), "the 303 leads to the market's site"
    assert "script-src" not in policy, "no script runs, not even ours"
    assert "Set-Cookie" not in answer.headers


def test_refusals_and_faults_are_guarded_too(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    data = api.filled("us", "en-US")
    answers = [
        api.post("us", data, Origin="https://evil.example"),
        api.client.post("/us/guide", data="x" * 70_000, content_type="application/x-www-form-urlencoded"),
        api.client.post("/us/guide", data="x", content_type="text/plain"),
        api.post("us", data),
    ]
    monkeypatch.setattr("forms_api.spam.quarantine_reason", None)
    monkeypatch.setattr("forms_api.intake.quarantine_reason", None)
    answers.append(api.post("us", api.filled("us", "en-US")))
    assert [a.status_code for a in answers] == [403, 413, 415, 303, 500]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in GUARD} == GUARD
        assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("locale", ["en-IN", "gu-IN"])
def test_the_style_of_every_kind_of_page_is_the_one_the_policy_allows(api: Api, locale: str) -> None:
    lead = api.taken("in", locale, consent_news_email="yes")
    pages = [api.client.get(api.link(lead, purpose)) for purpose in ("confirm", "unsubscribe", "privacy")]
    pages += [api.client.get("/nowhere"), api.client.get(f"/in/guide?locale={locale}"), api.post("in", {"locale": locale})]
    for answer in pages:
        page = Page(answer.get_data(as_text=True))
        digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}'" in answer.headers["Content-Security-Policy"]
        assert page.tags.count("style") == 1 and "script" not in page.tags
        assert [name for name, _ in page.attributes if name.split(".")[1] == "style" or name.split(".")[1].startswith("on")] == []


def test_programs_on_a_markets_own_pages_may_read_the_answer(api: Api) -> None:
    own = api.client.options("/us/guide", headers={"Origin": "https://us.karvan.example", "Access-Control-Request-Method": "POST"})
    assert own.headers["Access-Control-Allow-Origin"] == "https://us.karvan.example"
    assert "Submission-Id" in own.headers["Access-Control-Allow-Headers"]
    foreign = api.client.options("/us/guide", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in foreign.headers
    assert "Access-Control-Allow-Credentials" not in own.headers

"""Forms that a page's own script sends: which answers it may read, and what it is told where a browser would be led on."""

from __future__ import annotations

import pytest

from ..pages_read import Page
from ..served import Api, MakeApi

SITE = "https://us.karvan.example"
CORS = "Access-Control-"


def test_the_script_is_told_the_thank_you_page(api: Api) -> None:
    answer = api.post("us", api.filled("us", "en-US", by="script"), Origin=SITE)
    assert (answer.status_code, answer.mimetype) == (201, "application/json")
    assert answer.json == {"receipt": api.lead().receipt, "thanks": f"{SITE}/thanks/guide/"}
    assert answer.headers["Access-Control-Allow-Origin"] == SITE


def test_what_the_law_wants_shown_is_pointed_to_as_in_the_redirect(api: Api) -> None:
    again = Page(api.post("us", api.filled("us", "en-US", region="CA"), Sec_GPC="1").get_data(as_text=True))
    data = {**again.sent(), "region": "CA"}
    led = api.post("us", data, Sec_GPC="1").headers["Location"]
    told = api.post("us", {**data, "by": "script"}, Sec_GPC="1").json["thanks"]
    assert told == led and told.endswith("#opt-out-signal")


def test_errors_come_as_the_page_that_a_browser_gets(api: Api) -> None:
    data = api.filled("ae", "ar-AE", email="x", submission_id="s-1")
    plain, script = (api.post("ae", {**data, **more}, Origin=addresses) for more, addresses in (({}, ""), ({"by": "script"}, "https://ae.karvan.example")))
    assert (plain.status_code, script.status_code) == (422, 422)
    assert plain.get_data() == script.get_data()
    page = Page(script.get_data(as_text=True))
    assert [c.value for c in page.controls if c.name == "submission_id"] == ["s-1"]
    assert script.headers["Access-Control-Allow-Origin"] == "https://ae.karvan.example"


def test_the_same_answers_are_one_lead_whatever_id_the_script_gave_them(any_api: Api) -> None:
    data = any_api.filled("us", "en-US", by="script")
    receipts = {any_api.post("us", {**data, "submission_id": number}).json["receipt"] for number in ("1", "2", "2", "3")}
    assert receipts == {any_api.lead().receipt}
    any_api.clock.advance(minutes=11)
    any_api.post("us", {**data, "submission_id": "1"})
    assert len(any_api.leads()) == 1, "the id holds beyond ten minutes"
    any_api.post("us", {**data, "submission_id": "4"})
    assert len(any_api.leads()) == 2, "much later it is meant once more"


@pytest.mark.parametrize("origin", ["https://de.karvan.example", "https://evil.example", "null", ""])
def test_no_other_site_may_read_an_answer(api: Api, origin: str) -> None:
    """Neither another market's nor a page without an origin."""
    answers = [api.client.options("/us/guide", headers={"Origin": origin}), api.client.get("/us/guide", headers={"Origin": origin})]
    answers.append(api.post("us", api.filled("us", "en-US", by="script"), Origin=origin))
    answers.append(api.client.get("/healthz", headers={"Origin": SITE}))
    assert [name for answer in answers for name, _ in answer.headers if name.startswith(CORS)] == []
    assert all("Origin" in answer.headers["Vary"] for answer in answers[:3]), "a cache must not give one site the other's answer"


def test_no_answer_allows_credentials_and_none_is_hidden_from_the_markets_own_site(make_api: MakeApi) -> None:
    api = make_api(LEADSITE_RATE_PER_MINUTE="3")
    data = api.filled("us", "en-US", by="script")
    answers = [api.post("us", data, Origin=SITE), api.post("us", {"by": "script"}, Origin=SITE)]
    answers.append(api.client.post("/us/guide", data="x" * 70_000, content_type="application/x-www-form-urlencoded", headers={"Origin": SITE}))
    answers.append(api.client.post("/us/guide", data="x", content_type="text/plain", headers={"Origin": SITE}))
    answers.append(api.post("us", data, Origin=SITE))
    assert [a.status_code for a in answers] == [201, 422, 413, 415, 429]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] == SITE
        assert "Access-Control-Allow-Credentials" not in answer.headers and "Set-Cookie" not in answer.headers

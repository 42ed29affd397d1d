"""What people of all markets really have, through the form, the store and the export: nothing is lost or changed on the way."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from leadcore.model.forms import Field
from leadcore.model.project import Project
from leadsite.cli import main

from ..pages_read import Page
from ..served import KEY, Api, MakeApi

VALUES = Path(__file__).parents[2] / "leadcore" / "rendering" / "values.toml"
#: Field type -> the field's name in the form.
NAMES = {"name": "name", "email": "email", "phone": "phone", "company": "company", "longtext": "message", "postcode": "postcode", "nickname": "nickname"}
#: Field type -> where the store keeps the normalised value.
COLUMNS = {"name": "name", "email": "email", "phone": "phone_e164", "company": "company"}


def submissions(market: str) -> list[tuple[str, dict[str, dict[str, str]]]]:
    """Every accepted value of a market, as few submissions as hold them: (locale, row by field type)."""
    by_place: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in tomllib.loads(VALUES.read_text(encoding="utf-8"))["accepted"]:
        if row["market"] == market:
            by_place[row["locale"]][row["field"]].append(row)
    return [
        (locale, {row["field"]: row for row in rows if row})
        for locale, fields in by_place.items()
        for rows in zip_longest(*fields.values())
    ]


@pytest.fixture(scope="session")
def asking_more(example_project: Project) -> Project:
    """The example with a form for calls that asks for a postcode and for what to call the visitor, too."""
    more = (
        Field(name="nickname", type="nickname", label="Your name", required=False),
        Field(name="postcode", type="postcode", label="Your name", required=False),
    )
    form = example_project.forms["demo"]
    return replace(example_project, forms={**example_project.forms, "demo": replace(form, fields=(*form.fields, *more))})


@pytest.fixture
def exported(example: Path) -> Callable[[Api, str], str]:
    """What `leadsite leads export` prints of an API's store."""

    def run(api: Api, format_: str) -> str:
        around = {
            "LEADSITE_SECRET_KEY": KEY, "LEADSITE_ANCHOR_FOLDER": str(api.kit.settings.anchor_folder),
            "LEADSITE_SUPPRESSION_FILE": str(api.kit.settings.suppression_file),
            "LEADSITE_DATABASE_URL": api.kit.engine.url.render_as_string(hide_password=False),
        }  # fmt: skip
        found = CliRunner().invoke(main, ["leads", "export", "--format", format_, "--project", str(example)], env=around)
        assert found.exit_code == 0, found.output
        return found.stdout

    return run


@pytest.mark.parametrize("market", ["ae", "bd", "br", "ca", "cn", "de", "il", "in", "jp", "kz", "us", "uz"])
def test_what_people_have_is_stored_shown_and_exported_unchanged(
    make_api: MakeApi, asking_more: Project, exported: Callable[[Api, str], str], market: str
) -> None:
    api, sent = make_api(replace(asking_more, markets={market: asking_more.markets[market]})), {}
    for locale, rows in submissions(market):
        typed = {NAMES[field]: row["typed"] for field, row in rows.items()}
        refused = api.post(market, api.filled(market, locale, "demo", **{**typed, "topic": ""}), "demo")
        assert refused.status_code == 422
        shown = Page(refused.get_data(as_text=True)).sent()
        assert {name: shown[name] for name in typed} == typed, "every value stands in the form again"
        taken = api.post(market, {**shown, "topic": "leads", "submission_id": f"{market}{len(sent)}"}, "demo")
        assert taken.status_code == 303, Page(taken.get_data(as_text=True)).summary
        sent[f"{market}{len(sent)}"] = rows
    leads = {lead.submission_id: lead for lead in api.leads()}
    assert set(leads) == set(sent)
    as_json = {row["id"]: row for row in json.loads(exported(api, "json"))}
    as_csv = {row["id"]: row for row in csv.DictReader(io.StringIO(exported(api, "csv")))}
    for number, rows in sent.items():
        lead = leads[number]
        for field, row in rows.items():
            wanted = row.get("stored", row["typed"])
            assert lead.answers[NAMES[field]] == row["typed"]
            if field in COLUMNS:
                assert getattr(lead, COLUMNS[field]) == wanted
            for table in (as_json, as_csv):
                assert table[lead.id][f"answer.{NAMES[field]}"] == row["typed"]
                assert field not in COLUMNS or table[lead.id][COLUMNS[field]] == wanted


def test_a_slip_in_the_address_is_asked_about_after_it_was_taken(api: Api) -> None:
    answer = api.post("de", api.filled("de", "de", email="ada@gmial.com"))
    assert (answer.status_code, answer.headers["Location"].partition("#")[2]) == (303, "mean-gmail.com")
    assert "ada" not in answer.headers["Location"] and api.lead().email == "ada@gmial.com"
    told: Any = api.post_json("de", api.filled("de", "de", email="ada@web.ed")).get_json()
    assert told["email_domain_meant"] == "web.de"
    assert "email_domain_meant" not in api.post_json("de", api.filled("de", "de", email="ada@web.de")).get_json()
    assert "#" not in api.post("de", api.filled("de", "de", email="ada@web.de")).headers["Location"]


def test_the_question_never_hides_that_an_opt_out_signal_was_honoured(api: Api) -> None:
    answer = api.post("us", api.filled("us", "en-US", email="ada@gmial.com", region="CA"), Sec_GPC="1")
    if answer.status_code == 422:
        answer = api.post("us", {**Page(answer.get_data(as_text=True)).sent(), "region": "CA"}, Sec_GPC="1")
    assert (answer.status_code, answer.headers["Location"].partition("#")[2]) == (303, "opt-out-signal")


def test_the_form_shown_again_asks_about_the_slip_beside_the_field(api: Api) -> None:
    text = api.post("in", api.filled("in", "gu-IN", email="asha@gmial.com", name="")).get_data(as_text=True)
    assert 'id="f-email-hint"' in text and "asha@gmail.com" in text
    page = Page(text)
    assert page.sent()["email"] == "asha@gmial.com" and len(page.summary) == 1, "a question is no error"
    assert any(k.endswith("aria-describedby") and "f-email-hint" in v.split() for k, v in page.attributes)


def test_mails_call_people_as_they_asked_to_be_called(make_api: MakeApi, asking_more: Project) -> None:
    api = make_api(replace(asking_more, markets={"il": asking_more.markets["il"]}))
    api.taken("il", "he", "demo", name="Prof. Dr. Georg Groß", nickname="Georg")
    (lead,) = api.leads()
    (mail,) = [d for d in api.deliveries(lead) if d.kind == "mail"]
    for form in ("text", "html"):
        assert "\u2068Georg\u2069" in str(mail.payload[form]) and "Prof." not in str(mail.payload[form])


@pytest.mark.parametrize(("market", "locale", "name"), [("us", "en-US", "יוסי בן־דוד"), ("ae", "ar", "Anna Groß"), ("il", "he", "Anna Groß")])
def test_a_name_that_runs_the_other_way_stands_apart_in_the_mail(api: Api, market: str, locale: str, name: str) -> None:
    lead = api.taken(market, locale, name=name)
    mail = next(d for d in api.deliveries(lead) if d.kind == "mail")
    assert f"\u2068{name}\u2069" in str(mail.payload["text"]) and f"\u2068{name}\u2069" in str(mail.payload["html"])
    contact = api.project.markets[market].controller.email
    assert (f"\u2066{contact}\u2069" in str(mail.payload["text"])) == (locale != "en-US")
    assert f'<bdi dir="ltr">{contact}</bdi>' in str(mail.payload["html"])

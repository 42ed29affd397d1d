"""Market and form files: every wrong value is named with its line, and one mistake gives one problem."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leadcore.reading import read_project

US, AE, ASK = "content/markets/us.toml", "content/markets/ae.toml", "content/forms/ask.toml"
Edit = Callable[[Path, str, str], None]


def said(root: Path) -> list[str]:
    return [str(p).split("\n")[0] for p in read_project(root)[1]]


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (US, '["en-US"]', "[]", ':2: P112 the locales are empty or stand twice'),
        (US, '["en-US"]', '["en-US", "en-US"]', ":2: P112 the locales are empty or stand twice"),
        (US, '["en-US"]', '["en-us"]', ':2: P101 "en-us" is not a locale: write it like gu, gu-IN, zh-Hant or zh-Hant-TW'),
        (US, '["en-US"]', '["en", "en-US"]', ':2: P112 en and en-US are both "en-US" in this market'),
        (US, "https://us.small.example", "us.small.example", ':3: P005 "us.small.example" is not an address'),
        (US, "https://forms.small.example", "https://", ':4: P005 "https:" is not an address'),
        (US, 'jurisdiction = "US"', 'jurisdiction = "UK"', ':5: P102 "UK" is not a jurisdiction'),
        (US, 'jurisdiction = "US"', 'jurisdiction = "US-ZZ"', ':5: P102 "US-ZZ" is not a jurisdiction'),
        (US, 'jurisdiction = "US"', 'jurisdiction = "US-"', ':5: P102 "US-" is not a jurisdiction'),
        (US, 'jurisdiction = "US"', 'jurisdiction = "DE-BY"', ':5: P102 "DE-BY" is not a jurisdiction'),
        (US, 'jurisdiction = "US"', 'jurisdiction = "ZZ-CA"', ':5: P102 "ZZ-CA" is not a jurisdiction'),
        (US, 'name = "Small Inc."', 'name = "<who is responsible>"', ':16: P007 "controller.name" is still to be filled in'),
        (US, '[lists.news-us]\ndestination = "list"', '[lists.news-us]\ndestination = "list"\nnote = "<x>"', ':35: P007 "lists.news-us.note" is still to be filled in'),
        (US, '"USD"', '"usd"', ':6: P102 "usd" is not an ISO 4217 currency'),
        (US, 'phone_region = "US"', 'phone_region = "AQ"', ':7: P102 "AQ" has no telephone plan'),
        (US, "America/New_York", "New York", ':8: P102 "New York" is not an IANA time zone'),
        (US, "America/New_York", "../../etc/passwd", ':8: P102 "../../etc/passwd" is not an IANA time zone'),
        (US, '"none"', '"hide"', ':9: P005 "hide" is not a value of "missing_translation"'),
        (US, 'home = "home"', 'home = "hom"', ':10: P103 the home page "hom" is not one of the pages'),
        (US, 'home = "home"', 'home = "home"\ndouble_opt_in = "never"', ':11: P005 "never" is not a value of "double_opt_in"'),
        (US, 'email = "hello@us.small.example"\n', "", ':15: P007 "controller.email" is missing'),
        (US, 'name = "Small Inc."', 'nmae = "Small Inc."\nname = "x"', ':16: P006 unknown key "controller.nmae"'),
        (US, "retention_months = 12", 'retention_months = "12"', ':22: P005 "privacy.retention_months" is not a whole number'),
        (US, "retention_months = 12", "retention_months = 0", ':22: P005 "privacy.retention_months" is 0'),
        (US, "retention_months = 12", "retention_months = -1", ':22: P005 "privacy.retention_months" is -1'),
        (US, "retention_months = 12", 'retention_months = 12\ntransfer_basis = "trust"', ':23: P005 "trust" is not a value of "privacy.transfer_basis"'),
        (US, 'storage_country = "US"', 'storage_country = "USA"', ':21: P102 "USA" is not an ISO 3166 country code'),
        (US, 'en = "Federal Trade Commission"\n', "", ':24: P007 "privacy.authority.en" is missing'),
        (US, 'role = "hosting"', 'role = "host"', ':30: P005 "host" is not a value of "privacy.recipients.0.role"'),
        (US, 'destination = "list"', 'destination = "lists"', ':34: P005 "lists" is not a value of "lists.news-us.destination"'),
        (US, 'destination = "list"', 'destination = "webhook"', ":34: P111 a webhook needs url and secret"),
        (US, 'use = "email"', 'use = "mail"', ':38: P005 "mail" is not a value of "routes.0.use"'),
        (US, 'list = "news-us"', 'list = "news-us"\nlocale = "gu"', ':40: P101 "gu" is not a locale of this market'),
        (AE, "[controller.local.ar]", "[controller.local.de]", ':20: P101 "de" is not a language of this market'),
        (AE, 'country = "DE"', 'land = "DE"\ncountry = "DE"', ':37: P006 unknown key "privacy.recipients.0.land"'),
        (ASK, 'type = "email"', 'type = "email"\nrequired = false', ":7: P110 the form has no required field of type email"),
        (ASK, 'name = "size"', 'name = "email"', ':13: P110 the field "email" stands twice'),
        (ASK, 'name = "size"', 'name = "locale"', ':13: P110 "locale" cannot name a field'),
        (ASK, 'name = "size"', 'name = "consent_news_email"', ':13: P110 "consent_news_email" cannot name a field'),
        (ASK, 'name = "size"', 'name = "Größe"', ':13: P110 "Größe" cannot name a field'),
        (ASK, 'type = "choice"', 'type = "choise"', ':14: P110 unknown field type "choise"'),
        (ASK, 'type = "choice"', 'type = "company"', ':18: P110 choices and type = "choice" go together'),
        (ASK, 'label = "More than one"', "", ':22: P007 "fields.1.choices.1.label" is missing'),
        (ASK, 'label = "Only me"', 'labl = "Only me"\nlabel = "x"', ':20: P006 unknown key "fields.1.choices.0.labl"'),
        (ASK, "required = false", 'required = "no"', ':16: P005 "fields.1.required" is not true or false'),
        (ASK, 'email = "Email me news."', 'fax = "Fax me."', ':31: P110 unknown use "fax"'),
        (ASK, '[purposes.boxes]\nemail = "Email me news."', "", ':26: P007 "purposes.0.boxes" is missing'),
        (ASK, 'label = "Email address"', '', ':7: P007 "fields.0.label" is missing'),
    ],
)  # fmt: skip
def test_a_wrong_value_is_one_problem_on_its_line(file: str, old: str, new: str, problem: str, small_project: Path, edit: Edit) -> None:
    edit(small_project / file, old, new)
    assert said(small_project) == [file + problem]


@pytest.mark.parametrize("jurisdiction", ["EU", "US-CA", "US-CO", "CA-QC", "HK", "AQ", "GR"])
def test_a_jurisdiction_is_a_country_a_union_or_a_part_with_rules_of_its_own(jurisdiction: str, small_project: Path, edit: Edit) -> None:
    edit(small_project / US, 'jurisdiction = "US"', f'jurisdiction = "{jurisdiction}"')
    assert said(small_project) == []


def test_the_fix_for_a_part_names_those_with_rules_of_their_own(small_project: Path, edit: Edit) -> None:
    edit(small_project / US, 'jurisdiction = "US"', 'jurisdiction = "US-ZZ"')
    (problem,) = read_project(small_project)[1]
    assert problem.fix.startswith("write US; parts with rules of their own are US-CA, ")
    edit(small_project / US, "US-ZZ", "FR-75")
    assert read_project(small_project)[1][0].fix == "write FR"


def test_what_is_still_to_be_filled_in_hides_no_other_problem(small_project: Path, edit: Edit) -> None:
    edit(small_project / US, 'name = "Small Inc."', 'name = "<who is responsible>"')
    project, problems = read_project(small_project)
    assert project is not None and "us" in project.markets and len(problems) == 1


def test_a_secret_in_a_market_file_is_a_problem_and_a_name_of_one_is_not(small_project: Path, edit: Edit) -> None:
    edit(small_project / US, 'destination = "list"', 'destination = "webhook"\nurl = "https://crm.example/in"\nsecret = "hunter2"')
    assert said(small_project) == [f'{US}:36: P005 "secret" holds a secret']
    edit(small_project / US, "hunter2", "env:CRM_SECRET")
    project, problems = read_project(small_project)
    assert problems == () and project is not None
    assert project.markets["us"].lists["news-us"].options == {"url": "https://crm.example/in", "secret": "env:CRM_SECRET"}


@pytest.mark.parametrize(("type_", "field"), [("region", "a region needs a country"), ("email", "the form has two fields of type email")])
def test_a_form_that_cannot_work_is_a_problem(type_: str, field: str, small_project: Path, edit: Edit) -> None:
    edit(small_project / ASK, "[[purposes]]", f'[[fields]]\nname = "more"\ntype = "{type_}"\nlabel = "More"\n\n[[purposes]]')
    assert said(small_project) == [f"{ASK}:7: P110 {field}"]


@pytest.mark.parametrize(("room", "what"), [("markets", "market"), ("forms", "form")])
def test_a_file_whose_name_is_no_id_is_a_problem(room: str, what: str, small_project: Path) -> None:
    source = next((small_project / "content" / room).glob("*.toml"))
    (small_project / "content" / room / "Big One.toml").write_bytes(source.read_bytes())
    assert said(small_project) == [f"content/{room}/Big One.toml: P008 the {what}'s id is not lower case letters, digits and hyphens"]


def test_all_problems_of_all_files_are_collected(small_project: Path, edit: Edit) -> None:
    edit(small_project / US, '"USD"', '"USX"')
    edit(small_project / AE, '"AED"', '"AEX"')
    edit(small_project / ASK, 'submit = "Send it"\n', "")
    edit(small_project / "content/pages/home.en.md", "title: Win clients", "titel: Win clients")
    assert [line.split(" ")[1] for line in said(small_project)] == ["P007", "P102", "P102", "P006"]


@pytest.mark.parametrize(
    ("remove", "problem"),
    [
        ("site/site.toml", "site/site.toml: P001 cannot be read: No such file or directory"),
        ("content/markets/ae.toml content/markets/us.toml", "content/markets/: P001 there is no market"),
    ],
)
def test_without_its_frame_there_is_no_project(remove: str, problem: str, small_project: Path) -> None:
    for path in remove.split():
        (small_project / path).unlink()
    assert read_project(small_project)[0] is None
    assert said(small_project) == [problem]


def test_the_default_market_is_one_of_the_markets(small_project: Path, edit: Edit) -> None:
    edit(small_project / "site/site.toml", 'default_market = "us"', 'default_market = "uk"')
    assert said(small_project) == ['site/site.toml: P103 unknown market "uk"']


def test_what_was_written_is_what_is_read(small_project: Path) -> None:
    project, _ = read_project(small_project)
    assert project is not None
    form = project.forms["ask"]
    assert [(f.name, f.type, f.required, f.choices) for f in form.fields] == [
        ("email", "email", True, ()),
        ("size", "choice", False, (("one", "Only me"), ("more", "More than one"))),
    ]
    assert [(p.id, dict(p.boxes), p.box_name("email")) for p in form.purposes] == [
        ("news", {"email": "Email me news."}, "consent_news_email")
    ]
    assert form.messages()[:4] == ("the short guide", "Send it", "Confirm your address", "We have sent you a mail.")
    market = project.markets["ae"]
    assert (market.locales, market.double_opt_in, market.privacy.authority["ar"]) == (("ar-AE", "en"), "always", "مكتب الإمارات للبيانات")
    assert [(r.name, r.role, r.country) for r in market.privacy.recipients] == [("Small Hosting", "hosting", "DE")]


def test_an_address_carries_no_trailing_slash(small_project: Path, edit: Edit) -> None:
    edit(small_project / US, "https://us.small.example", "https://us.small.example/shop//")
    project, problems = read_project(small_project)
    assert problems == () and project is not None
    assert project.markets["us"].base_url == "https://us.small.example/shop"

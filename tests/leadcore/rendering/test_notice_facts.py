"""What a notice can say depends on where the visitor lives, where data goes and which authority is whose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from leadcore.consent.notices import NoticeFacts
from leadcore.consent.page_rules import requirements
from leadcore.model.markets import Market, Recipient
from leadcore.model.project import Project
from leadcore.reading import load_project
from leadcore.rendering.notice_facts import applying_items, goes_abroad, notice_facts

SMALL = Path(__file__).parents[2] / "small_project"
TODAY = date(2026, 9, 14)


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(SMALL)


def market(project: Project, country: str, storage: str, *recipients: str, basis: str = "", representative: str = "") -> Market:
    """The small project's English market, moved to another country."""
    us = project.markets["us"]
    privacy = replace(
        us.privacy,
        storage_country=storage,
        transfer_basis=basis,
        recipients=tuple(Recipient(name=f"Mail {c}", role="mail", country=c) for c in recipients),
        authority={"en": "Example Authority"},
        authority_url="https://authority.example/",
    )
    return replace(us, jurisdiction=country, privacy=privacy, controller=replace(us.controller, representative=representative))


def facts(project: Project, where: Market, residence: str = "") -> NoticeFacts:
    needs = requirements(where.jurisdiction, residence or None, today=TODAY)
    form = next(iter(project.forms.values()))
    return notice_facts(project, where, "en-US", form, needs=needs, residence=residence)


@pytest.mark.parametrize(
    ("home", "storage", "abroad"),
    [("DE", "DE", False), ("DE", "FR", False), ("EU", "NO", False), ("DE", "GB", True), ("GB", "DE", True), ("CH", "DE", True), ("IN", "IN", False), ("IN", "US", True)],
)
def test_the_eea_is_one_legal_area(home: str, storage: str, abroad: bool) -> None:
    assert goes_abroad(home, storage) is abroad


@pytest.mark.parametrize(
    ("country", "storage", "recipients", "residence", "home", "area", "abroad"),
    [
        ("IN", "IN", ("IN",), "", "India", "", ()),
        ("IN", "IN", ("IN",), "IN", "India", "", ()),
        ("IN", "IN", ("IN",), "DE", "", "", ("India",)),
        ("IN", "IN", ("IN", "US"), "", "", "", ("United States",)),
        ("IN", "SG", (), "", "", "", ("Singapore",)),
        ("DE", "DE", ("DE",), "", "Germany", "", ()),
        ("DE", "DE", ("FR",), "", "", "European Economic Area", ()),
        ("DE", "DE", ("DE",), "AT", "", "European Economic Area", ()),
        ("EU", "IE", ("DE",), "", "", "European Economic Area", ()),
        ("DE", "GB", ("DE",), "AT", "", "", ("United Kingdom",)),
        # kept at home, but used by a controller who is not
        ("IN", "DE", ("DE",), "DE", "", "", ("India",)),
    ],
)
def test_data_stays_where_nobody_else_gets_it(
    project: Project, country: str, storage: str, recipients: tuple[str, ...], residence: str, home: str, area: str, abroad: tuple[str, ...]
) -> None:
    found = facts(project, market(project, country, storage, *recipients), residence)
    assert (found.home_country, found.home_area, found.transfer_countries) == (home, area, abroad)


def test_the_country_of_storage_is_not_named_twice(project: Project) -> None:
    found = facts(project, market(project, "IN", "SG", "SG", "US", "IN"))
    assert (found.storage_country, found.other_countries) == ("Singapore", ("India", "United States"))
    assert facts(project, market(project, "EU", "DE", "DE"), "IN").other_countries == ()


@pytest.mark.parametrize(
    ("storage", "basis", "residence", "allowed", "protected"),
    [
        ("US", "contract", "", "standard contractual clauses", "standard contractual clauses"),
        ("US", "adequacy", "", "a decision that data is protected well enough there", ""),
        ("US", "consent", "", "your consent", ""),
        ("US", "", "", "your consent", ""),
        ("FR", "contract", "", "", ""),
        ("DE", "consent", "AT", "", ""),
    ],
)
def test_a_basis_is_named_only_for_data_that_leaves(
    project: Project, storage: str, basis: str, residence: str, allowed: str, protected: str
) -> None:
    found = facts(project, market(project, "DE", storage, basis=basis), residence)
    assert (found.transfer_basis, found.transfer_safeguards) == (allowed, protected)


@pytest.mark.parametrize(("country", "residence", "name"), [("DE", "", "GDPR"), ("GB", "", "UK GDPR"), ("IN", "", ""), ("IN", "FR", "GDPR"), ("GB", "DE", "GDPR and UK GDPR")])
def test_the_gdpr_is_named_where_it_is_in_force(project: Project, country: str, residence: str, name: str) -> None:
    assert facts(project, market(project, country, country), residence).gdpr == name


@pytest.mark.parametrize(
    ("country", "residence", "representative", "asked", "named"),
    [
        ("DE", "", "", False, ""),
        ("DE", "AT", "", False, ""),
        ("DE", "TR", "", True, ""),
        ("IN", "DE", "", True, ""),
        ("DE", "", "Example SARL", True, "Example SARL"),
        ("DE", "FR", "Example SARL", True, "Example SARL"),
        ("IN", "DE", "Example Ltd", True, ""),
    ],
)
def test_a_representative_is_for_those_who_live_where_the_controller_is_not(
    project: Project, country: str, residence: str, representative: str, asked: bool, named: str
) -> None:
    where = market(project, country, country, representative=representative)
    needs = requirements(country, residence or None, today=TODAY)
    assert ("representative" in applying_items(needs, where, residence)) is asked
    assert facts(project, where, residence).representative == named


def test_a_controller_with_a_representative_is_somewhere_else(project: Project) -> None:
    found = facts(project, market(project, "DE", "DE", "DE", representative="Example SARL"))
    assert (found.home_country, found.home_area, found.transfer_countries) == ("", "", ())


@pytest.mark.parametrize(
    ("country", "residence", "own", "seat", "board", "legend"),
    [
        ("DE", "", True, False, False, False),
        ("DE", "AT", True, False, False, False),
        ("DE", "IN", False, True, False, False),
        ("IN", "", False, False, True, False),
        ("IN", "DE", False, False, True, False),
        ("AR", "", False, False, False, True),
        ("AR", "DE", False, False, False, True),
    ],
)
def test_an_authority_is_named_once_and_only_as_what_it_is(
    project: Project, country: str, residence: str, own: bool, seat: bool, board: bool, legend: bool
) -> None:
    found = facts(project, market(project, country, country), residence)
    given = (found.authority_url, found.seat_authority_url, found.board_url, found.legend_authority_url)
    assert given == tuple("https://authority.example/" if one else "" for one in (own, seat, board, legend))
    assert [bool(found.authority), bool(found.seat_authority), bool(found.legend_authority)] == [own, seat, legend]


def test_a_complaint_to_the_board_makes_the_general_one_idle_at_home(project: Project) -> None:
    where = market(project, "IN", "IN")
    # A German phone number brings the GDPR's items to somebody who lives in India.
    needs = requirements("IN", "IN", phone="+4930123456", today=TODAY)
    assert {"complaint", "complaint_to_board_link"} <= set(needs.notice_items)
    assert "complaint" not in applying_items(needs, where, "IN")
    assert "complaint" in applying_items(needs, where, "DE")


def test_a_recipients_work_stands_within_the_brackets(project: Project) -> None:
    assert facts(project, market(project, "IN", "IN", "IN")).recipients == ("Mail IN (India, mail delivery)",)

"""Which regimes bind a visitor: market, residence, region, phone, IP country, seat."""

from datetime import date

import pytest

from leadcore.consent.applies import applicable, codes_in_force, country_of
from leadcore.consent.phone_country import phone_country
from leadcore.consent.regimes import shared

TODAY = date(2026, 11, 22)

NUMBERS = [
    ("+49 151 23456789", "", "DE"),
    ("0049 30 1234567", "", "DE"),
    ("(+91) 98765 43210", "", "IN"),
    ("+٩٧١ ٥٠ ١٢٣ ٤٥٦٧", "", "AE"),
    ("+1 212 555 0100", "", "US"),
    ("+1 (514) 555-0100", "US", "CA"),
    ("+1 787 555 0100", "", "US"),
    ("+1 876 555 0100", "US", "JM"),
    ("+1 800 555 0100", "US", ""),
    ("+1 800 555 0100", "CA", ""),
    ("+1 800 555 0100", "DE", "US"),
    ("+7 701 123 4567", "RU", "KZ"),
    ("+7 601 123 4567", "", "KZ"),
    ("+7 912 123 4567", "KZ", "RU"),
    ("+44 20 7946 0000", "JE", ""),
    ("+44 20 7946 0000", "DE", "GB"),
    ("+998 90 123 45 67", "", "UZ"),
    ("+880 1712 345678", "", "BD"),
    ("+852 5123 4567", "", "HK"),
    ("0151 23456789", "DE", ""),
    ("given", "DE", ""),
    ("", "DE", ""),
    ("+", "", ""),
    ("+999 123", "", ""),
]


@pytest.mark.parametrize(("number", "residence", "country"), NUMBERS)
def test_a_number_tells_its_country(number, residence, country):
    assert phone_country(number, residence) == country


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"markets": ["DE"]}, ("EU", "DE")),
        ({"markets": ["DE", "AT"]}, ("EU", "DE", "AT")),
        ({"markets": ["EU"], "residence": "FR"}, ("EU", "FR")),
        ({"markets": ["US"], "residence": "US", "region": "CA"}, ("US", "US-CA", "US-GPC")),
        ({"markets": ["US-CA"]}, ("US", "US-CA", "US-GPC")),
        ({"markets": ["US"], "residence": "US", "region": "us_tx"}, ("US", "US-GPC")),
        ({"markets": ["US"], "residence": "US", "region": "IN"}, ("US",)),
        ({"markets": ["US"], "residence": "CA", "region": "CA"}, ("US", "CA")),
        ({"markets": ["US"], "region": "CO"}, ("US", "US-GPC")),
        ({"markets": ["CA"], "residence": "CA", "region": "CA-QC"}, ("CA", "CA-QC")),
        ({"markets": ["FR"], "residence": "CA", "region": "QC"}, ("EU", "FR", "CA", "CA-QC")),
        ({"markets": ["in-gu"], "residence": "UK"}, ("IN", "GB")),
        ({"markets": ["US"], "residence": "ZZ"}, ("US", "HOUSE")),
        ({"markets": ["US"], "residence": ""}, ("US",)),
        ({"markets": []}, ("HOUSE",)),
        ({"markets": ["US"], "phone": "+380 44 123 4567"}, ("US", "HOUSE")),
        ({"markets": ["AE"], "seat": "DE"}, ("AE", "EU", "DE")),
        ({"markets": ["DK"], "residence": "CZ"}, ("EU",)),
    ],
)
def test_the_union_of_all_links_applies(given, codes):
    assert codes_in_force(applicable(today=TODAY, **given)) == codes


def test_two_member_states_without_files_are_two_chains():
    chains = applicable(markets=["DK"], residence="CZ", today=TODAY)
    assert [chain.country for chain in chains] == ["DK", "CZ"]


def test_the_bare_union_gives_way_to_a_member_without_a_file():
    chains = applicable(markets=["EU"], residence="DK", today=TODAY)
    assert [chain["age"].value for chain in chains] == ["15"]


@pytest.mark.parametrize("state", sorted(shared()["gpc_states"]))
def test_a_signal_state_adds_the_signal_regime_from_its_day(state):
    start = shared()["gpc_states"][state]["from"]
    given = {"markets": ["US"], "residence": "US", "region": state}
    assert "US-GPC" in codes_in_force(applicable(today=start, **given))
    assert "US-GPC" not in codes_in_force(applicable(today=date(2023, 3, 28), **given))


@pytest.mark.parametrize(
    ("market", "country"), [("de", "DE"), ("in-gu", "IN"), ("uk", "GB"), ("EU", "EU"), ("dk", "DK")]
)
def test_a_market_name_tells_its_country(market, country):
    assert country_of(market) == country

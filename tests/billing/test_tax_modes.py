"""Which tax a project starts with, by the two countries and what both sides are, and in words."""

import pytest

from billing import languages
from billing.invoicing import rates, tax_countries, tax_modes
from billing.invoicing.rates import Rate
from models import Business, Client, TaxRate
from tests import cast as the

GERMAN = {"country": "DE", "tax_registered": True, "tax_rate": 19000, "tax_id": "DE136695976"}
SMALL = {"country": "DE", "small_business": True}
FRENCH_ID = {"country": "FR", "tax_id": "FR40303265045"}
AMERICAN = {"country": "US", "tax_registered": True, "tax_rate": 8875, "region": "NY"}
CANADIAN = {"country": "CA", "tax_registered": True, "tax_rate": 5000, "region": "BC"}


@pytest.mark.parametrize(
    ("seller", "buyer", "category", "rate", "note"),
    [
        ({"country": "US", "tax_registered": False}, {"country": "DE"}, "O", 0, ""),
        (GERMAN, {"country": "DE"}, "S", 19000, ""),
        (GERMAN, {"country": ""}, "S", 19000, ""),
        (GERMAN, FRENCH_ID, "AE", 0, "Reverse charge"),
        ({**GERMAN, "tax_id": ""}, FRENCH_ID, "S", 19000, ""),
        (GERMAN, {"country": "FR"}, "S", 19000, ""),
        (GERMAN, {"country": "FR", "kind": "consumer", "tax_id": "x"}, "S", 19000, ""),
        (GERMAN, {"country": "JP"}, "O", 0, "Not taxable in the seller's country"),
        (GERMAN, {"country": "JP", "kind": "consumer"}, "S", 19000, ""),
        (SMALL, {"country": "DE"}, "E", 0, "No VAT is charged: small business, § 19 UStG"),
        ({**SMALL, "tax_id": "DE136695976"}, FRENCH_ID, "AE", 0, "Reverse charge"),
        ({"country": "FR", "small_business": True}, {"country": "FR"}, "E", 0,
         "VAT not applicable, art. 293 B of the CGI"),
        ({"country": "GB"}, {"country": "GB"}, "O", 0, ""),
        ({"country": "GB", "tax_registered": True, "tax_rate": 20000}, FRENCH_ID, "O", 0,
         "Not taxable in the seller's country"),
        ({"country": "AU", "tax_registered": True, "tax_rate": 10000},
         {"country": "NZ", "kind": "consumer"}, "Z", 0,
         "Zero-rated: supplied to a client abroad"),
        (AMERICAN, {"country": "US", "region": "ny"}, "S", 8875, ""),
        (AMERICAN, {"country": "US", "region": "CA"}, "O", 0,
         "No sales tax: the client is in another state"),
        (AMERICAN, {"country": "DE"}, "O", 0, "Not taxable in the seller's country"),
        (AMERICAN, {"country": "DE", "kind": "consumer"}, "O", 0,
         "Not taxable in the seller's country"),
        ({"country": "CH", "tax_registered": True, "tax_rate": 8100},
         {"country": "DE", "kind": "consumer"}, "O", 0, "Not taxable in the seller's country"),
        (CANADIAN, {"country": "CA", "region": "ON"}, "S", 13000, ""),
        (CANADIAN, {"country": "CA", "region": "BC"}, "S", 5000, ""),
        ({**GERMAN, "tax_rate": 0}, {"country": "DE"}, "O", 0, ""),
    ],
)  # fmt: skip
def test_the_usual_mode(seller, buyer, category, rate, note):
    mode = tax_modes.usual(Business(**seller), Client(**buyer))
    assert (mode.category, mode.rate, mode.note) == (category, rate, note)
    assert mode.why


@pytest.mark.parametrize(("country", "kind", "withheld"), [
    ("ES", "business", 15_000), ("ES", "consumer", 0), ("PT", "business", 0),
])  # fmt: skip
def test_only_businesses_at_home_keep_tax_back(country, kind, withheld):
    seller = Business(country="ES", withholding_rate=15_000)
    assert tax_modes.usual(seller, Client(country=country, kind=kind)).withholding == withheld


def test_reasons_are_said_in_the_clients_language_and_own_words_stay():
    note = tax_countries.reason("small_de")
    assert tax_modes.reason(note, "de") == "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet"
    assert tax_modes.reason(note, "pl") == note
    assert tax_modes.reason("100 % ours", "de") == "100 % ours"


def test_the_data_is_whole():
    for name, said in tax_countries._data()["reasons"].items():
        assert set(said) >= set(languages.known()), name
    for country in ("US", "GB", "DE", "AT", "CH", "FR", "ES", "IT", "NL", "BE", "PL", "JP", "CA",
                    "AU"):  # fmt: skip
        assert country in tax_countries.known()
        found = rates.starting(Business(country=country, tax_rate=5_000))
        assert len({row.name for row in found}) == len(found)
        assert all(row.rate if row.category == "S" else not row.rate for row in found)


def test_the_table_is_the_owners_own_from_the_first_change(database):
    owner = the.owner(country="DE", tax_registered=True, tax_rate=19_000, tax_id="DE136695976")
    business = Business.get(Business.owner == owner.id)
    assert [(row.name, row.rate) for row in rates.of(business)][:2] == [
        ("Standard rate", 19_000), ("Reduced rate", 7_000),
    ]  # fmt: skip
    own = [Rate("Books", "S", 7_000), Rate("Reverse", "AE", 0, "Steuer schuldet der Kunde")]
    rates.save(own, owner)
    assert rates.of(business) == own
    mode = tax_modes.usual(business, Client(**FRENCH_ID), rates.of(business))
    assert mode.note == "Steuer schuldet der Kunde"
    rates.begin_again(owner)
    assert not TaxRate.select().exists() and len(rates.of(business)) > 2


@pytest.mark.parametrize(("rows", "refusal"), [
    ([], rates.NoRates),
    ([Rate("Standard", "S", 0)], rates.RateUnsaid),
    ([Rate("Exempt", "E", 0)], rates.ExemptionUnexplained),
])  # fmt: skip
def test_a_table_that_cannot_be_printed_is_refused(database, rows, refusal):
    owner = the.owner()
    with pytest.raises(refusal):
        rates.save(rows, owner)
    assert not rates.is_own(owner)

"""Which tax a project starts with, by the two countries and what the client is."""

import pytest

from billing.invoicing import tax_modes
from models import Business, Client

GERMAN = {"country": "DE", "tax_registered": True, "tax_rate": 19000}


@pytest.mark.parametrize(
    ("seller", "buyer", "category", "rate"),
    [
        ({"country": "US", "tax_registered": False}, {"country": "DE"}, "O", 0),
        (GERMAN, {"country": "DE"}, "S", 19000),
        (GERMAN, {"country": ""}, "S", 19000),
        (GERMAN, {"country": "FR", "tax_id": "FR40303265045"}, "AE", 0),
        (GERMAN, {"country": "FR"}, "S", 19000),
        (GERMAN, {"country": "FR", "kind": "consumer", "tax_id": "x"}, "S", 19000),
        (GERMAN, {"country": "JP"}, "O", 0),
        (GERMAN, {"country": "JP", "kind": "consumer"}, "S", 19000),
    ],
)
def test_the_usual_mode(seller, buyer, category, rate):
    mode = tax_modes.usual(Business(**seller), Client(**buyer))
    assert (mode.category, mode.rate) == (category, rate)
    assert bool(mode.note) == (category == "AE" or (category == "O" and seller is GERMAN))

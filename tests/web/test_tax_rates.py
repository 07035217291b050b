"""The settings of tax: what clients get in words, and the owner's own table of rates."""

import re

import pytest

from billing.invoicing import rates
from models import Business, TaxRate
from tests import cast as the


@pytest.fixture
def german(alice):
    columns = {"country": "DE", "tax_registered": True, "tax_rate": 19_000, "tax_id": "DE1"}
    Business.update(**columns).where(Business.owner == alice.id).execute()
    return alice


def typed(page):
    """All that the form holds, as a browser would send it."""
    names = re.findall(r'<input[^>]*?name="(rates-[^"]+)"[^>]*?>', page.text)
    values = {}
    for name in names:
        tag = re.search(rf'<input[^>]*?name="{name}"[^>]*?>', page.text)[0]
        value = re.search(r'value="([^"]*)"', tag)
        values[name] = value[1] if value else ""
    for name, inner in re.findall(r'<select[^>]*?name="(rates-[^"]+)"[^>]*?>(.*?)</select>',
                                  page.text, re.S):  # fmt: skip
        chosen = re.search(r'<option[^>]*?selected[^>]*?value="([^"]*)"', inner)
        values[name] = chosen[1]
    return values


def test_it_says_what_clients_get_and_why(signed_in, german):
    page = signed_in.get("/settings/tax")
    assert "A business elsewhere in the EU, with a VAT ID" in page.text
    assert "owes the tax" in page.text and "Reverse charge" in page.text
    assert "19 %" in page.text


def test_a_row_is_added_changed_and_saved(signed_in, german):
    page = signed_in.get("/settings/tax")
    more = signed_in.post("/settings/tax", {**typed(page), "change": "add"}, 200)
    fields = typed(more)
    last = max(int(name.split("-")[1]) for name in fields)
    fields |= {f"rates-{last}-name": "Books", f"rates-{last}-category": "S",
               f"rates-{last}-rate": "5,5"}  # fmt: skip
    fields |= {"rates-1-name": ""}
    signed_in.post("/settings/tax", fields)
    kept = [row.name for row in TaxRate.select().order_by(TaxRate.position)]
    assert "Books" in kept and "Reduced rate" not in kept
    assert TaxRate.get(TaxRate.name == "Books").rate == 5_500
    signed_in.post("/settings/tax/reset")
    assert not TaxRate.select().exists()


def test_what_cannot_be_is_said_and_stays_typed(signed_in, german):
    page = signed_in.get("/settings/tax")
    answer = signed_in.post(
        "/settings/tax",
        {**typed(page), "rates-0-rate": "much", "rates-1-name": "My own"},
        422,
    )
    assert "Enter a rate from 0 to 100" in answer.text and "My own" in answer.text
    answer = signed_in.post("/settings/tax", {**typed(page), "rates-0-category": "E"}, 422)
    assert "is exempt" in answer.text
    assert not TaxRate.select().exists()


def test_another_owners_table_is_another(signed_in, german):
    bob = the.owner()
    rates.save([rates.Rate("Bob's", "O")], bob)
    assert "Bob" not in signed_in.get("/settings/tax").text

"""Claims for late payment on the pages: chosen, their rates entered, and told in words."""

import re
from datetime import date

import pytest

from billing.dunning import schemes
from billing.invoicing import invoices
from billing.invoicing.lines import Line
from tests import cast as the
from tests.cast import later


@pytest.fixture
def overdue(alice):
    project = the.project(alice, for_client=the.client(alice))
    return invoices.bill(project, [Line("Copy", 100_000)], alice, later(days=-60))


def read(answer):
    """What stands on a page, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", "", answer.text).split())


@pytest.fixture
def unknown_since_july(monkeypatch):
    """Whatever is shipped by now, this half-year's rate is not."""
    boe = schemes._data()["references"]["boe"]
    monkeypatch.setitem(boe, "rates", [[date(2026, 1, 1), 3.75]])


def test_a_law_is_chosen_and_its_rate_entered(signed_in, alice, overdue, unknown_since_july):
    here, there = f"/invoices/{overdue.id}", "/settings/late-payment"
    assert "late payment" not in read(signed_in.get(here))
    assert "Base rates" not in read(signed_in.get(there))
    signed_in.post(there, {"scheme": "uk"}, status=303)
    assert schemes.plan_of(alice) == schemes.Plan(schemes.all_of()["uk"], False)
    assert "enter the base rate since" in read(signed_in.get(here))
    wrong = {"rate-since": "2026-08-01", "rate-rate": "3.75", "rate-source": "Bank of England"}
    signed_in.get(there)
    refused = signed_in.post(f"{there}/rates", wrong, status=422)
    assert "2026-08-01 is neither" in read(refused) and 'value="3.75"' in refused.text
    signed_in.post(f"{there}/rates", {**wrong, "rate-since": "2026-07-01"}, status=303)
    page = read(signed_in.get(here))
    assert "for late payment" in page and "at 11.75 % a year" in page

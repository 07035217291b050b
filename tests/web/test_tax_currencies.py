"""Exchange rates in the settings, and what pages say of tax that has to be stated by one."""

import pytest

from billing.accepting import reviews
from models import ExchangeRate, Invoice
from tests import cast as the
from tests.web.visitor import Visitor

ENTERED = {
    "exchange-currency": "USD",
    "exchange-rate": "0,9215",
    "exchange-day": "2026-11-20",
    "exchange-source": "European Central Bank",
}


@pytest.fixture
def owner(app):
    return the.owner(country="DE", currency="EUR", tax_registered=True, tax_rate=19_000)


@pytest.fixture
def as_owner(app):
    def signed_in(owner):
        visitor = Visitor(app)
        visitor.enter(owner)
        visitor.get("/settings/tax")
        return visitor

    return signed_in


@pytest.fixture
def client(owner):
    return the.client(owner, country="DE", currency="USD")


def test_a_rate_is_entered_and_shown(owner, as_owner):
    browser = as_owner(owner)
    page = browser.get("/settings/tax").text
    assert "Tax in EUR" in page
    browser.post("/settings/tax/exchange-rates", ENTERED)
    html = browser.get("/settings/tax").text
    assert "1 USD" in html and "0.9215 EUR" in html and "European Central Bank" in html
    assert ExchangeRate.get().own == "EUR"


def test_what_is_no_rate_is_refused_and_kept(owner, as_owner):
    typed = {**ENTERED, "exchange-rate": "about one"}
    html = as_owner(owner).post("/settings/tax/exchange-rates", typed, 422).text
    assert "is no exchange rate" in html and 'value="about one"' in html
    assert not ExchangeRate.select().exists()


def test_who_is_not_asked_for_it_does_not_see_it(app, as_owner):
    assert "exchange-rates" not in as_owner(the.owner()).get("/settings/tax").text


def test_before_finished_work_is_billed_its_page_says_what_will_be_missing(owner, client, as_owner):
    browser, here = as_owner(owner), f"/invoices/new?client={client.id}"
    html = browser.get(here).text
    assert "Enter what 1 USD is in EUR" in html and "Its tax is not stated in EUR" in html
    browser.post("/settings/tax/exchange-rates", ENTERED)
    assert "not stated" not in browser.get(here).text
    work = {"outcome": "A page", "price": "1000", "delivered_on": "2026-11-20", "terms_days": "14"}
    browser.post(here, {**work, "key": "b"})
    [invoice] = Invoice.select()
    html = browser.get(f"/invoices/{invoice.id}").text
    assert "VAT in EUR" in html and "€175.09" in html and "Its tax is not stated" not in html


def test_a_draft_says_what_it_will_not_state(owner, client, as_owner):
    browser = as_owner(owner)
    work = {"outcome": "A page", "price": "1000", "delivered_on": "2026-11-20", "terms_days": "14"}
    browser.post(f"/invoices/new?client={client.id}", {**work, "key": "a", "draft": "1"})
    [draft] = Invoice.select()
    page = f"/invoices/{draft.id}"
    assert "unless you enter a rate before" in browser.get(page).text
    browser.post("/settings/tax/exchange-rates", ENTERED)
    assert "not stated" not in browser.get(page).text
    browser.post(f"{page}/issue")
    assert "VAT in EUR" in browser.get(page).text


def test_both_sides_read_it_and_the_owner_what_is_missing(owner, client, as_owner, as_client):
    cast = the.submitted(of=owner, for_client=client)
    reviews.accept(cast.milestone, cast.contact, the.NOW)
    [invoice] = cast.invoices
    assert (
        "No rate was there when it was issued"
        in as_owner(owner).get(f"/invoices/{invoice.id}").text
    )
    visitor = as_client(cast.project, cast.contact)
    assert "not stated" not in visitor.get(f"{visitor.home}invoices/{invoice.id}").text


def test_an_agreement_to_send_says_that_a_rate_will_be_needed(owner, client, as_owner):
    cast = the.project(owner, the.terms(), for_client=client)
    browser = as_owner(owner)
    browser.get(f"/projects/{cast.id}/agreement")
    html = browser.get(f"/projects/{cast.id}/agreement/sending").text
    assert "Enter what 1 USD is in EUR" in html

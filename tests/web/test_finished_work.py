"""Finished work billed by hand: to a client or within a project, once, with what it means."""

import pytest

from billing.accepting import reviews
from billing.paying import payments
from models import Business, Delivery, Invoice, InvoiceState, Project, ProjectState
from tests import cast as the
from tests.cast import NOW

WORK = {
    "outcome": "Landing page copy",
    "price": "1,200.50",
    "delivered_on": "2026-11-20",
    "terms_days": "14",
    "detail": "",
}


@pytest.fixture
def accepted(alice):
    """Alice's milestone of 5,000.00 was accepted: INV-0001 is issued."""
    cast = the.submitted(of=alice)
    reviews.accept(cast.milestone, cast.contact, NOW)
    return cast


def only_invoice():
    return Invoice.with_paid().get()


def test_finished_work_is_billed_to_a_client(signed_in, alice):
    client = the.client(alice)
    assert "Cleo GmbH" in signed_in.get("/invoices/new").text
    form = signed_in.get(f"/invoices/new?client={client.id}").text
    assert "INV-0001" in form and 'value="2026-11-22"' in form
    sent = signed_in.post(f"/invoices/new?client={client.id}", {**WORK, "key": "k"})
    page = signed_in.follow(sent).text
    assert "INV-0001 is issued." in page and "$1,200.50" in page
    invoice = only_invoice()
    assert (invoice.cause, invoice.supplied_on.isoformat()) == ("manual", "2026-11-20")
    assert Project.get().state == ProjectState.ACTIVE
    assert Delivery.select().where(Delivery.kind == "invoice_issued").count() == 1


def test_a_double_click_bills_once(signed_in, alice):
    client = the.client(alice)
    signed_in.get(f"/invoices/new?client={client.id}")
    places = {
        signed_in.post(f"/invoices/new?client={client.id}", {**WORK, "key": "k"}).location
        for _ in range(2)
    }
    assert len(places) == Invoice.select().count() == Project.select().count() == 1


def test_finished_work_can_be_a_draft_and_part_of_a_project(signed_in, accepted):
    address = f"/invoices/new?project={accepted.project.id}"
    signed_in.get(address)
    signed_in.post(address, {**WORK, "key": "k", "draft": "1"})
    draft = Invoice.get(Invoice.state == InvoiceState.DRAFT)
    assert draft.project_id == accepted.project.id
    assert "The draft is saved." in signed_in.get(f"/invoices/{draft.id}").text


def test_more_work_opens_a_closed_project_again_until_it_is_paid(signed_in, accepted):
    invoice = only_invoice()
    payments.record(invoice, invoice.total, NOW.date(), "k", accepted.owner, NOW)
    assert Project.get().state == ProjectState.CLOSED
    address = f"/invoices/new?project={accepted.project.id}"
    signed_in.get(address)
    signed_in.post(address, {**WORK, "key": "k"})
    assert Project.get().state == ProjectState.ACTIVE
    extra = Invoice.get(Invoice.cause == "manual")
    payments.record(extra, extra.total, NOW.date(), "k", accepted.owner, NOW)
    assert Project.get().state == ProjectState.CLOSED


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("outcome", " ", "Say what you delivered."),
        ("price", "", "Enter the price."),
        ("price", "-5", "The amount must be more than zero."),
        ("price", "0", "The amount must be more than zero."),
        ("price", "a lot", "is not an amount of money"),
        ("terms_days", "366", "Enter a number of days from 0 to 365."),
        ("terms_days", "soon", "Enter a number of days from 0 to 365."),
        ("delivered_on", "yesterday", "Write the date like 2026-12-31."),
        ("delivered_on", "0001-01-01", "more than 10 years ago"),
        ("delivered_on", "9999-12-31", "more than a year ahead"),
    ],
)
def test_what_was_typed_stays_when_something_is_wrong(signed_in, alice, field, typed, words):
    client = the.client(alice)
    address = f"/invoices/new?client={client.id}"
    signed_in.get(address)
    page = signed_in.post(address, {**WORK, "key": "k", field: typed}, status=422).text
    assert words in page
    assert "<title>Error: " in page
    kept = WORK["outcome"] if field != "outcome" else WORK["price"]
    assert kept in page
    assert Invoice.select().count() == 0


def test_a_business_without_a_name_cannot_bill(signed_in, alice):
    Business.update(name="").execute()
    client = the.client(alice)
    signed_in.get(f"/invoices/new?client={client.id}")
    page = signed_in.post(f"/invoices/new?client={client.id}", {**WORK, "key": "k"}, status=422)
    assert "Your business has no name yet." in page.text


def test_a_consumer_is_billed_with_tax_included(signed_in, alice):
    Business.update(tax_registered=True, tax_rate=20000).execute()
    client = the.client(alice, kind="consumer", country="US")
    form = signed_in.get(f"/invoices/new?client={client.id}").text
    assert "What they pay, tax included." in form
    signed_in.post(f"/invoices/new?client={client.id}", {**WORK, "price": "120", "key": "k"})
    invoice = only_invoice()
    assert (invoice.net, invoice.tax, invoice.total) == (10_000, 2_000, 12_000)

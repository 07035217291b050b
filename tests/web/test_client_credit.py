"""Credit and write-offs on the pages: told before, done once, taken back."""

import re

import pytest

from billing.accepting import reviews
from billing.invoicing import credit_notes, invoices
from billing.paying import credit_entries, payments
from models import CreditEntry, Invoice, Payment, WriteOff
from tests import cast as the
from tests.cast import NOW

PAID = {"amount": "5,200.00", "received_on": "2026-11-21", "method": "bank", "key": "k"}


@pytest.fixture
def cast(alice):
    """Alice's invoices of 5,000.00 and of 900.00 wait to be paid."""
    found = the.submitted(of=alice)
    reviews.accept(found.milestone, found.contact, NOW)
    lines = [invoices.Line("A talk", 90_000)]
    invoices.bill(found.project, lines, alice, NOW, key="talk")
    return found


@pytest.fixture
def overpaid(cast, alice):
    payments.record(cast.invoices[0], 520_000, NOW.date(), "k", alice, NOW, surplus=20_000)
    return cast


def left(cast):
    return credit_entries.left(cast.project.client, "USD")


def read(answer):
    """What stands on a page, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", "", answer.text).split())


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


def test_more_than_is_due_is_booked_once_what_becomes_of_it_is_agreed(signed_in, cast):
    here = f"/invoices/{cast.invoices[0].id}"
    signed_in.get(here)
    answer = signed_in.post(f"{here}/payments", PAID, status=422)
    assert "$200.00 becomes credit of Cleo GmbH" in read(answer)
    assert 'value="5,200.00"' in answer.text
    assert Payment.select().count() == 0
    # Another amount than the one the owner has agreed to is asked about again.
    signed_in.post(f"{here}/payments", {**PAID, "amount": "5300", "surplus": "20000"}, status=422)
    page = signed_in.follow(signed_in.post(f"{here}/payments", {**PAID, "surplus": "20000"})).text
    assert "Kept as credit" in page and left(cast) == 20_000


def test_credit_is_offered_on_an_open_invoice_with_its_consequence(signed_in, overpaid):
    here = f"/invoices/{overpaid.invoices[1].id}"
    page = signed_in.get(here).text
    assert "Using $200.00 of it here leaves $700.00 to pay." in read(signed_in.get(here))
    fields = {name: hidden(page, name) for name in ("amount",)}
    fields["key"] = re.search(r'value="(\d+-\d+-\d+)"', page).group(1)
    for _ in range(2):
        signed_in.post(f"{here}/client-credit", fields)
    page = signed_in.get(here).text
    assert "From credit" in page and "$700.00" in page and "Receipt" not in page
    assert left(overpaid) == 0


def test_the_owner_is_told_at_home_and_at_the_client(signed_in, overpaid):
    assert "Cleo GmbH has credit that INV-0002 can use." in read(signed_in.get("/"))
    client = f"/clients/{overpaid.project.client_id}"
    assert "$200.00 of credit" in read(signed_in.get(client))
    assert "$200.00 left" in read(signed_in.get(f"{client}/credit"))


def test_the_client_reads_of_their_credit(as_client, overpaid):
    client = as_client(overpaid.project, overpaid.contact)
    assert "You have $200.00 of credit." in read(client.get(client.home))


def test_a_refund_is_recorded_once_and_taken_back(signed_in, overpaid):
    here = f"/clients/{overpaid.project.client_id}/credit"
    signed_in.get(here)
    typed = {"currency": "USD", "amount": "50", "paid_on": "2026-11-22", "key": "k"}
    page = signed_in.post(f"{here}/refunds", {**typed, "amount": "201"}, status=422).text
    assert "Only $200.00 of credit is left." in page and 'value="201"' in page
    page = signed_in.post(f"{here}/refunds", {**typed, "paid_on": "9999-12-31"}, status=422).text
    assert "This day has not come yet." in page
    for _ in range(2):
        page = read(signed_in.follow(signed_in.post(f"{here}/refunds", typed)))
    assert "$150.00 left" in page
    entry = CreditEntry.select().order_by(CreditEntry.id.desc()).first()
    page = read(signed_in.follow(signed_in.post(f"{here}/{entry.id}/reversal")))
    assert "$200.00 left" in page


def test_what_was_credited_after_payment_is_kept_as_credit(signed_in, cast, alice):
    first = cast.invoices[0]
    payments.record(first, 500_000, NOW.date(), "k", alice, NOW)
    credit_notes.issue(first, {first.lines[0].id: 10_000}, "Less", "c", alice, NOW)
    here = f"/invoices/{first.id}"
    signed_in.get(here)
    page = signed_in.follow(signed_in.post(f"{here}/surplus", {"key": "1"})).text
    assert "$100.00 is kept as credit." in page and left(cast) == 10_000


def test_an_invoice_is_written_off_with_a_reason_and_expected_again(signed_in, cast):
    here = f"/invoices/{cast.invoices[0].id}"
    assert "ask your accountant" in signed_in.get(here).text
    typed = {"off-amount": "5,000", "off-reason": "", "off-key": "k"}
    page = signed_in.post(f"{here}/write-offs", typed, status=422).text
    assert "Say why you write it off." in page and 'value="5,000"' in page
    page = signed_in.post(f"{here}/write-offs", {**typed, "off-amount": "5001"}, status=422).text
    typed["off-reason"] = "They are bankrupt"
    for _ in range(2):
        page = signed_in.follow(signed_in.post(f"{here}/write-offs", typed)).text
    assert "Nothing more is expected." in page and "They are bankrupt" in page
    assert "Record a payment" not in page
    made = WriteOff.get()
    page = signed_in.follow(signed_in.post(f"{here}/write-offs/{made.id}/reversal")).text
    assert "Expected again" in page and "Record a payment" in page
    assert payments.due(Invoice.get_by_id(made.invoice_id)) == 500_000


def test_the_client_is_asked_for_nothing_more_of_what_is_written_off(signed_in, as_client, cast):
    here = f"/invoices/{cast.invoices[0].id}"
    signed_in.get(here)
    typed = {"off-amount": "5,000", "off-reason": "They are bankrupt", "off-key": "k"}
    signed_in.post(f"{here}/write-offs", typed)
    client = as_client(cast.project, cast.contact)
    for page in (client.home, f"{client.home}invoices/{cast.invoices[0].id}"):
        html = client.get(page).text
        assert "bankrupt" not in html and "wrote off" not in html
    assert "asks for nothing more of this invoice" in html and "I have paid" not in html

"""Crediting an issued invoice by hand, and how both sides see what was credited."""

import pytest

from billing.accepting import reviews
from billing.invoicing import credit_notes
from billing.paying import payments
from models import Invoice, InvoiceKind
from tests import cast as the
from tests.cast import NOW


@pytest.fixture
def cast(alice):
    made = the.submitted(of=alice)
    reviews.accept(made.milestone, made.contact, NOW)
    return made


@pytest.fixture
def bill(cast):
    return cast.invoices[0]


def form(bill, **changes):
    return {f"line_{bill.lines[0].id}": "1,200.00", "reason": "Fewer pages", **changes}


def read(page):
    """A page without the marks around amounts and names."""
    return page.text.replace("<bdi>", "").replace("</bdi>", "")


def notes():
    return list(Invoice.select().where(Invoice.kind == InvoiceKind.CREDIT_NOTE))


def credited(cast, bill, amount=120_000):
    return credit_notes.issue(bill, {bill.lines[0].id: amount}, "Fewer pages", "k", cast.owner, NOW)


def test_what_it_does_is_shown_before_it_is_done(signed_in, bill):
    here = f"/invoices/{bill.id}/credit"
    assert 'value="5000.00"' in signed_in.get(here).text
    asked = signed_in.post(here, form(bill), status=200)
    assert "CN-0001" in asked.text
    assert "$3,800.00 of the invoice is still due." in read(asked)
    assert notes() == []
    done = signed_in.post(here, form(bill, sure="1", key="one"), status=303)
    [note] = notes()
    assert done.headers["Location"].endswith(f"/invoices/{note.id}")
    shown = signed_in.get(f"/invoices/{note.id}").text
    assert "Credit note CN-0001" in shown
    assert "Fewer pages" in shown
    signed_in.post(here, form(bill, sure="1", key="one"), status=303)
    assert len(notes()) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "Say why it is credited."),
        ({"amount": "9,000.00"}, "Only $5,000.00 of"),
        ({"amount": "many"}, "is not an amount of money"),
        ({"amount": ""}, "The amount must be more than zero."),
    ],
)
def test_what_was_typed_is_kept_when_it_is_refused(signed_in, bill, changes, said):
    amount = changes.pop("amount", "1,200.00")
    typed = form(bill, **{f"line_{bill.lines[0].id}": amount}, **changes)
    refused = signed_in.post(f"/invoices/{bill.id}/credit", {**typed, "sure": "1"}, status=422)
    assert said in refused.text
    assert not amount or f'value="{amount}"' in refused.text
    assert notes() == []


def test_strangers_drafts_and_notes_have_no_such_page(signed_in, stranger, cast, bill):
    stranger.get(f"/invoices/{bill.id}/credit", status=404)
    stranger.post(f"/invoices/{bill.id}/credit", form(bill, sure="1"), status=404)
    note = credited(cast, bill)
    signed_in.get(f"/invoices/{note.id}/credit", status=404)
    assert len(notes()) == 1


def test_without_a_token_nothing_is_credited(signed_in, bill):
    bad = form(bill, sure="1", csrf_token="")
    signed_in.post(f"/invoices/{bill.id}/credit", bad, status=400)
    assert notes() == []


def test_the_invoice_its_list_and_the_project_tell_of_it(signed_in, cast, bill):
    credited(cast, bill)
    shown = read(signed_in.get(f"/invoices/{bill.id}"))
    assert "$1,200.00 of $5,000.00 is credited." in shown
    assert "$3,800.00" in shown
    assert "CN-0001" in shown
    listed = signed_in.get("/invoices?state=credit_note").text
    assert "CN-0001" in listed
    assert "INV-0001" not in listed
    assert "-$1,200.00" in read(signed_in.get(f"/projects/{cast.project.id}"))


def test_the_client_sees_what_is_left_and_the_note(as_client, cast, bill):
    note = credited(cast, bill)
    visitor = as_client(cast.project, cast.contact)
    home = read(visitor.get(visitor.home))
    assert "Pay $3,800.00" in home
    assert "CN-0001" in home
    assert "$0.00 of $3,800.00 paid" in home
    shown = visitor.get(f"{visitor.home}invoices/{note.id}").text
    assert "Taken back of invoice" in shown
    assert "I have paid" not in shown
    assert "$3,800.00" in visitor.get(f"{visitor.home}invoices/{bill.id}").text


def test_one_credited_whole_asks_for_nothing(as_client, signed_in, cast, bill):
    credited(cast, bill, 500_000)
    visitor = as_client(cast.project, cast.contact)
    assert "All of it is credited." in visitor.get(f"{visitor.home}invoices/{bill.id}").text
    assert "All of it is credited." in signed_in.get(f"/invoices/{bill.id}").text
    assert "already credited" in signed_in.get(f"/invoices/{bill.id}/credit").text


def test_what_is_to_refund_is_paid_back_by_one_button(signed_in, stranger, as_client, cast, bill):
    payments.record(bill, 500_000, NOW.date(), "p", cast.owner, NOW)
    credited(cast, bill)
    shown = read(signed_in.get(f"/invoices/{bill.id}"))
    assert "$1,200.00 to refund" in shown
    there = f"/invoices/{bill.id}/refunds"
    stranger.post(there, {"key": "a"}, status=404)
    signed_in.post(there, {"key": "a", "csrf_token": ""}, status=400)
    signed_in.post(there, {"key": "a"})
    signed_in.post(there, {"key": "a"})
    shown = read(signed_in.get(f"/invoices/{bill.id}"))
    assert "to refund" not in shown
    assert "Paid back" in shown
    signed_in.post(there, {"key": "b"}, status=409)
    visitor = as_client(cast.project, cast.contact)
    assert "paid back to you" in visitor.get(f"{visitor.home}invoices/{bill.id}").text

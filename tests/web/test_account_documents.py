"""Statements and letters on the owner's pages: drawn up once, downloaded, nobody else's."""

import pytest

from billing import files
from billing.invoicing import invoices
from billing.invoicing.lines import Line
from billing.paying import account_documents, payments
from models import AccountDocument, Project, write
from tests import cast as the
from tests.cast import NOW, later


@pytest.fixture
def billed(alice):
    return invoices.bill(the.project(alice), [Line("Copy", 100_000)], alice, NOW)


def test_a_statement_is_drawn_up_and_downloaded(signed_in, billed):
    here = f"/clients/{billed.client_id}/statements"
    assert "Statement of account" in signed_in.get(here).text
    period = {"first": "2026-01-01", "last": "2026-12-31", "currency": "USD"}
    page = signed_in.follow(signed_in.post(here, period))
    assert "$1,000.00" in page.text and "being made" in page.text
    [made] = AccountDocument.select()
    signed_in.get(f"/documents/{made.id}/document.pdf", 303)
    with write(made.client):
        account_documents.keep(made, files.document(made.owner, "a.pdf", the.PDF, NOW))
    answer = signed_in.get(f"/documents/{made.id}/document.pdf")
    assert answer.data == the.PDF
    assert "Statement of account" in signed_in.get(here).text


def test_a_period_that_is_none_is_refused_in_words(signed_in, billed):
    here = f"/clients/{billed.client_id}/statements"
    for first, currency in (("2027-01-01", "USD"), ("soon", "USD"), ("2026-01-01", "EUR")):
        wrong = {"first": first, "last": "2026-12-31", "currency": currency}
        signed_in.post(here, wrong, 422)
    assert not AccountDocument.select().exists()


def test_receipts_and_letters_start_from_the_invoice(signed_in, alice, billed, frozen):
    payments.record(billed, 40_000, NOW.date(), "a", alice, NOW)
    page = signed_in.get(f"/invoices/{billed.id}").text
    assert "Receipt" in page and "dunning" not in page
    paid = billed.payments[0].id
    for _ in range(2):
        signed_in.post(f"/invoices/{billed.id}/payments/{paid}/receipt")
    frozen(later(days=16))
    signed_in.enter(alice)
    assert "Draw up a dunning letter" in signed_in.get(f"/invoices/{billed.id}").text
    told = signed_in.follow(signed_in.post(f"/invoices/{billed.id}/dunning")).text
    assert "$600.00" in told
    assert AccountDocument.select().count() == 2


def test_strangers_find_nothing(signed_in, stranger, alice, billed):
    made = account_documents.statement(billed.client, "USD", NOW.date(), NOW.date(), alice, NOW)
    for url in (
        f"/documents/{made.id}",
        f"/documents/{made.id}/document.pdf",
        f"/clients/{billed.client_id}/statements",
    ):
        stranger.get(url, 404)
    stranger.post(f"/invoices/{billed.id}/dunning", status=404)


def test_withheld_tax_is_shown_and_settled_as_what_it_is(signed_in, alice):
    project = the.project(alice)
    Project.update(withholding_rate=15_000).where(Project.id == project.id).execute()
    project = Project.get_by_id(project.id)
    bill = invoices.bill(project, [Line("Copy", 100_000)], alice, NOW)
    page = signed_in.get(f"/invoices/{bill.id}").text
    assert "Withholding tax" in page and 'value="850.00"' in page
    payments.record(bill, 85_000, NOW.date(), "a", alice, NOW)
    page = signed_in.get(f"/invoices/{bill.id}").text
    assert 'value="150.00"' in page
    assert '<option selected value="withheld">' in page


def test_a_receipt_is_sent_and_stands_on_the_page_of_those_who_pay(signed_in, as_client, alice):
    project = the.project(alice)
    bill = invoices.bill(project, [Line("Copy", 100_000)], alice, NOW)
    paid = payments.record(bill, 40_000, NOW.date(), "a", alice, NOW)
    made = account_documents.receipt(paid, alice, NOW)
    with write(made.client):
        account_documents.keep(made, files.document(alice, "a.pdf", the.PDF, NOW))
    contact = project.client.contacts[0]
    client = as_client(project, contact)
    here = f"{client.home}documents"
    assert "Nothing was sent to you yet." in client.get(here).text
    client.get(f"{here}/{made.id}/document.pdf", status=404)
    told = signed_in.get(f"/documents/{made.id}").text
    assert f"mails it to {contact.email}" in told
    for _ in range(2):
        page = signed_in.follow(signed_in.post(f"/documents/{made.id}/sending")).text
    assert "it is on the page of those who pay" in page
    assert "Receipt for invoice" in client.get(here).text
    assert client.get(f"{here}/{made.id}/document.pdf").data == the.PDF

"""Statements, receipts and dunning letters: from the rows as they stand, frozen, printed once."""

from datetime import date, timedelta

import pytest

from billing import files
from billing.delivery import documents, pdf
from billing.invoicing import credit_notes, invoices
from billing.invoicing.lines import Line
from billing.paying import account_documents, payments
from billing.paying.account_documents import Claim, NotOverdue, NotReceived, PeriodTurned
from billing.refusals import NothingOwed, WrongState
from models import AccountDocument, Delivery
from tests import cast as the
from tests.cast import NOW, later

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

TODAY = NOW.date()
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def billed():
    owner = the.owner(currency="EUR", timezone="UTC")
    project = the.project(owner, for_client=the.client(owner, currency="EUR", language="de"))
    return invoices.bill(project, [Line("Copy", 100_000)], owner, NOW)


def statement(invoice, first=YEAR[0], last=YEAR[1], now=NOW):
    return account_documents.statement(invoice.client, "EUR", first, last, invoice.owner, now)


def test_a_statement_runs_from_what_was_open_to_what_is(billed):
    owner = billed.owner
    payments.record(billed, 30_000, TODAY, "a", owner, NOW)
    credit_notes.issue(billed, {billed.lines[0].id: 20_000}, "less", "k", owner, later(days=2))
    said = account_documents.said(statement(billed, TODAY + timedelta(days=1)))
    assert (said["opening"], said["closing"]) == (70_000, 50_000)
    assert [(row["kind"], row["amount"]) for row in said["entries"]] == [("credit_note", -20_000)]
    whole = account_documents.said(statement(billed))
    assert [row["balance"] for row in whole["entries"]] == [100_000, 70_000, 50_000]
    assert whole["language"] == "de"


def test_drawn_up_again_from_the_same_rows_it_is_the_same_document(billed):
    first = statement(billed)
    assert statement(billed).id == first.id
    payments.record(billed, 1_000, TODAY, "a", billed.owner, NOW)
    assert statement(billed).id != first.id
    with pytest.raises(PeriodTurned):
        statement(billed, YEAR[1], YEAR[0])


def test_currencies_are_never_added_together(billed):
    other = the.project(billed.owner, for_client=billed.client)
    other.currency = "USD"
    other.save()
    invoices.bill(other, [Line("Copy", 500)], billed.owner, NOW)
    assert account_documents.currencies_of(billed.client) == ["EUR", "USD"]
    assert account_documents.said(statement(billed))["closing"] == 100_000


def test_a_receipt_is_of_one_payment_and_once(billed):
    paid = payments.record(billed, 40_000, TODAY, "a", billed.owner, NOW, "withheld")
    made = account_documents.receipt(paid, billed.owner, NOW)
    assert account_documents.receipt(paid, billed.owner, later(days=3)).id == made.id
    said = account_documents.said(made)
    assert (said["amount"], said["left"], said["method"]) == (40_000, 60_000, "withheld")
    reversal = payments.reverse(paid, billed.owner, NOW)
    for gone in (paid, reversal):
        with pytest.raises(NotReceived):
            account_documents.receipt(gone, billed.owner, NOW)


def test_a_dunning_letter_is_over_what_is_due_now_and_one_a_day(billed):
    owner, late = billed.owner, later(days=20)
    with pytest.raises(NotOverdue):
        account_documents.dunning(billed, owner, NOW)
    payments.record(billed, 40_000, TODAY, "a", owner, NOW)
    first = account_documents.dunning(billed, owner, late, [Claim("Pauschale", 4_000)])
    assert account_documents.dunning(billed, owner, late).id == first.id
    said = account_documents.said(first)
    assert (said["level"], said["due"], said["payable"], said["days"]) == (1, 60_000, 64_000, 6)
    for days, level in ((25, 2), (30, 3), (35, 3)):
        again = account_documents.dunning(billed, owner, later(days=days))
        assert again.level == level
    payments.record(billed, 60_000, TODAY, "b", owner, NOW)
    with pytest.raises(NothingOwed):
        account_documents.dunning(billed, owner, later(days=40))


def test_a_draft_is_not_dunned(billed):
    draft = invoices.bill(billed.project, [Line("Copy", 1)], billed.owner, NOW, send=False)
    with pytest.raises(WrongState):
        account_documents.dunning(draft, billed.owner, later(days=40))


def test_the_worker_prints_each_once_in_the_clients_language(billed, installation, monkeypatch):
    paid = payments.record(billed, 40_000, TODAY, "a", billed.owner, NOW)
    statement(billed)
    account_documents.receipt(paid, billed.owner, NOW)
    account_documents.dunning(billed, billed.owner, later(days=20))
    pages = []

    def printed(template, said, language):
        pages.append(pdf.compose(template, said, language))
        return the.PDF + str(len(pages)).encode()

    monkeypatch.setattr(pdf, "render", printed)
    waiting = list(Delivery.select().where(Delivery.kind == "account").order_by(Delivery.id))
    for _ in range(2):
        for delivery in waiting:
            documents.make(delivery, installation, NOW)
    assert len(pages) == 3
    for page, words in zip(pages, ("Kontoauszug", "Quittung", "Mahnung"), strict=True):
        assert words in page
    for made in AccountDocument.select():
        assert files.read(made.document).startswith(b"%PDF")

"""Receipts and statements sent: mailed once with their PDF, then on the client's page."""

import pytest

from billing import files
from billing.accepting import reviews
from billing.delivery import letters
from billing.paying import account_documents, account_letters, payments
from billing.refusals import WrongState
from models import AccountDocument, Contact, Delivery, write
from tests import cast as the
from tests.billing.test_letters_of_endings import written
from tests.cast import NOW, later

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

TODAY = NOW.date()


@pytest.fixture
def cast(database):
    found = the.submitted()
    reviews.accept(found.milestone, found.contact, NOW)
    payments.record(found.invoices[0], 120_000, TODAY, "k", found.owner, NOW)
    return found


def printed(made):
    with write(made.client):
        document = files.document(made.owner, "it.pdf", the.PDF + made.kind.encode(), NOW)
        account_documents.keep(made, document)
    return AccountDocument.get_by_id(made.id)


def receipt(cast):
    return printed(account_documents.receipt(cast.invoices[0].payments[0], cast.owner, NOW))


def statement(cast):
    client = cast.project.client
    return printed(account_documents.statement(client, "USD", TODAY, TODAY, cast.owner, NOW))


def test_a_receipt_is_mailed_once_with_its_pdf(cast, installation):
    made = receipt(cast)
    for _ in range(2):
        assert account_letters.send(made, NOW) == [cast.contact]
    letter = written("account_document", installation)
    assert "the receipt from Alice Writes LLC for $1,200.00" in letter.text
    assert [name for name, _ in letter.attachments] == ["it.pdf"]


def test_a_statement_is_mailed_with_what_is_open(cast, installation):
    account_letters.send(statement(cast), NOW)
    letter = written("account_document", installation)
    assert "$3,800.00" in letter.subject and "all that was billed" in letter.text


def test_it_is_on_the_page_once_it_was_sent_and_printed(cast):
    made = receipt(cast)
    assert not list(account_letters.shown(cast.project))
    account_letters.send(made, NOW)
    account_letters.send(statement(cast), NOW)
    assert [row.kind for row in account_letters.shown(cast.project)] == ["statement", "receipt"]
    other = the.submitted(of=cast.owner, for_client=cast.project.client)
    assert [row.kind for row in account_letters.shown(other.project)] == ["statement"]
    assert not list(account_letters.shown(the.submitted(of=cast.owner).project))


def test_a_letter_waits_for_its_pdf(cast, installation):
    made = account_documents.receipt(cast.invoices[0].payments[0], cast.owner, NOW)
    account_letters.send(made, NOW)
    row = Delivery.get(Delivery.kind == "account_document")
    assert row.after.kind == "account"
    with pytest.raises(letters.Undeliverable):
        letters.compose(row, installation, NOW, masked=False)


def test_a_dunning_letter_and_one_to_nobody_are_refused(cast):
    late = later(days=60)
    dunning = account_documents.dunning(cast.invoices[0], cast.owner, late)
    with pytest.raises(WrongState):
        account_letters.send(dunning, late)
    made = receipt(cast)
    Contact.update(removed_at=NOW).execute()
    with pytest.raises(account_letters.NobodyToMail):
        account_letters.send(made, NOW)

"""Letters of credit notes, of stopping and of withdrawal: short, with one action and the amount."""

import re

import pytest

from billing import files
from billing.accepting import reviews
from billing.delivery import letters
from billing.ending import stopping, withdrawal
from billing.invoicing import credit_notes
from billing.planning.plan import Billing
from models import Delivery, Rendition, write
from tests import cast as the
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")

AMOUNT = re.compile(r"[$€]\d[\d,]*\.\d\d")


def written(kind, installation):
    [row] = Delivery.select().where(Delivery.kind == kind, Delivery.channel == "mail")
    letter = letters.compose(row, installation, NOW, masked=False)
    body = letter.text.split("\n\n", 1)[1].rsplit("\n\n", 2)[0]
    assert len(body.split()) < 80
    assert len(re.findall(r"https?://\S+", letter.text)) == 1
    assert "Content strategy" in letter.subject
    assert AMOUNT.search(letter.subject), letter.subject
    return letter


def test_a_credit_note_comes_with_its_pdf_and_says_what_is_left(installation):
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    [bill] = cast.invoices
    note = credit_notes.issue(
        bill, {bill.lines[0].id: 120_000}, "Fewer pages", "k", cast.owner, NOW
    )
    with write(cast.project):
        made = files.document(cast.owner, f"{note.number}.pdf", the.PDF, NOW)
        Rendition.create(invoice=note, document=made)
    letter = written("credit_note_issued", installation)
    assert "Of invoice INV-0001 $3,800.00 is still due" in letter.text
    assert "Fewer pages" in letter.text
    assert [name for name, _ in letter.attachments] == ["CN-0001.pdf"]


@pytest.mark.parametrize("by_client", [True, False])
def test_stopping_names_its_price(installation, by_client):
    cast = the.active()
    mark = stopping.price(cast.project, NOW).mark
    by = cast.contact if by_client else cast.owner
    stopping.stop(cast.project, "No budget", mark, by, NOW)
    kind = "project_stopped_by_client" if by_client else "project_stopped"
    letter = written(kind, installation)
    assert "$2,500.00 is owed" in letter.text
    assert "No budget" in letter.text


def test_the_receipt_of_a_withdrawal_says_what_was_declared_and_when(installation):
    owner = the.owner()
    buyer = the.client(owner, kind="consumer", country="DE", currency="EUR")
    cast = the.active(the.terms(billing=Billing(signing_share=3000)), of=owner, for_client=buyer)
    said = withdrawal.Declaration("Jan Nowak", "jan@example.com", "I withdraw.")
    withdrawal.withdraw(cast.project, said, cast.contact, NOW)
    receipt = written("withdrawal_receipt", installation)
    assert "I withdraw." in receipt.text
    assert "Jan Nowak, jan@example.com" in receipt.text
    assert "2026" in receipt.text
    assert "€1,500.00" in receipt.text
    assert "Pay back" in written("withdrawal_declared", installation).text

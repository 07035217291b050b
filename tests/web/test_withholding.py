"""Tax that a client keeps back: they are asked for the rest alone, wherever an amount stands."""

import pytest

from billing.invoicing import credit_notes, invoices
from billing.invoicing.invoices import Line
from billing.paying import account_documents, claims, payments
from billing.refusals import NothingOwed
from models import Invoice, Project
from tests import cast as the
from tests.cast import NOW, later
from tests.web.test_client_credit import read


@pytest.fixture
def cast(alice):
    """An invoice of 1,000.00 of which the client keeps 150.00 back."""
    found = the.active(of=alice)
    Project.update(withholding_rate=15_000).where(Project.id == found.project.id).execute()
    project = Project.get_by_id(found.project.id)
    invoices.bill(project, [Line("Copy", 100_000)], alice, NOW)
    return found


def test_the_client_is_asked_for_the_rest_alone(as_client, cast):
    client = as_client(cast.project, cast.contact)
    [invoice] = cast.invoices
    home = read(client.get(client.home))
    assert "$850.00" in home and "Pay $1,000.00" not in home
    page = read(client.get(f"{client.home}invoices/{invoice.id}"))
    assert "I have paid $850.00" in page
    assert "$150.00 more is tax that you keep back" in page


def test_once_that_is_paid_nothing_more_is_asked(as_client, cast, alice):
    [invoice] = cast.invoices
    claims.claim(invoice, "", cast.contact, NOW)
    claims.confirm(claims.open_claim(invoice), "UTC", alice, NOW)
    assert (payments.due(invoice), payments.payable(invoice)) == (15_000, 0)
    client = as_client(cast.project, cast.contact)
    page = read(client.get(f"{client.home}invoices/{invoice.id}"))
    assert "All is paid but $150.00 of tax" in page and "I have paid" not in page
    assert "Pay invoice" not in read(client.get(client.home))
    with pytest.raises(NothingOwed):
        claims.claim(invoice, "again", cast.contact, NOW)
    with pytest.raises(NothingOwed):
        account_documents.dunning(invoice, alice, later(days=90))


def test_what_is_credited_is_not_kept_back_either(cast, alice):
    [invoice] = cast.invoices
    half = {invoice.lines[0].id: 50_000}
    credit_notes.issue(invoice, half, "Half of it", "c", alice, NOW)
    assert payments.payable(Invoice.get_by_id(invoice.id)) == 42_500


def test_tax_recorded_as_withheld_settles_it(cast, alice):
    [invoice] = cast.invoices
    payments.record(invoice, 15_000, NOW.date(), "t", alice, NOW, "withheld")
    assert (payments.due(invoice), payments.payable(invoice)) == (85_000, 85_000)

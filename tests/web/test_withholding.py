"""Tax that a client keeps back: they are asked for the rest alone, wherever an amount stands."""

import pytest

from billing.books import quarters
from billing.dunning import late
from billing.invoicing import credit_notes, invoices
from billing.invoicing.invoices import Line
from billing.paying import (
    account_documents,
    claims,
    client_credit,
    payments,
    settlement,
    withholding,
)
from billing.planning import projects
from billing.reading import attention, ladder
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


def test_tax_kept_back_is_late_for_nobody(cast, alice):
    """Once all else is paid: not at home, in the lists, the aging, the calendar or the ladder."""
    [invoice] = cast.invoices
    long_after = later(days=90)
    today = long_after.date()

    def told():
        late = [
            need for need in attention.needs(alice, today) if need.sentence.endswith("overdue.")
        ]
        listed = list(settlement.only(Invoice.of(alice), "overdue", today))
        rung = ladder.of_owner(alice, today)["USD"].overdue
        aged = [row.total for row in quarters.aging(alice, today)]
        return len(late), len(listed), rung, aged

    assert told() == (1, 1, 85_000, [85_000])
    payments.record(invoice, 85_000, NOW.date(), "p", alice, NOW)
    assert told() == (0, 0, 0, [])
    [standing] = settlement.of_all(Invoice.of(alice), today)
    assert (standing.state, standing.payable, standing.due) == ("part_paid", 0, 15_000)
    assert [row.id for row in settlement.only(Invoice.of(alice), "open", today)] == [invoice.id]


@pytest.mark.storage
@pytest.mark.parametrize("paid", [0, 1, 42_499, 42_500])
@pytest.mark.parametrize("credit", [0, 50_000, 33_333])
@pytest.mark.parametrize("withheld", [0, 7_500])
def test_lists_and_pages_agree_on_what_is_due_from_the_client(cast, alice, paid, credit, withheld):
    [invoice] = cast.invoices
    if credit:
        credit_notes.issue(invoice, {invoice.lines[0].id: credit}, "Part of it", "c", alice, NOW)
    for amount, method in ((paid, "bank"), (withheld, "withheld")):
        if amount:
            payments.record(invoice, amount, NOW.date(), method, alice, NOW, method)
    [row] = Invoice.of(alice).where(Invoice.id == invoice.id)
    due = payments.payable(row)
    assert withholding.payable(row) == settlement.of(row, NOW.date()).payable == due
    is_listed = Invoice.of(alice).where(Invoice.id == row.id, withholding.is_asked()).exists()
    assert is_listed == (due > 0)


def test_interest_runs_on_what_the_client_was_to_send(cast, alice):
    [invoice] = cast.invoices
    day = invoice.due_on
    assert late._owed(invoice, day) == [(day, 85_000)]
    payments.record(invoice, 15_000, day, "t", alice, later(days=30), "withheld")
    payments.record(invoice, 80_000, day, "p", alice, later(days=30))
    assert late._owed(invoice, day) == [(day, 5_000)]


def test_a_statement_says_what_of_it_is_kept_back(cast, alice):
    [invoice] = cast.invoices
    client, day = cast.project.client, NOW.date()
    made = account_documents.statement(client, "USD", day, day, alice, NOW)
    said = account_documents.said(made)
    assert (said["closing"], said["kept_back"]) == (100_000, 15_000)
    payments.record(invoice, 15_000, day, "t", alice, NOW, "withheld")
    assert withholding.kept_back_on(client, "USD", day) == 0


def test_the_clients_word_is_answered_and_the_work_done_once_all_they_send_is_there(cast, alice):
    [invoice] = cast.invoices
    claims.claim(invoice, "", cast.contact, NOW)
    payments.record(invoice, 85_000, NOW.date(), "p", alice, NOW)
    assert claims.open_claim(invoice) is None
    assert not projects._owed(cast.project)
    payments.record(invoice, 15_000, NOW.date(), "t", alice, NOW, "withheld")
    assert payments.due(invoice) == 0


def test_credit_is_offered_for_what_is_due_from_the_client_alone(signed_in, cast, alice):
    [invoice] = cast.invoices
    payments.record(invoice, 80_000, NOW.date(), "p", alice, NOW)
    other = invoices.bill(cast.project, [Line("More", 10_000)], alice, NOW, key="more")
    payments.record(other, 50_000, NOW.date(), "q", alice, NOW, surplus=None)
    page = read(signed_in.get(f"/invoices/{invoice.id}"))
    assert "$50.00" in page
    assert client_credit.usable(Invoice.get_by_id(invoice.id)) == 5_000

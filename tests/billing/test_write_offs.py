"""Write-offs: what is no longer expected, with its reason, and expected again."""

from datetime import timedelta

import pytest
from peewee import DatabaseError

from billing import checking
from billing.accepting import reviews
from billing.books import beancount, quarters, tables
from billing.books.records import Period
from billing.invoicing import credit_notes
from billing.paying import account_documents, payments, settlement, write_offs
from billing.reading import ladder, ledger
from billing.refusals import NothingOwed, NotPositive, TooMuch, WrongState
from models import Project, ProjectState, WriteOff, write
from tests import cast as the
from tests.cast import NOW
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

TODAY = NOW.date()
LATE = TODAY + timedelta(days=60)


@pytest.fixture
def cast(database):
    """An invoice of 5,000.00 waits to be paid."""
    found = the.submitted()
    reviews.accept(found.milestone, found.contact, NOW)
    return found


def off(cast, amount, reason="They are bankrupt", key="k"):
    return write_offs.write_off(cast.invoices[0], amount, reason, key, TODAY, cast.owner, NOW)


def stands(cast, day=LATE):
    standing = settlement.of(cast.invoices[0], day)
    return standing.state, standing.due, standing.written_off


def test_written_off_whole_it_is_neither_owed_nor_paid(cast):
    off(cast, 500_000)
    assert stands(cast) == ("written_off", 0, 500_000)
    assert Project.get().state == ProjectState.CLOSED
    assert quarters.aging(cast.owner, LATE) == []
    assert ledger.listed(cast.owner, LATE).due == {}
    with pytest.raises(NothingOwed):
        account_documents.dunning(cast.invoices[0], cast.owner, NOW + timedelta(days=60))
    assert cast.invoices[0].number
    assert checking.problems() == []


def test_written_off_in_part_the_rest_is_overdue(cast):
    off(cast, 450_000)
    assert stands(cast) == ("overdue", 50_000, 450_000)
    made = account_documents.dunning(cast.invoices[0], cast.owner, NOW + timedelta(days=60))
    assert account_documents.said(made)["due"] == 50_000
    rungs = ladder.of_project(cast.project, LATE)
    assert (rungs.invoiced, rungs.paid, rungs.overdue) == (500_000, 0, 50_000)


def test_it_can_be_expected_again_once(cast):
    made = off(cast, 500_000)
    backs = at_once(10, lambda _: write_offs.reverse(made, TODAY, cast.owner, NOW))
    assert len({back.id for back in backs}) == 1
    assert stands(cast) == ("overdue", 500_000, 0)
    assert Project.get().state == ProjectState.ACTIVE
    with pytest.raises(WrongState):
        write_offs.reverse(backs[0], TODAY, cast.owner, NOW)
    assert checking.problems() == []


def test_it_needs_a_reason_and_is_never_more_than_is_left(cast):
    with pytest.raises(write_offs.WriteOffReasonMissing):
        off(cast, 1, "  ")
    with pytest.raises(NotPositive):
        off(cast, 0)
    payments.record(cast.invoices[0], 200_000, TODAY, "p", cast.owner, NOW)
    with pytest.raises(TooMuch):
        off(cast, 300_001)
    answers = at_once(10, lambda number: off(cast, 200_000, key=str(number)))
    assert sum(isinstance(answer, WriteOff) for answer in answers) == 1
    assert stands(cast) == ("overdue", 100_000, 200_000)


def test_money_for_what_is_written_off_is_refused_until_it_is_expected_again(cast):
    made = off(cast, 500_000)
    with pytest.raises(payments.WasWrittenOff):
        payments.record(cast.invoices[0], 500_000, TODAY, "p", cast.owner, NOW)
    write_offs.reverse(made, TODAY, cast.owner, NOW)
    payments.record(cast.invoices[0], 500_000, TODAY, "p", cast.owner, NOW)
    assert stands(cast) == ("paid", 0, 0)


def test_a_credit_note_comes_first_and_leaves_the_rest_written_off(cast):
    off(cast, 500_000)
    invoice = cast.invoices[0]
    credit_notes.issue(invoice, {invoice.lines[0].id: 200_000}, "Less", "c", cast.owner, NOW)
    standing = settlement.of(cast.invoices[0], LATE)
    assert (standing.written_off, standing.credited, standing.to_refund) == (300_000, 200_000, 0)
    assert checking.problems() == []


def test_the_books_have_it_as_bad_debt_on_its_day(cast):
    made = off(cast, 450_000)
    write_offs.reverse(made, TODAY, cast.owner, NOW)
    off(cast, 100_000, key="again")
    period = Period(TODAY, TODAY)
    book = beancount.written(cast.owner, period)
    assert "Expenses:Bad-Debt  4500.00 USD" in book
    assert "Expenses:Bad-Debt  -4500.00 USD" in book
    rows = tables.write_offs(cast.owner, period).decode("utf-8-sig").splitlines()
    assert len(rows) == 4
    assert "They are bankrupt" in rows[1]
    [quarter] = quarters.of_year(cast.owner, TODAY.year)
    assert (quarter.billed.net, quarter.paid.net) == (500_000, 0)
    client = cast.project.client
    statement = account_documents.statement(client, "USD", TODAY, TODAY, cast.owner, NOW)
    assert account_documents.said(statement)["closing"] == 400_000


def test_not_even_sql_changes_a_write_off(cast):
    off(cast, 100)
    with pytest.raises(DatabaseError), write():
        WriteOff.update(amount=1).execute()
    with pytest.raises(DatabaseError), write():
        WriteOff.delete().execute()

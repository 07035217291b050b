"""What verbs lock on PostgreSQL, and in which order, so that no two wait for each other."""

import pytest

from billing.accepting import reviews
from billing.banking import booking
from billing.invoicing import credit_notes, invoices
from billing.paying import client_credit, payments
from billing.people import payers
from billing.people.payers import Details
from models import BankLine, db, is_postgresql
from tests import cast as the
from tests.billing.test_bank_matching import line
from tests.cast import NOW

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

TODAY = NOW.date()


@pytest.fixture
def locks(monkeypatch):
    """The tables whose rows, and what else, a verb locks on PostgreSQL, in this order."""
    if not is_postgresql():
        pytest.skip("SQLite lets one writer in")
    found, execute = [], db.obj.execute_sql

    def noted(sql, *given, **options):
        if "FOR NO KEY UPDATE" in sql:
            found.append(sql.split('FROM "')[1].split('"')[0])
            assert "ORDER BY" in sql, "no two wait for each other"
        elif "advisory" in sql:
            found.append("alone")
        return execute(sql, *given, **options)

    monkeypatch.setattr(db.obj, "execute_sql", noted)
    return found


def test_the_client_is_locked_before_all_their_projects(locks):
    cast = the.submitted()
    the.project(cast.owner, for_client=cast.project.client)
    locks.clear()
    details = Details(legal_name="Cleo GmbH", email="books@example.com")
    payers.complete(cast.project, details, cast.contact, NOW)
    assert locks[:2] == ["client", "project"]


def test_credit_is_used_without_the_clients_row(locks):
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    talk = [invoices.Line("A talk", 90_000)]
    second = invoices.bill(cast.project, talk, cast.owner, NOW, key="talk")
    first = cast.invoices[0]
    locks.clear()
    payments.record(first, first.total + 50, TODAY, "k", cast.owner, NOW, surplus=50)
    client_credit.use(second, 50, "u", TODAY, cast.owner, NOW)
    assert "client" not in locks and "alone" in locks


def test_numbers_of_both_kinds_are_taken_under_one_lock(locks):
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    locks.clear()
    credit_notes.credit_milestone(cast.project, cast.milestone, 100, "x", cast.owner, NOW)
    assert locks == ["project", "alone"]


def test_a_split_locks_all_its_projects_first(locks):
    cast = the.active()
    for number in (1, 2):
        talk = [invoices.Line("A talk", 10_000)]
        invoices.bill(cast.project, talk, cast.owner, NOW, key=f"talk:{number}")
    line(cast, "200.00", name="Cleo GmbH")
    row = BankLine.get()
    [first, second] = cast.invoices
    locks.clear()
    booking.book_split(row, [(second, 10_000), (first, 10_000)], cast.owner, NOW)
    assert locks[:3] == ["bank_line", "alone", "project"]

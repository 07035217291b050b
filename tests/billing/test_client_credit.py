"""Credit: nothing of what a client paid too much is lost, used twice or given back twice."""

from datetime import timedelta

import pytest

from billing import checking
from billing.accepting import reviews
from billing.books import beancount, datev, quarters, records, tables
from billing.books.records import Period
from billing.invoicing import credit_notes, invoices
from billing.paying import (
    account_documents,
    client_credit,
    credit_entries,
    payments,
    settlement,
    write_offs,
)
from billing.reading import attention, cashflow
from billing.refusals import NothingOwed, NotPositive, TooMuch
from models import CreditEntry, Invoice, Payment
from tests import cast as the
from tests.cast import NOW
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

TODAY = NOW.date()
MONTH = Period(TODAY.replace(day=1), TODAY)


@pytest.fixture
def cast(database):
    """One invoice of 5,000.00 and another of 900.00, to one client."""
    return invoiced()


def invoiced(**options):
    found = the.submitted(**options)
    reviews.accept(found.milestone, found.contact, NOW)
    lines = [invoices.Line("A talk", 90_000)]
    invoices.bill(found.project, lines, found.owner, NOW, key=f"talk:{found.project.id}")
    return found


def pay(cast, amount, surplus=0, key="k"):
    first = cast.invoices[0]
    return payments.record(first, amount, TODAY, key, cast.owner, NOW, surplus=surplus)


def use(cast, amount, key="u"):
    return client_credit.use(cast.invoices[1], amount, key, TODAY, cast.owner, NOW)


def refund(cast, amount, key="r"):
    return client_credit.refund(cast.project.client, "USD", amount, TODAY, key, NOW)


def left(cast):
    return credit_entries.left(cast.project.client, "USD")


def stands(cast, number=0):
    standing = settlement.of(cast.invoices[number], TODAY)
    return standing.state, standing.paid, standing.due


def test_what_is_paid_too_much_becomes_credit_when_that_is_agreed(cast):
    with pytest.raises(TooMuch):
        pay(cast, 520_000, surplus=19_999)
    assert Payment.select().count() == 0
    payment = pay(cast, 520_000, surplus=20_000)
    assert pay(cast, 520_000, surplus=20_000).id == payment.id
    assert stands(cast) == ("paid", 500_000, 0)
    assert left(cast) == 20_000
    assert checking.problems() == []


def test_credit_settles_another_invoice_in_part_and_only_once(cast):
    pay(cast, 520_000, surplus=20_000)
    answers = at_once(10, lambda number: use(cast, 15_000, f"u{number}"))
    assert sum(isinstance(answer, Payment) for answer in answers) == 1
    assert all(isinstance(answer, Payment | client_credit.TooLittleCredit) for answer in answers)
    assert stands(cast, 1) == ("part_paid", 15_000, 75_000)
    assert left(cast) == 5_000
    assert checking.problems() == []


def test_credit_is_not_used_where_there_is_nothing_to_pay_or_too_little_of_it(cast):
    with pytest.raises(client_credit.NoCredit):
        use(cast, 1)
    pay(cast, 1_000_000, surplus=None)
    with pytest.raises(NotPositive):
        use(cast, 0)
    with pytest.raises(TooMuch):
        use(cast, 90_001)
    use(cast, 90_000)
    with pytest.raises(NothingOwed):
        use(cast, 1, "more")
    with pytest.raises(client_credit.TooLittleCredit):
        refund(cast, 410_001)
    assert left(cast) == 410_000


def test_credit_is_of_one_client_and_one_currency(cast):
    pay(cast, 520_000, surplus=20_000)
    other = invoiced(of=cast.owner)
    with pytest.raises(client_credit.NoCredit):
        use(other, 1)
    with pytest.raises(client_credit.TooLittleCredit):
        client_credit.refund(cast.project.client, "EUR", 1, TODAY, "r", NOW)


def test_a_payment_takes_its_credit_along_unless_that_is_gone(cast):
    payment = pay(cast, 520_000, surplus=20_000)
    used = use(cast, 15_000)
    with pytest.raises(credit_entries.CreditSpent):
        payments.reverse(payment, cast.owner, NOW)
    assert stands(cast) == ("paid", 500_000, 0)

    payments.reverse(used, cast.owner, NOW)
    assert (left(cast), stands(cast, 1)) == (20_000, ("issued", 0, 90_000))
    payments.reverse(payment, cast.owner, NOW)
    assert (left(cast), stands(cast)) == (0, ("issued", 0, 500_000))
    assert checking.problems() == []


def test_what_was_too_much_goes_back_with_its_payment_alone(cast):
    pay(cast, 520_000, surplus=20_000)
    with pytest.raises(payments.SurplusAlone):
        client_credit.take_back(CreditEntry.get(), cast.owner, NOW)
    assert (left(cast), stands(cast)) == (20_000, ("paid", 500_000, 0))


def credited(cast, amount):
    first = cast.invoices[0]
    credit_notes.issue(first, {first.lines[0].id: amount}, "Less", "c", cast.owner, NOW)


def test_what_was_paid_and_then_credited_can_be_kept_as_credit(cast):
    payment = pay(cast, 500_000)
    credited(cast, 30_000)
    kept = client_credit.keep(cast.invoices[0], "k", TODAY, cast.owner, NOW)
    assert client_credit.keep(cast.invoices[0], "k", TODAY, cast.owner, NOW).id == kept.id
    assert left(cast) == 30_000
    assert stands(cast) == ("paid", 470_000, 0)
    with pytest.raises(client_credit.NothingToKeep):
        client_credit.keep(cast.invoices[0], "again", TODAY, cast.owner, NOW)
    with pytest.raises(payments.PaidBack):
        payments.reverse(payment, cast.owner, NOW)
    payments.reverse(kept, cast.owner, NOW)
    payments.reverse(payment, cast.owner, NOW)
    assert (left(cast), stands(cast)) == (0, ("issued", 0, 470_000))
    assert checking.problems() == []


def test_a_payment_that_was_paid_back_is_not_taken_back_as_well(cast):
    payment = pay(cast, 500_000)
    credited(cast, 30_000)
    back = payments.refund(cast.invoices[0], TODAY, "b", cast.owner, NOW)
    with pytest.raises(payments.PaidBack):
        payments.reverse(payment, cast.owner, NOW)
    payments.reverse(back, cast.owner, NOW)
    payments.reverse(payment, cast.owner, NOW)
    assert payments.paid(cast.invoices[0]) == 0
    assert checking.problems() == []


def test_a_refund_is_recorded_once_and_can_be_taken_back(cast):
    pay(cast, 520_000, surplus=20_000)
    made = refund(cast, 12_000)
    assert refund(cast, 12_000).id == made.id
    assert left(cast) == 8_000
    client_credit.take_back(made, cast.owner, NOW)
    client_credit.take_back(made, cast.owner, NOW)
    assert left(cast) == 20_000
    assert checking.problems() == []


def test_an_invoice_that_credit_can_settle_needs_the_owner_and_is_never_settled_silently(cast):
    pay(cast, 520_000, surplus=20_000)
    [need] = [each for each in attention.needs(cast.owner, TODAY) if each.verb == "Use credit"]
    assert need.facts["amount"] == (20_000, "USD")
    assert need.row == cast.invoices[1]
    assert stands(cast, 1) == ("issued", 0, 90_000)


def test_the_books_tell_of_credit_where_it_is(cast):
    pay(cast, 520_000, surplus=20_000)
    use(cast, 15_000)
    refund(cast, 4_000)
    ledger = beancount.written(cast.owner, MONTH)
    for posting in (
        "Assets:Bank  5200.00 USD",
        "Liabilities:Client-Credit  -200.00 USD",
        "Liabilities:Client-Credit  150.00 USD",
        "Liabilities:Client-Credit  40.00 USD",
        "Assets:Bank  -40.00 USD",
    ):
        assert posting in ledger, posting
    csv = tables.payments(cast.owner, MONTH).decode("utf-8-sig")
    assert "-40,USD,0,0,credit refund" in csv.replace(".00", "")
    [quarter] = quarters.of_year(cast.owner, TODAY.year)
    # What is kept as credit is income of no invoice yet.
    assert quarter.paid.net == 500_000 + 15_000
    months = cashflow.months(cast.owner, "USD", TODAY)
    assert sum(month.received for month in months) == 520_000 - 4_000
    [aged] = quarters.aging(cast.owner, TODAY)
    assert aged.total == 75_000


def test_a_statement_holds_the_credit_in_its_balance(cast):
    pay(cast, 520_000, surplus=20_000)
    use(cast, 15_000)
    refund(cast, 4_000)
    client = cast.project.client
    span = TODAY - timedelta(days=3), TODAY
    made = account_documents.statement(client, "USD", *span, cast.owner, NOW)
    said = account_documents.said(made)
    assert said["closing"] == 590_000 - 520_000 + 4_000
    assert said["closing"] == stands(cast, 1)[2] - left(cast)


def test_datev_gets_the_bank_once_and_bad_debt_gross(database):
    owner = the.owner(country="DE", currency="EUR", timezone="Europe/Berlin")
    cast = invoiced(of=owner, for_client=the.client(owner, currency="EUR"))
    pay(cast, 520_000, surplus=20_000)
    use(cast, 15_000)
    client_credit.refund(cast.project.client, "EUR", 4_000, TODAY, "r", NOW)
    write_offs.write_off(cast.invoices[1], 75_000, "Gone", "w", TODAY, owner, NOW)
    office = datev.Office(1, 1)
    rows = datev.written(owner, MONTH, office, NOW).decode("cp1252").splitlines()[2:]
    banked = sorted(row.split(";")[0] for row in rows if ";1200;" in row)
    assert banked == ["40,00", "5200,00"]
    assert [row.split(";")[0] for row in rows if ";2400;" in row] == ["750,00"]
    assert not any(row.startswith(("150,00", "200,00")) for row in rows)


def test_open_invoices_and_credit_are_read_as_they_stand(cast):
    pay(cast, 520_000, surplus=20_000)
    [(invoice, due)] = records.open_invoices(cast.owner)
    assert (invoice.id, due) == (cast.invoices[1].id, 90_000)
    [standing] = client_credit.of_client(cast.project.client)
    assert (standing.currency, standing.left) == ("USD", 20_000)
    assert client_credit.usable(Invoice.get_by_id(invoice.id)) == 20_000

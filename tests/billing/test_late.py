"""Claims for late payment: by the owner's choice, of businesses, from rates with their source."""

from datetime import date, datetime

import pytest

from billing.delivery import pdf
from billing.dunning import late, schemes
from billing.dunning.schemes import Rate
from billing.invoicing import credit_notes, invoices
from billing.invoicing.lines import Line
from billing.paying import account_documents, payments
from models import Client, Invoice
from tests import cast as the
from tests.cast import NOW, later

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

DUE = date(2026, 12, 6)


@pytest.fixture
def billed():
    """1,000.00 EUR, due on 6 December; the base rate of its half-year is entered."""
    owner = the.owner(currency="EUR", timezone="UTC", country="DE")
    project = the.project(owner, for_client=the.client(owner, currency="EUR", language="de"))
    invoice = invoices.bill(project, [Line("Copy", 100_000)], owner, NOW)
    assert invoice.due_on == DUE
    schemes.choose("eu", True, owner)
    schemes.enter(Rate(date(2026, 7, 1), 2_150, "ECB, 1 July 2026"), "ecb", owner)
    return Invoice.get_by_id(invoice.id)


def claimed(invoice, day, month=12, year=2026):
    return late.claim(Invoice.get_by_id(invoice.id), date(year, month, day))


def test_off_by_default_and_never_of_consumers(billed):
    Client.update(kind="consumer").execute()
    assert claimed(billed, 16) is None
    Client.update(kind="business").execute()
    schemes.choose("", True, billed.owner)
    assert claimed(billed, 16) is None
    assert schemes.plan_of(the.owner()).scheme is None


def test_from_the_day_after_it_was_due(billed):
    assert claimed(billed, 6) is None
    found = claimed(billed, 16)
    [stretch] = found.stretches
    assert (stretch.first, stretch.days, stretch.rate) == (date(2026, 12, 7), 10, 10_150)
    # 1,000.00 × 10.15 % × 10 / 365 = 2.78
    assert (found.interest, found.fixed, found.total) == (278, 4_000, 4_278)
    assert found.sources == ["ECB, 1 July 2026"]


def test_without_the_rate_of_a_half_year_nothing_is_made_up(billed):
    with pytest.raises(late.BaseRateMissing) as refused:
        claimed(billed, 2, 1, 2027)
    assert refused.value.facts["since"] == "2027-01-01"
    schemes.enter(Rate(date(2027, 1, 1), 2_000, "ECB, 1 January 2027"), "ecb", billed.owner)
    found = claimed(billed, 2, 1, 2027)
    assert [(row.days, row.rate) for row in found.stretches] == [(25, 10_150), (2, 10_000)]


def test_what_is_paid_or_credited_bears_no_interest(billed):
    owner = billed.owner
    payments.record(billed, 40_000, date(2026, 12, 11), "a", owner, later(days=19))
    credit_notes.issue(billed, {billed.lines[0].id: 20_000}, "less", "k", owner, later(days=20))
    found = claimed(billed, 16)
    assert [(row.days, row.base) for row in found.stretches] == [(4, 80_000), (6, 40_000)]


def test_a_mistyped_payment_leaves_no_trace(billed):
    then = datetime(2026, 12, 12, 10)
    made = payments.record(billed, 40_000, date(2026, 12, 11), "a", billed.owner, then)
    payments.reverse(made, billed.owner, then)
    assert {row.base for row in claimed(billed, 16).stretches} == {100_000}


def test_the_fixed_sum_follows_the_debt_in_the_laws_own_currency():
    uk = schemes.all_of()["uk"]
    debts = (1, 99_999, 100_000, 999_999, 1_000_000)
    assert [uk.fixed_sum(debt, "GBP") for debt in debts] == [4000, 4000, 7000, 7000, 10_000]
    assert uk.fixed_sum(100_000, "EUR") == 0


@pytest.mark.parametrize(
    "rate, refusal",
    [
        (Rate(date(2026, 8, 1), 1, "x"), schemes.OutOfStep),
        (Rate(date(2026, 7, 1), 1, " "), schemes.RateUnsourced),
    ],
)
def test_a_rate_needs_its_day_and_its_source(billed, rate, refusal):
    with pytest.raises(refusal):
        schemes.enter(rate, "ecb", billed.owner)


def test_the_letter_claims_it_beside_the_invoice(billed):
    made = account_documents.dunning(billed, billed.owner, later(days=24))
    said = account_documents.said(made)
    assert (said["due"], said["late"]["interest"], said["late"]["fixed"]) == (100_000, 278, 4_000)
    assert said["payable"] == 104_278
    assert Invoice.get_by_id(billed.id).total == 100_000
    page = pdf.compose("dunning.html", said, "de")
    assert "Verzugszinsen" in page and "10,15" in page and "ECB, 1 July 2026" in page

"""Paid, part-paid, overdue: one place says so, and lists are narrowed by the same rule."""

from datetime import date, timedelta

import pytest

from billing.accepting import reviews
from billing.paying import payments, settlement
from models import Invoice
from tests import cast as the
from tests.cast import NOW

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

DUE = date(2026, 12, 6)


def invoiced():
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    return cast


def stands(cast, today):
    return settlement.of(cast.invoices[0], today)


def listed(cast, today):
    return [
        name
        for name in settlement.FILTERS
        if settlement.only(Invoice.of(cast.owner), name, today).exists()
    ]


def test_an_invoice_is_overdue_the_day_after_it_was_due():
    cast = invoiced()
    assert stands(cast, DUE).state == "issued"
    assert listed(cast, DUE) == ["open"]
    late = stands(cast, DUE + timedelta(days=3))
    assert (late.state, late.days, late.due) == ("overdue", 3, 500_000)
    assert listed(cast, DUE + timedelta(days=1)) == ["open", "overdue"]


def test_part_paid_then_overdue_then_paid():
    cast = invoiced()
    payments.record(cast.invoices[0], 1, NOW.date(), "a", cast.owner, NOW)
    assert stands(cast, DUE).state == "part_paid"
    assert stands(cast, DUE + timedelta(days=1)).state == "overdue"

    payments.record(cast.invoices[0], 499_999, NOW.date(), "b", cast.owner, NOW)
    assert stands(cast, DUE + timedelta(days=400)).state == "paid"
    assert listed(cast, DUE + timedelta(days=400)) == ["paid"]


def test_a_clock_set_back_makes_nothing_negative():
    early = stands(invoiced(), date(2026, 11, 20))
    assert (early.state, early.days) == ("issued", 16)


def test_sums_are_kept_apart_by_currency():
    cast = invoiced()
    assert settlement.still_due(settlement.of_project(cast.project, NOW)) == {"USD": 500_000}

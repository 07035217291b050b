"""Dated shares: billed when the seller's day has come, once, and only while the work is on."""

from datetime import date, datetime, timedelta

import pytest

from billing import checking, dates
from billing.accepting import reviews
from billing.agreeing import agreements
from billing.invoicing import invoices
from billing.paying import payments
from billing.planning.plan import Billing
from models import (
    Agreement,
    AgreementState,
    Charge,
    Invoice,
    InvoiceState,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    TriggerDelivery,
)
from tests import cast as the
from tests.cast import NOW
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

DAY = date(2026, 12, 10)


def dated(on=DAY, share=4000, **options):
    return the.terms(billing=Billing(date_share=share, billed_on=on, **options))


def totals(cast):
    return [invoice.total for invoice in cast.invoices]


def test_a_share_is_billed_on_its_day_where_the_seller_is():
    cast = the.active(dated())
    midnight_in_new_york = datetime(2026, 12, 10, 5, 0)
    dates.pass_time(midnight_in_new_york - timedelta(seconds=1))
    assert totals(cast) == []
    dates.pass_time(midnight_in_new_york)
    [invoice] = cast.invoices
    assert (invoice.total, invoice.cause, invoice.issued_on) == (200_000, "date", DAY)


def test_a_clock_forty_days_on_bills_each_share_once():
    cast = the.active(dated(), dated(on=DAY + timedelta(days=9)), dated(on=date(2027, 6, 1)))
    for minutes in range(3):
        dates.pass_time(NOW + timedelta(days=40, minutes=minutes))
    assert totals(cast) == [400_000]
    assert Charge.select().count() == 2


def test_twenty_workers_bill_it_once():
    cast = the.active(dated())
    answers = at_once(20, lambda _: dates.fire(cast.project, NOW + timedelta(days=40)))
    assert sum(len(raised) for raised in answers) == 1
    assert totals(cast) == [200_000]


@pytest.mark.parametrize("state", dates.AT_REST)
def test_nothing_is_billed_for_what_is_disputed_or_over(state):
    cast = the.active(dated(), the.terms())
    Milestone.update(state=state).where(Milestone.id == cast.milestone.id).execute()
    dates.pass_time(NOW + timedelta(days=40))
    assert totals(cast) == []


def test_nothing_is_billed_before_both_have_signed():
    cast = the.offered(dated())
    dates.pass_time(NOW + timedelta(days=40))
    assert totals(cast) == []
    assert Agreement.get().state == AgreementState.SENT


def test_a_draft_that_was_discarded_does_not_come_back():
    cast = the.active(dated(date_delivery=TriggerDelivery.DRAFT))
    dates.pass_time(NOW + timedelta(days=40))
    [drafted] = cast.invoices
    assert drafted.state == InvoiceState.DRAFT
    invoices.discard(drafted, cast.owner, NOW)
    dates.pass_time(NOW + timedelta(days=41))
    assert totals(cast) == []


def test_a_project_waits_for_its_last_date_before_it_closes():
    cast = the.submitted(dated())
    reviews.accept(cast.milestone, cast.contact, NOW)
    pay(cast, "a")
    assert Project.get().state == ProjectState.ACTIVE

    dates.pass_time(NOW + timedelta(days=40))
    pay(cast, "b")
    assert Project.get().state == ProjectState.CLOSED
    assert sum(totals(cast)) == 500_000
    assert Milestone.get().state == MilestoneState.ACCEPTED
    assert checking.problems() == []


def pay(cast, key):
    invoice = cast.invoices[-1]
    payments.record(invoice, invoice.total, NOW.date(), key, cast.owner, NOW)


def test_one_project_that_fails_holds_up_no_other(monkeypatch):
    broken, whole = the.active(dated()), the.active(dated())
    real = invoices.raise_for

    def sometimes(project, *rest):
        if project.id == broken.project.id:
            raise RuntimeError
        return real(project, *rest)

    monkeypatch.setattr(invoices, "raise_for", sometimes)
    dates.pass_time(NOW + timedelta(days=40))
    assert totals(whole) == [200_000]
    assert totals(broken) == []
    assert Charge.select().count() == 1, "the charge went back with its invoice"


def test_offers_lapse_too():
    cast = the.offered()
    monday = NOW.date() + timedelta(days=3)
    # A version that was sent is frozen, so this one is made anew with a last day.
    agreements.void(cast.agreement, cast.owner, NOW)
    again = agreements.compose(Project.get_by_id(cast.project.id), NOW)
    Agreement.update(expires_on=monday).where(Agreement.id == again.id).execute()
    again = Agreement.get_by_id(again.id)
    agreements.send(again, cast.owner, NOW)
    agreements.deliver(again, the.PDF, cast.owner, NOW)
    dates.pass_time(NOW + timedelta(days=9))
    assert Agreement.get_by_id(again.id).state == AgreementState.EXPIRED
    assert Invoice.select().count() == 0

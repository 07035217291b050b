"""Consumers in the EU: told before they sign, begin later or at once, withdraw within 14 days."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from billing import checking, dates
from billing.accepting import gates, reviews, submissions
from billing.agreeing import agreements, consumers, signing
from billing.ending import withdrawal
from billing.ending.withdrawal import AlreadyWithdrawn, Declaration, TooLate, WhoMissing
from billing.invoicing import charges
from billing.paying import payments
from billing.planning.plan import Billing
from models import Agreement, Delivery, EarlyStart, Project, Withdrawal
from tests import cast as the
from tests.cast import NOW
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

ME = Declaration("Jan Nowak", "jan@example.com", "I withdraw from the contract.")
LAST = datetime(2026, 12, 7, 22, 30)  # half past eleven in the evening in Warsaw, a Monday


def bought(*planned, early="", country="PL", **client):
    """A consumer's agreement in force; NOW is a Sunday, so 14 days end on a Sunday."""
    owner = the.owner(country="DE", currency="EUR", timezone="Europe/Berlin")
    values = {"kind": "consumer", "country": country, "currency": "EUR", **client}
    cast = the.offered(*planned, of=owner, for_client=the.client(owner, **values))
    signing.sign(cast.agreement, the.intent(cast.agreement, early=early), cast.contact, NOW)
    signing.countersign(cast.agreement, the.intent(cast.agreement, name="A"), owner, NOW)
    the.seal(cast.agreement)
    cast.project = Project.get_by_id(cast.project.id)
    return cast


def withdraw(cast, at=NOW):
    return withdrawal.withdraw(cast.project, ME, cast.contact, at)


def accept(cast, milestone):
    submissions.submit(milestone, "", [], the.shown(milestone), cast.owner, NOW)
    reviews.accept(milestone, cast.contact, NOW)


def test_what_is_frozen_says_that_it_is_a_consumers():
    cast = bought()
    said = agreements.read(cast.agreement)
    assert said["consumer"]["days"] == 14
    assert said["prices"] == "gross"
    assert said["stopping"] is None


@pytest.mark.parametrize(
    ("kind", "country", "is_eu"),
    [("consumer", "US", False), ("business", "PL", False), ("consumer", "PL", True)],
)
def test_only_consumers_in_the_eu_may_withdraw(kind, country, is_eu):
    cast = bought(kind=kind, country=country)
    assert (consumers.may_withdraw_until(cast.project, NOW) is not None) == is_eu
    assert (agreements.read(cast.agreement)["consumer"] is not None) == is_eu
    if not is_eu:
        with pytest.raises(TooLate):
            withdraw(cast)


@pytest.mark.parametrize(
    ("concluded", "country", "last"),
    [
        (datetime(2026, 11, 22, 10), "PL", date(2026, 12, 7)),  # day 14 is a Sunday
        (datetime(2026, 11, 21, 10), "PL", date(2026, 12, 7)),  # a Saturday
        (datetime(2026, 11, 20, 10), "PL", date(2026, 12, 4)),
        (datetime(2026, 11, 19, 23, 30), "PL", date(2026, 12, 4)),  # already the 20th there
        (datetime(2026, 11, 20, 0, 30), "PT", date(2026, 12, 3)),  # still the 19th on the Azores
        (datetime(2026, 12, 11, 10), "PL", date(2026, 12, 28)),  # Christmas, and a weekend after it
        (datetime(2026, 12, 11, 10), "BG", date(2026, 12, 29)),  # and a day for it
        (datetime(2026, 11, 24, 10), "ES", date(2026, 12, 9)),  # the 8th, Immaculate Conception
    ],
)
def test_the_14_days_are_days_of_the_consumers_country(concluded, country, last):
    cast = bought(country=country)
    cast.agreement.active_at = concluded
    assert consumers.last_day(cast.agreement) == last


def test_every_country_of_the_union_has_a_zone():
    for country in consumers.EUROPEAN_UNION:
        assert consumers.last_day is not None
        assert consumers.clock.local(NOW, consumers.zone(country))


def test_it_ends_at_midnight():
    cast = bought()
    assert consumers.may_withdraw_until(cast.project, LAST) == date(2026, 12, 7)
    after = LAST + timedelta(hours=1)
    assert consumers.may_withdraw_until(cast.project, after) is None
    with pytest.raises(TooLate):
        withdraw(cast, after)
    assert withdraw(cast, LAST).name == "Jan Nowak"


def test_work_waits_for_the_period_unless_it_was_asked_for():
    cast = bought()
    assert cast.milestone.state == "agreed"
    dates.pass_time(LAST)
    assert cast.milestone.state == "agreed"
    dates.pass_time(LAST + timedelta(hours=1))
    assert cast.milestone.state == "active"
    asked = bought(early="Please begin")
    assert asked.milestone.state == "active"
    [request] = EarlyStart.select()
    assert (request.statement, request.contact_id) == ("Please begin", asked.contact.id)
    assert checking.problems() == []


def test_all_that_was_billed_is_given_back():
    cast = bought(the.terms(billing=Billing(signing_share=3000)), the.terms(title="Two"))
    [deposit] = cast.invoices
    payments.record(deposit, deposit.total, NOW.date(), "d", cast.owner, NOW)
    told = withdrawal.consequence(cast.project, NOW)
    assert (told.credited, told.kept) == (150_000, [])
    withdraw(cast)
    assert {row.state for row in cast.milestones} == {"cancelled"}
    assert Project.get_by_id(cast.project.id).state == "cancelled"
    assert Agreement.get_by_id(cast.agreement.id).state == "terminated"
    assert payments.balance(deposit) == -150_000
    assert checking.problems() == []


@pytest.mark.parametrize(("early", "left"), [("Please begin", 500_000), ("", 0)])
def test_accepted_work_is_paid_only_if_it_was_asked_for(early, left):
    cast = bought(the.terms(), the.terms(title="Two"), early=early)
    if not early:
        gates.override(cast.milestone, cast.owner, NOW)
    accept(cast, cast.milestone)
    withdraw(cast)
    assert charges.billed(cast.milestone) == left
    assert [row.state for row in cast.milestones] == ["accepted", "cancelled"]
    assert checking.problems() == []


def test_what_was_done_in_full_as_asked_is_not_withdrawn_from():
    cast = bought(early="Please begin")
    accept(cast, cast.milestone)
    [bill] = cast.invoices
    payments.record(bill, bill.total, NOW.date(), "p", cast.owner, NOW)
    cast.project = Project.get_by_id(cast.project.id)
    assert cast.project.state == "closed"
    with pytest.raises(TooLate):
        withdraw(cast)


def test_the_receipt_goes_where_the_consumer_wants_it_and_the_owner_is_told():
    cast = bought()
    withdraw(cast)
    kinds = {row.kind: row.recipient for row in Delivery.select().where(Delivery.channel == "mail")}
    assert kinds["withdrawal_receipt"] == "jan@example.com"
    assert kinds["withdrawal_declared"] == cast.owner.email


def test_once_and_by_somebody():
    cast = bought()
    with pytest.raises(WhoMissing):
        withdrawal.withdraw(
            cast.project, Declaration(" ", "jan@example.com", "x"), cast.contact, NOW
        )
    answers = at_once(8, lambda _: withdraw(cast))
    assert Counter(map(type, answers)) == {Withdrawal: 1, AlreadyWithdrawn: 7}
    assert checking.problems() == []

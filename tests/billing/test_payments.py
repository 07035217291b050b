"""Payments: booked once, never more than is owed, taken back by a row of their own."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import DatabaseError

from billing import checking
from billing.accepting import reviews
from billing.paying import claims, payments, settlement
from billing.planning.plan import Billing
from billing.refusals import AlreadyClaimed, NothingOwed, NotPositive, TooMuch, WrongState
from models import (
    Claim,
    Delivery,
    Invoice,
    Payment,
    Project,
    ProjectState,
    TriggerDelivery,
    write,
)
from tests import cast as the
from tests.cast import NOW
from tests.crowd import at_once
from tests.properties import stateful

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

TODAY = NOW.date()


@pytest.fixture
def cast(database):
    """An invoice of 5,000.00 waits to be paid."""
    return invoiced()


def invoiced():
    found = the.submitted()
    reviews.accept(found.milestone, found.contact, NOW)
    return found


def pay(cast, amount, key="k"):
    return payments.record(cast.invoices[0], amount, TODAY, key, cast.owner, NOW)


def test_twenty_threads_with_one_key_book_one_payment(cast):
    [invoice] = cast.invoices
    answers = at_once(20, lambda _: payments.record(invoice, 100_000, TODAY, "k", cast.owner, NOW))
    assert {answer.id for answer in answers} == {Payment.get().id}
    assert Payment.select().count() == 1
    assert Delivery.select().where(Delivery.kind == "payment_recorded").count() == 1


def test_twenty_threads_with_keys_of_their_own_never_book_more_than_is_owed(cast):
    [invoice] = cast.invoices
    answers = at_once(
        20, lambda number: payments.record(invoice, 300_000, TODAY, str(number), cast.owner, NOW)
    )
    assert sum(isinstance(answer, TooMuch) for answer in answers) == 19
    assert payments.due(invoice) == 200_000
    assert checking.problems() == []


def test_one_key_on_two_invoices_is_two_payments(cast):
    other = invoiced()
    assert pay(cast, 100).id != pay(other, 100).id


@pytest.mark.parametrize("amount", [0, -1])
def test_what_is_nothing_is_refused(cast, amount):
    with pytest.raises(NotPositive):
        pay(cast, amount)


def test_more_than_is_owed_is_refused_and_says_how_much_is(cast):
    pay(cast, 499_999)
    with pytest.raises(TooMuch) as refused:
        pay(cast, 2, "again")
    assert refused.value.facts["due"] == "$0.01"
    pay(cast, 1, "again")
    with pytest.raises(NothingOwed):
        pay(cast, 1, "more")


def test_a_draft_takes_no_payment():
    drafted = Billing(acceptance_delivery=TriggerDelivery.DRAFT)
    cast = the.submitted(the.terms(billing=drafted))
    reviews.accept(cast.milestone, cast.contact, NOW)
    with pytest.raises(WrongState):
        pay(cast, 100)


def test_not_even_sql_changes_a_payment(cast):
    pay(cast, 100)
    with pytest.raises(DatabaseError), write():
        Payment.update(amount=1).execute()
    with pytest.raises(DatabaseError), write():
        Payment.delete().execute()


def test_a_reversal_from_twenty_threads_is_one_row_and_opens_the_project_again(cast):
    payment = pay(cast, 500_000)
    assert Project.get().state == ProjectState.CLOSED
    at_once(20, lambda _: payments.reverse(payment, cast.owner, NOW))
    assert [row.amount for row in Payment.select().order_by(Payment.id)] == [500_000, -500_000]
    assert Project.get().state == ProjectState.ACTIVE
    assert payments.due(cast.invoices[0]) == 500_000
    pay(cast, 500_000, "again")
    assert Project.get().state == ProjectState.CLOSED
    assert checking.problems() == []


def test_a_reversal_is_not_reversed(cast):
    back = payments.reverse(pay(cast, 100), cast.owner, NOW)
    with pytest.raises(WrongState):
        payments.reverse(back, cast.owner, NOW)


def test_the_client_claims_once_until_it_is_answered(cast):
    [invoice] = cast.invoices
    answers = at_once(20, lambda _: claims.claim(invoice, "", cast.contact, NOW))
    assert sum(isinstance(answer, AlreadyClaimed) for answer in answers) == 19
    claims.decline(Claim.get(), cast.owner, NOW)
    claims.claim(invoice, "again", cast.contact, NOW)
    assert Claim.select().count() == 2


def test_a_claim_is_confirmed_once_with_all_that_is_owed(cast):
    pay(cast, 200_000)
    claim = claims.claim(cast.invoices[0], "Transfer 42", cast.contact, NOW)
    answers = at_once(20, lambda _: claims.confirm(claim, "UTC", cast.owner, NOW))
    assert {answer.amount for answer in answers} == {300_000}
    assert Payment.select().count() == 2
    assert Claim.get().payment_id == answers[0].id
    assert answers[0].reference == "Transfer 42"


def test_a_declined_claim_is_not_confirmed_after_all(cast):
    claim = claims.claim(cast.invoices[0], "", cast.contact, NOW)
    claims.decline(claim, cast.owner, NOW)
    with pytest.raises(claims.ClaimAnswered):
        claims.confirm(claim, "UTC", cast.owner, NOW)
    assert Payment.select().count() == 0


def test_a_claim_is_answered_by_what_covers_it_and_by_no_part(cast):
    claims.claim(cast.invoices[0], "", cast.contact, NOW)
    pay(cast, 100)
    assert claims.open_claim(cast.invoices[0]) is not None
    assert payments.due(cast.invoices[0]) == 499_900
    pay(cast, 499_900, "rest")
    assert claims.open_claim(cast.invoices[0]) is None


@stateful
@given(st.lists(st.tuples(st.integers(1, 700_000), st.booleans()), max_size=8))
def test_whatever_is_paid_and_taken_back_the_sums_agree(deeds):
    cast = invoiced()
    [invoice] = cast.invoices
    standing = []
    for number, (amount, goes_back) in enumerate(deeds):
        try:
            payment = payments.record(invoice, amount, TODAY, str(number), cast.owner, NOW)
        except (TooMuch, NothingOwed):
            assert amount > payments.due(invoice)
            continue
        standing.append(amount)
        if goes_back:
            payments.reverse(payment, cast.owner, NOW)
            standing.pop()
    shown = settlement.of(Invoice.of(cast.owner).get(), TODAY + timedelta(days=1))
    assert shown.paid == sum(standing) == payments.paid(invoice)
    assert shown.due == 500_000 - sum(standing) >= 0
    is_closed = Project.get_by_id(cast.project.id).state == ProjectState.CLOSED
    assert is_closed == (shown.state == "paid")

"""Withdrawing a dispute: by who raised it, once, and all goes on where it stood before."""

import pytest

from billing import checking
from billing.accepting import reviews, windows
from billing.disputing import disputes, offers, settling, standpoint, withdrawing
from models import Delivery, Dispute, Milestone, SplitOffer
from tests import cast as the
from tests.cast import NOW, later
from tests.disputes import AGAIN, NOTHING, handed_over, offered, opened, take

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def withdraw(cast, dispute, by=None):
    withdrawing.withdraw(Dispute.get_by_id(dispute.id), by or cast.contact, later(days=3))


def reading(cast):
    return windows.of(Milestone.get_by_id(cast.milestone.id), later(days=3)).reading


def test_the_milestone_is_in_review_again_and_the_clock_runs_on():
    cast = handed_over()
    before = reading(cast)
    dispute = opened(cast, 0, 1)
    assert cast.milestone.state == "disputed"
    withdraw(cast, dispute)
    assert cast.milestone.state == "submitted"
    after = reading(cast)
    assert not after.stands and after.last_day > before.last_day, "it stood still meanwhile"
    reviews.accept(cast.milestone, cast.contact, later(days=3))
    assert [row.total for row in cast.invoices] == [100_000]
    assert checking.problems() == []


def test_what_was_accepted_by_it_stays_accepted_and_what_was_offered_is_off():
    cast = handed_over()
    dispute = opened(cast, 1)
    offer = offered(dispute, cast.owner, NOTHING)
    withdraw(cast, dispute)
    assert cast.milestone.state == "partly_accepted"
    assert SplitOffer.get_by_id(offer.id).answer == "ended"
    with pytest.raises(standpoint.DisputeOver):
        settling.take(SplitOffer.get_by_id(offer.id), cast.contact, later(days=3))
    with pytest.raises(standpoint.DisputeOver):
        withdraw(cast, dispute)
    assert checking.problems() == []


def test_refused_changes_are_to_be_made_after_all():
    cast = handed_over()
    [first, _] = cast.milestone.criteria
    reviews.ask_for_changes(cast.milestone, "No", [first.id], cast.contact, NOW)
    dispute = opened(cast, 0, by=cast.owner)
    withdraw(cast, dispute, cast.owner)
    assert cast.milestone.state == "changes_requested"
    assert checking.problems() == []


def test_after_a_settlement_it_stands_as_that_left_it():
    cast = handed_over("One", "Two", "Three")
    first = opened(cast, 0, by=cast.owner)
    take(offered(first, cast.owner, NOTHING), cast.contact)
    assert cast.milestone.state == "submitted"
    withdraw(cast, opened(cast, 1, by=cast.owner), cast.owner)
    assert cast.milestone.state == "submitted"
    second = opened(cast, 1, by=cast.owner)
    take(offered(second, cast.owner, AGAIN), cast.contact)
    assert cast.milestone.state == "changes_requested"
    withdraw(cast, opened(cast, 1, by=cast.owner), cast.owner)
    assert cast.milestone.state == "changes_requested"
    assert checking.problems() == []


def test_only_the_side_that_raised_it_and_may_act_for_it():
    cast = handed_over()
    dispute = opened(cast, 1)
    with pytest.raises(withdrawing.NotYourDispute, match="raised the dispute"):
        withdraw(cast, dispute, cast.owner)
    payer = the.contact(cast.project.client, is_approver=False)
    with pytest.raises(withdrawing.NotYours):
        withdraw(cast, dispute, payer)
    assert disputes.standing(cast.milestone) == dispute


def test_it_can_be_disputed_again():
    cast = handed_over()
    withdraw(cast, opened(cast, 1))
    again = opened(cast, 1)
    assert offers.latest(again) is None
    assert checking.problems() == []


@pytest.mark.parametrize("side", ["client", "owner"])
def test_the_other_side_is_told(side):
    cast = handed_over()
    by = cast.contact if side == "client" else cast.owner
    withdraw(cast, opened(cast, 1, by=by), by)
    kind = "dispute_withdrawn_by_client" if side == "client" else "dispute_withdrawn"
    assert Delivery.select().where(Delivery.kind == kind).count() == 1

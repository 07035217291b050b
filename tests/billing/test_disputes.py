"""Disputes: what is not agreed on stands still, the rest is billed, and an offer settles it."""

from datetime import date

import pytest

from billing import checking, dates, events
from billing.accepting import reviews, submissions, verdicts, windows
from billing.accepting.moves import AlreadyAsked, AlreadyDisputed
from billing.disputing import disputes, offers, settling
from billing.invoicing import charges, credit_notes
from billing.planning.plan import Billing
from billing.reading import ladder
from billing.refusals import NotYours
from models import (
    Dispute,
    Invoice,
    MilestoneState,
    SplitOffer,
)
from tests import cast as the
from tests.cast import NOW, later
from tests.disputes import AGAIN, ALL, NOTHING, handed_over, offered, opened, part, settled, take

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def sound(database):
    """Whatever is done here, the check finds nothing."""
    yield
    assert checking.problems() == []


def billed(cast):
    return [(row.cause, row.kind, row.total) for row in cast.invoices]


def rungs(cast):
    found = ladder.of_project(cast.project, NOW.date())
    return found.agreed, found.accepted, found.invoiced


class TestDisputing:
    def test_what_the_client_does_not_dispute_is_accepted_and_billed(self):
        cast = handed_over()
        dispute = opened(cast, 1)
        assert cast.milestone.state == MilestoneState.DISPUTED
        assert billed(cast) == [("acceptance", "invoice", 50_000)]
        assert [row.criterion.text for row in dispute.criteria] == ["Two"]
        assert rungs(cast) == (100_000, 50_000, 50_000)

    def test_the_owner_accepts_nothing_in_the_clients_place(self):
        cast = handed_over()
        opened(cast, 1, by=cast.owner)
        assert cast.milestone.state == MilestoneState.DISPUTED
        assert billed(cast) == []

    def test_changes_beyond_what_was_agreed_are_refused_by_a_dispute(self):
        cast = handed_over()
        unmet = [cast.milestone.criteria[0].id]
        reviews.ask_for_changes(cast.milestone, "In French too", unmet, cast.contact, NOW)
        opened(cast, 0, by=cast.owner)
        assert cast.milestone.state == MilestoneState.DISPUTED

    def test_only_the_owner_refuses_changes(self):
        cast = handed_over()
        unmet = [cast.milestone.criteria[0].id]
        reviews.ask_for_changes(cast.milestone, "In French too", unmet, cast.contact, NOW)
        with pytest.raises(AlreadyAsked):
            opened(cast, 0)
        with pytest.raises(NotYours):
            disputes.refuse_changes(cast.milestone, unmet, "No", cast.contact, NOW)

    def test_one_dispute_at_a_time(self):
        cast = handed_over()
        opened(cast, 1)
        with pytest.raises(AlreadyDisputed):
            opened(cast, 1)
        assert Dispute.select().count() == 1

    def test_reason_and_criteria_are_needed(self):
        cast = handed_over()
        with pytest.raises(disputes.NothingDisputed):
            disputes.dispute(cast.milestone, [], "No", cast.contact, NOW)
        criteria = [cast.milestone.criteria[0].id]
        with pytest.raises(disputes.DisputeReasonMissing):
            disputes.dispute(cast.milestone, criteria, " ", cast.contact, NOW)
        with pytest.raises(reviews.OtherRound):
            disputes.dispute(cast.milestone, criteria, "No", cast.contact, NOW, seen=7)

    def test_what_was_accepted_meanwhile_cannot_be_disputed(self):
        cast = handed_over()
        first = cast.milestone.criteria[0].id
        reviews.accept(cast.milestone, cast.contact, NOW, met=[first])
        with pytest.raises(reviews.DecidedMeanwhile):
            disputes.dispute(cast.milestone, [first], "No", cast.contact, NOW)

    def test_a_contact_who_does_not_approve_cannot_dispute(self):
        cast = handed_over()
        payer = the.contact(cast.project.client, is_approver=False)
        with pytest.raises(NotYours):
            opened(cast, 0, by=payer)

    def test_nothing_is_accepted_while_it_is_disputed(self):
        cast = handed_over()
        opened(cast, 1)
        with pytest.raises(AlreadyDisputed):
            reviews.accept(cast.milestone, cast.contact, NOW)

    def test_what_is_shown_before_is_what_happens(self):
        cast = handed_over()
        second = cast.milestone.criteria[1].id
        told = disputes.stakes(cast.milestone, [second], "client", NOW)
        assert (told.worth, told.accepted.total, told.left) == (50_000, 50_000, 0)
        opened(cast, 1)
        assert cast.invoices[0].total == told.accepted.total

    def test_the_review_stands_still_for_as_long_as_it_was_disputed(self):
        cast = handed_over()
        before = windows.of(cast.milestone, NOW).reading.last_day
        offer = offered(opened(cast, 1, by=cast.owner), cast.contact, ALL)
        assert windows.of(cast.milestone, NOW) is None
        settling.take(offer, cast.owner, later(days=4))
        assert windows.of(cast.milestone, later(days=4)).reading.last_day > before

    def test_nobody_is_reminded_of_what_bills_it(self):
        cast = handed_over()
        assert not disputes.is_concerned(cast.project, [cast.milestone.id])
        opened(cast, 1)
        assert disputes.is_concerned(cast.project, [cast.milestone.id])

    def test_dated_shares_wait_while_it_is_disputed(self):
        dated = Billing(date_share=4000, billed_on=NOW.date())
        cast = the.submitted(the.terms(price=100_000, billing=dated))
        opened(cast, 0, 1)
        assert dates.fire(cast.project, later(days=9)) == []


class TestOffering:
    def test_an_offer_says_what_becomes_of_every_criterion(self):
        cast = handed_over()
        dispute = opened(cast, 0, 1)
        first, second = (row.id for row in cast.milestone.criteria)
        with pytest.raises(offers.ShareMissing):
            offers.make(dispute, {first: ALL}, "", cast.owner, NOW)
        for amount in (-1, 0, 50_001):
            with pytest.raises(offers.ShareTooLarge):
                offers.make(dispute, {first: ALL, second: part(amount)}, "", cast.owner, NOW)

    def test_it_can_be_answered_for_five_working_days(self):
        cast = handed_over()
        # A Sunday before Thanksgiving, which is a holiday where the client is.
        assert offered(opened(cast, 1), cast.owner, ALL).answer_by == date(2026, 11, 30)

    def test_a_later_offer_replaces_the_one_that_waits(self):
        cast = handed_over()
        dispute = opened(cast, 1)
        first = offered(dispute, cast.owner, ALL)
        second = offered(dispute, cast.contact, NOTHING)
        with pytest.raises(offers.OfferReplaced) as refused:
            take(first, cast.contact)
        assert refused.value.status == 409
        assert [row.answer for row in SplitOffer.select().order_by(SplitOffer.id)] == [
            "replaced",
            None,
        ]
        take(second, cast.owner)

    def test_who_has_not_seen_the_newest_offer_does_not_replace_it(self):
        cast = handed_over()
        dispute = opened(cast, 1)
        offered(dispute, cast.owner, ALL)
        criterion = cast.milestone.criteria[1].id
        with pytest.raises(offers.OfferedMeanwhile):
            offers.make(dispute, {criterion: NOTHING}, "", cast.contact, NOW, seen=0)

    def test_nobody_answers_their_own_offer(self):
        cast = handed_over()
        offer = offered(opened(cast, 1), cast.owner, ALL)
        with pytest.raises(offers.OwnOffer):
            settling.take(offer, cast.owner, NOW)
        with pytest.raises(offers.OwnOffer):
            offers.decline(offer, "No", cast.owner, NOW)

    def test_it_is_declined_with_a_reason_and_the_dispute_goes_on(self):
        cast = handed_over()
        offer = offered(opened(cast, 1), cast.owner, ALL)
        with pytest.raises(offers.WhyMissing):
            offers.decline(offer, "", cast.contact, NOW)
        offers.decline(offer, "Too much", cast.contact, NOW)
        assert cast.milestone.state == MilestoneState.DISPUTED
        with pytest.raises(offers.OfferDeclined):
            settling.take(offer, cast.contact, NOW)

    def test_unanswered_it_lapses_and_the_dispute_stands(self):
        cast = handed_over()
        offer = offered(opened(cast, 1), cast.owner, ALL)
        offers.lapse(later(days=8))
        assert SplitOffer.get_by_id(offer.id).answer is None
        with pytest.raises(offers.OfferLapsed):
            settling.take(offer, cast.contact, later(days=9))
        offers.lapse(later(days=9))
        offers.lapse(later(days=9))
        assert SplitOffer.get_by_id(offer.id).answer == "lapsed"
        assert cast.milestone.state == MilestoneState.DISPUTED
        told = [row for row in events.history(cast.project) if row.kind == "dispute.lapsed"]
        assert len(told) == 1


class TestSettling:
    def test_a_part_is_billed_and_the_rest_is_given_up(self):
        cast = handed_over()
        milestone = settled(cast, opened(cast, 1), part(20_000))
        assert (milestone.state, milestone.waived) == (MilestoneState.ACCEPTED, 30_000)
        assert billed(cast)[1:] == [("settlement", "invoice", 20_000)]
        assert rungs(cast) == (70_000, 70_000, 70_000)

    def test_all_of_it_is_as_if_it_was_accepted(self):
        cast = handed_over()
        milestone = settled(cast, opened(cast, 0, 1), ALL, ALL)
        assert (milestone.state, milestone.waived) == (MilestoneState.ACCEPTED, 0)
        assert charges.billed(milestone) == 100_000

    def test_nothing_of_it_cancels_the_milestone(self):
        cast = handed_over(deposit=3000)
        milestone = settled(cast, opened(cast, 0, 1), NOTHING, NOTHING)
        assert (milestone.state, milestone.waived) == (MilestoneState.CANCELLED, 100_000)
        assert billed(cast)[1:] == [("settlement", "credit_note", 30_000)]
        assert rungs(cast) == (0, 0, 0)

    def test_nothing_of_the_rest_leaves_what_was_accepted(self):
        cast = handed_over()
        milestone = settled(cast, opened(cast, 1), NOTHING)
        assert (milestone.state, charges.billed(milestone)) == (MilestoneState.ACCEPTED, 50_000)

    def test_less_than_the_deposit_is_credited(self):
        cast = handed_over(deposit=5000)
        milestone = settled(cast, opened(cast, 0, 1), part(10_000), part(20_000))
        assert charges.billed(milestone) == 30_000
        assert billed(cast)[1:] == [("settlement", "credit_note", 20_000)]
        assert rungs(cast) == (30_000, 30_000, 30_000)

    def test_more_than_the_deposit_bills_the_difference_alone(self):
        cast = handed_over(deposit=5000)
        settled(cast, opened(cast, 0, 1), part(10_000), ALL)
        assert billed(cast)[1:] == [("settlement", "invoice", 10_000)]

    def test_a_share_that_has_not_fired_bills_less(self):
        dated = Billing(date_share=4000, billed_on=date(2027, 1, 31))
        cast = the.submitted(the.terms(price=100_000, billing=dated))
        milestone = settled(cast, opened(cast, 0, 1), part(10_000), part(20_000))
        assert charges.billed(milestone) == 0
        [invoice] = dates.fire(cast.project, later(days=99))
        assert invoice.total == 30_000

    def test_what_is_done_again_goes_back_for_a_round_that_is_not_counted(self):
        cast = handed_over()
        milestone = settled(cast, opened(cast, 0, 1), part(20_000), AGAIN)
        assert milestone.state == MilestoneState.CHANGES_REQUESTED
        assert submissions.rounds_left(milestone) == milestone.rounds
        [left] = verdicts.still_open(milestone, verdicts.accepted(milestone))
        assert left.text == "Two"
        shown = {left.id: "Done again"}
        submissions.submit(milestone, "", [], shown, cast.owner, later(hours=3))
        reviews.accept(cast.milestone, cast.contact, later(hours=4))
        assert cast.milestone.state == MilestoneState.ACCEPTED
        assert charges.billed(cast.milestone) == 70_000
        assert rungs(cast) == (70_000, 70_000, 70_000)

    @pytest.mark.parametrize(
        ("wanted", "state"),
        [(ALL, MilestoneState.PARTLY_ACCEPTED), (NOTHING, MilestoneState.SUBMITTED)],
    )
    def test_what_was_not_disputed_by_the_owner_stays_in_review(self, wanted, state):
        cast = handed_over()
        offer = offered(opened(cast, 1, by=cast.owner), cast.contact, wanted)
        take(offer, cast.owner)
        assert cast.milestone.state == state
        reviews.accept(cast.milestone, cast.contact, later(hours=4))
        assert cast.milestone.state == MilestoneState.ACCEPTED

    def test_two_who_take_it_settle_once(self):
        cast = handed_over()
        offer = offered(opened(cast, 1), cast.owner, part(20_000))
        again = SplitOffer.get_by_id(offer.id)
        take(offer, cast.contact)
        with pytest.raises(offers.OfferTaken):
            settling.take(again, cast.contact, later(hours=2))
        assert len(cast.invoices) == 2

    def test_what_it_does_is_what_was_shown_or_it_is_not_done(self):
        cast = handed_over(deposit=5000)
        offer = offered(opened(cast, 0, 1), cast.owner, NOTHING, NOTHING)
        mark = "another"
        with pytest.raises(settling.EffectChanged):
            settling.take(offer, cast.contact, later(hours=2), mark)
        assert SplitOffer.get_by_id(offer.id).answer is None

    def test_what_was_credited_by_hand_stays_given(self):
        cast = handed_over(deposit=5000)
        dispute = opened(cast, 0, 1)
        credit_notes.credit_milestone(
            cast.project, cast.milestone, 10_000, "favour", cast.owner, NOW
        )
        milestone = settled(cast, dispute, part(20_000), part(20_000))
        assert charges.billed(milestone) == 40_000

    def test_the_other_side_makes_an_offer_after_a_settlement_in_vain(self):
        cast = handed_over()
        dispute = opened(cast, 1)
        settled(cast, dispute, ALL)
        with pytest.raises(offers.standpoint.DisputeOver):
            offered(dispute, cast.contact, NOTHING)

    def test_gross_prices_are_settled_gross(self):
        cast = handed_over()
        type(cast.project).update(prices_gross=True, tax_category="S", tax_rate=20_000).execute()
        offer = offered(opened(cast, 1), cast.owner, part(12_000))
        assert take(offer, cast.contact).payable == 12_000
        invoice = Invoice.select().order_by(Invoice.id.desc()).first()
        assert (invoice.net, invoice.tax, invoice.total) == (10_000, 2_000, 12_000)

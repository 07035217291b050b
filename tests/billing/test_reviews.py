"""Reviews: what acceptance will do is what it does, once, on the round that was shown."""

from datetime import date, timedelta

import pytest

from billing.accepting import consequences, moves, reviews, submissions
from billing.planning.plan import Billing
from billing.refusals import CriteriaMissing, NotYours, ReasonMissing, RoundsUsed
from models import Business, Decision, Invoice, MilestoneState, Project, TriggerDelivery
from tests import cast as the
from tests.cast import NOW

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def ask(cast, **changes):
    given = {"note": "One audience is missing", "unmet": [cast.milestone.criteria[0].id]}
    return reviews.ask_for_changes(cast.milestone, by=cast.contact, now=NOW, **{**given, **changes})


def hand_in_again(cast):
    milestone = cast.milestone
    submissions.submit(milestone, "Again", [], the.shown(milestone), cast.owner, NOW)


@pytest.mark.parametrize("rate", [0, 19_000])
def test_the_announced_consequence_is_what_happens(rate):
    user = the.owner(tax_registered=bool(rate), tax_rate=rate)
    cast = the.submitted(the.terms(billing=Billing(signing_share=0), price=333_33), of=user)
    told = consequences.of(cast.milestone, NOW)
    reviews.accept(cast.milestone, cast.contact, NOW)

    [invoice] = cast.invoices
    assert (told.net, told.tax, told.total) == (invoice.net, invoice.tax, invoice.total)
    assert (told.due_on, told.currency) == (invoice.due_on, invoice.currency)
    assert told.raised[0].payers == [cast.contact.email]
    assert not told.is_draft


def test_due_counts_from_the_sellers_calendar_day():
    cast = the.submitted()
    Business.update(timezone="Asia/Tokyo").where(Business.owner == cast.owner.id).execute()
    told = consequences.of(cast.milestone, NOW.replace(hour=20))
    assert told.due_on == date(2026, 11, 23) + timedelta(days=14)


def test_a_draft_trigger_says_so_and_sends_nothing():
    terms = the.terms(billing=Billing(acceptance_delivery=TriggerDelivery.DRAFT))
    cast = the.submitted(terms)
    assert consequences.of(cast.milestone, NOW).is_draft
    reviews.accept(cast.milestone, cast.contact, NOW)
    assert [invoice.number for invoice in cast.invoices] == [None]


def test_only_an_approver_decides():
    cast = the.submitted()
    other = the.contact(cast.project.client, name="Paul Payer", is_approver=False)
    with pytest.raises(NotYours) as refused:
        reviews.accept(cast.milestone, other, NOW)
    assert refused.value.facts == {"role": "Cleo Zając"}
    with pytest.raises(NotYours):
        reviews.ask_for_changes(cast.milestone, "No", [1], other, NOW)
    assert cast.milestone.state == MilestoneState.SUBMITTED


def test_what_was_said_before_is_named():
    cast = the.submitted()
    ask(cast)
    with pytest.raises(moves.AlreadyAsked):
        ask(cast)
    with pytest.raises(moves.AlreadyAsked):
        reviews.accept(cast.milestone, cast.contact, NOW)

    hand_in_again(cast)
    reviews.accept(cast.milestone, cast.contact, NOW)
    with pytest.raises(moves.AlreadyAccepted):
        reviews.accept(cast.milestone, cast.contact, NOW)
    with pytest.raises(moves.AlreadyAccepted):
        ask(cast)
    assert Invoice.select().count() == 1


def test_a_round_that_was_not_shown_is_not_decided():
    cast = the.submitted()
    ask(cast, seen=1)
    hand_in_again(cast)
    with pytest.raises(reviews.OtherRound) as refused:
        reviews.accept(cast.milestone, cast.contact, NOW, seen=1)
    assert refused.value.facts["round"] == 2
    with pytest.raises(reviews.OtherRound):
        ask(cast, seen=1)
    assert cast.milestone.state == MilestoneState.SUBMITTED
    assert Decision.select().count() == 1
    reviews.accept(cast.milestone, cast.contact, NOW, seen=2)


def test_changes_need_a_reason_and_a_criterion_of_this_milestone():
    cast = the.submitted(the.terms(), the.terms(title="Campaign launched"))
    with pytest.raises(ReasonMissing):
        ask(cast, note="  ")
    foreign = cast.milestones[1].criteria[0].id
    with pytest.raises(CriteriaMissing):
        ask(cast, unmet=[foreign])
    assert cast.milestone.state == MilestoneState.SUBMITTED


def test_rounds_run_out():
    cast = the.submitted(the.terms(rounds=1))
    ask(cast)
    hand_in_again(cast)
    with pytest.raises(RoundsUsed):
        ask(cast)
    assert cast.milestone.state == MilestoneState.SUBMITTED
    assert Project.get_by_id(cast.project.id).state == "active"

"""What is told before a deed is what the rows say after it: how much, to whom, what begins."""

import pytest

from billing import checking, dates
from billing.accepting import consequences, extensions, gates, reviews, submissions, windows
from billing.agreeing import signing
from billing.changes import consequences as changing
from billing.changes import drafts
from billing.disputing import disputes
from billing.planning.plan import Billing
from models import Business, Milestone, Side, TriggerDelivery
from tests import cast as the
from tests.advance import handed_over, pay
from tests.cast import NOW, later
from tests.changes import signed
from tests.disputes import ALL, NOTHING, offered, opened, part, take
from tests.foretold import Foretold, before

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

ADVANCE = Billing(signing_share=10_000)
ON_START = Billing(start_share=4000)


def test_what_was_paid_in_advance_lets_the_next_begin_and_bill():
    cast = handed_over(
        the.terms(title="One", billing=ADVANCE),
        the.terms(title="Two", billing=ON_START),
        clauses={"previous"},
    )
    told, seen = consequences.of(cast.milestone, NOW), before(cast.project)
    assert (told.total, told.next.starting) == (0, ("Two",))
    reviews.accept(cast.milestone, cast.contact, NOW)
    assert Foretold.of(told) == seen.since(cast.project)
    [start] = told.next.raised
    assert (start.total, start.payers) == (200_000, [cast.contact.email])


def test_what_waits_for_the_invoice_is_told_to_begin_once_it_is_paid():
    cast = handed_over(the.terms(title="One"), the.terms(title="Two"), clauses={"previous"})
    told = consequences.of(cast.milestone, NOW)
    assert (told.next.starting, told.next.when_paid) == ((), ("Two",))
    reviews.accept(cast.milestone, cast.contact, NOW)
    assert cast.milestones[1].state == "agreed"
    pay(cast, cast.invoices[-1])
    assert cast.milestones[1].state == "active"


def test_a_part_opens_no_gate():
    cast = handed_over(the.terms(title="One"), the.terms(title="Two"), clauses={"previous"})
    first = cast.milestone.criteria[0].id
    told = consequences.of(cast.milestone, NOW, [first])
    assert (told.left, told.next.starting, told.next.when_paid) == (1, (), ())


def test_nothing_begins_with_an_acceptance_before_it_is_final():
    """Nor by what else happens meanwhile, as then it could not be undone."""
    cast = handed_over(
        the.terms(title="One", billing=ADVANCE), the.terms(title="Two"), clauses={"previous"}
    )
    Business.update(undo_minutes=30).where(Business.owner == cast.owner.id).execute()
    told = consequences.of(cast.milestone, NOW)
    assert told.next.starting == ("Two",)
    reviews.accept(cast.milestone, cast.contact, NOW)
    gates.open_next(cast.project, cast.owner, later(minutes=1))
    assert cast.milestones[1].state == "agreed"
    dates.pass_time(later(minutes=30))
    assert cast.milestones[1].state == "active"
    assert checking.problems() == []


def test_what_a_dispute_accepts_is_final_and_billed_on_the_day_that_is_told():
    cast = handed_over(the.terms(criteria=("One", "Two")))
    Business.update(undo_minutes=1440).where(Business.owner == cast.owner.id).execute()
    second = cast.milestone.criteria[1].id
    told = disputes.stakes(cast.milestone, [second], Side.CLIENT, NOW).accepted
    dispute = opened(cast, 1)
    [invoice] = cast.invoices
    assert (told.total, told.due_on) == (invoice.total, invoice.due_on)
    take(offered(dispute, cast.owner, part(1000)), cast.contact)
    dates.pass_time(later(days=2))
    assert checking.problems() == []


@pytest.mark.parametrize("share", [ALL, NOTHING])
def test_taking_an_offer_tells_what_begins(share):
    cast = handed_over(
        the.terms(title="One", criteria=("Only",), billing=ADVANCE),
        the.terms(title="Two", billing=ON_START),
        clauses={"previous"},
    )
    offer = offered(opened(cast, 0), cast.owner, share)
    seen = before(cast.project)
    told = take(offer, cast.contact)
    assert told.next.starting == ("Two",)
    assert Foretold.of(told) == seen.since(cast.project)


def test_starting_anyway_tells_what_it_bills():
    billing = Billing(signing_share=2000, start_share=3000, start_delivery=TriggerDelivery.DRAFT)
    cast = the.active(the.terms(billing=billing))
    [told] = gates.standing(cast.project, NOW, cast.milestones).starting[cast.milestone.id]
    gates.override(cast.milestone, cast.owner, NOW)
    assert (told.total, told.due_on) == (cast.invoices[-1].total, None)


def test_a_change_that_removes_what_others_wait_for_tells_that_they_begin():
    cast = the.active(
        the.terms(title="One"), the.terms(title="Two", billing=ON_START), clauses={"previous"}
    )
    drafts.remove(cast.milestone, "", NOW)
    order = signed(cast)
    told, seen = changing.of(order, NOW), before(cast.project)
    assert told.starting == ["Two"]
    signing.countersign(order, the.intent(order, name="Alice"), cast.owner, NOW)
    the.seal(order)
    assert Foretold.of(told) == seen.since(cast.project)


def test_more_time_is_told_with_the_day_that_then_is_the_last():
    cast = handed_over(the.terms())
    asked = extensions.ask(cast.milestone, 4, "Holidays", cast.contact, NOW)
    window = windows.of(Milestone.get_by_id(cast.milestone.id), NOW)
    told = windows.if_extended(window, 4, NOW).last_day
    extensions.answer(asked, True, "", cast.owner, NOW)
    assert windows.of(Milestone.get_by_id(cast.milestone.id), NOW).reading.last_day == told


def test_until_when_the_client_decides_is_told_before_it_is_handed_over():
    cast = the.active(the.terms())
    told = windows.if_submitted(cast.milestones, NOW)[cast.milestone.id].last_day
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), cast.owner, NOW)
    assert windows.of(Milestone.get_by_id(cast.milestone.id), NOW).reading.last_day == told

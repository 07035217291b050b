"""Undoing an acceptance: within the owner's grace period, whole, once, and never later."""

from threading import Thread

import pytest

from billing import checking, dates
from billing.accepting import (
    bookkeeping,
    consequences,
    judging,
    moves,
    reviews,
    submissions,
    undoing,
)
from billing.accepting.judging import Judgement, Rest
from billing.invoicing import holding, invoices, revising
from billing.planning.plan import Billing
from billing.reading import engagements
from billing.refusals import Conflict, NotYours
from models import (
    Business,
    Charge,
    Decision,
    Delivery,
    Invoice,
    InvoiceState,
    Milestone,
    MilestoneState,
    Series,
    TriggerDelivery,
    connection,
)
from tests import cast as the
from tests.cast import NOW, later

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def engaged(*planned, minutes=30):
    cast = the.submitted(*planned)
    Business.update(undo_minutes=minutes).where(Business.owner == cast.owner.id).execute()
    return cast


def accepted(*planned, minutes=30):
    cast = engaged(*planned, minutes=minutes)
    reviews.accept(cast.milestone, cast.contact, NOW)
    return cast


def kinds(cast):
    return [row.body.split('"kind":"')[1].split('"')[0] for row in cast.project.events]


def test_without_a_period_an_acceptance_is_final_at_once():
    cast = accepted(minutes=0)
    assert cast.invoices[0].state == InvoiceState.ISSUED
    with pytest.raises(undoing.UndoOver):
        undoing.undo(cast.milestone, cast.contact, NOW)


def test_the_day_that_is_announced_is_that_of_the_invoice_which_waits_over_midnight():
    cast = engaged(minutes=1440)
    told = consequences.of(cast.milestone, NOW)
    reviews.accept(cast.milestone, cast.contact, NOW)
    dates.pass_time(later(minutes=1440))
    [invoice] = cast.invoices
    assert (told.total, told.due_on) == (invoice.total, invoice.due_on)


def test_the_invoice_waits_for_the_end_and_is_numbered_and_dated_then():
    cast = accepted()
    [held] = cast.invoices
    assert (held.state, held.number, held.held_until) == ("draft", None, later(minutes=30))
    assert cast.milestone.state == MilestoneState.ACCEPTED
    dates.pass_time(later(minutes=29))
    assert cast.invoices[0].state == InvoiceState.DRAFT
    dates.pass_time(later(days=1))
    [issued] = cast.invoices
    assert issued.state == InvoiceState.ISSUED and issued.held_until is None
    assert issued.issued_on == later(days=1).date() and issued.supplied_on == NOW.date()
    dates.pass_time(later(days=2))
    assert kinds(cast).count("invoice.issued") == 1
    assert checking.problems() == []


def test_an_undo_leaves_nothing_behind():
    cast = accepted()
    undoing.undo(cast.milestone, cast.contact, later(minutes=29))
    assert cast.milestone.state == MilestoneState.SUBMITTED
    assert cast.invoices == []
    assert Charge.select().where(Charge.freed_at.is_null()).count() == 0
    assert Series.select().count() == 0, "no number was taken"
    dates.pass_time(later(days=1))
    assert cast.invoices == []
    assert checking.problems() == []


def test_what_was_undone_can_be_accepted_again_and_is_billed_once():
    cast = accepted()
    undoing.undo(cast.milestone, cast.contact, later(minutes=1))
    reviews.accept(cast.milestone, cast.contact, later(minutes=2))
    dates.pass_time(later(days=1))
    assert [row.total for row in cast.invoices] == [500_000]
    assert checking.problems() == []


def test_never_later_and_never_twice():
    cast = accepted()
    with pytest.raises(undoing.UndoOver):
        undoing.undo(cast.milestone, cast.contact, later(minutes=30))
    undoing.undo(cast.milestone, cast.contact, later(minutes=1))
    with pytest.raises(moves.OutOfTurn, match="nothing to undo"):
        undoing.undo(cast.milestone, cast.contact, later(minutes=2))
    assert Decision.select().where(Decision.withdrawn_at.is_null(False)).count() == 1


def test_only_the_approver_undoes():
    cast = accepted()
    with pytest.raises(NotYours):
        undoing.undo(cast.milestone, cast.owner, NOW)
    payer = the.contact(cast.project.client, is_approver=False)
    with pytest.raises(NotYours):
        undoing.undo(cast.milestone, payer, NOW)


def test_the_newest_part_is_undone_and_the_rest_stands():
    cast = engaged()
    first, second = cast.milestone.criteria
    reviews.accept(cast.milestone, cast.contact, NOW, met=[first.id])
    reviews.accept(cast.milestone, cast.contact, later(minutes=1), met=[second.id])
    undoing.undo(cast.milestone, cast.contact, later(minutes=2))
    assert cast.milestone.state == MilestoneState.PARTLY_ACCEPTED
    assert [row.total for row in cast.invoices] == [250_000]
    undoing.undo(cast.milestone, cast.contact, later(minutes=3))
    assert cast.milestone.state == MilestoneState.SUBMITTED and cast.invoices == []
    assert checking.problems() == []


def test_undoing_twice_takes_back_one_part():
    cast = engaged()
    first, second = cast.milestone.criteria
    earlier = reviews.accept(cast.milestone, cast.contact, NOW, met=[first.id])
    newest = reviews.accept(cast.milestone, cast.contact, later(minutes=1), met=[second.id])

    def undo(seen):
        undoing.undo(cast.milestone, cast.contact, later(minutes=2), seen.id)

    with pytest.raises(undoing.OtherAcceptance, match="More of “Strategy"):
        undo(earlier)
    undo(newest)
    with pytest.raises(undoing.UndoneAlready, match="already taken back"):
        undo(newest)
    assert [row.total for row in cast.invoices] == [250_000]
    undo(earlier)
    assert cast.milestone.state == MilestoneState.SUBMITTED and cast.invoices == []


def test_the_owner_cannot_touch_what_is_held():
    cast = accepted()
    [held] = cast.invoices
    with pytest.raises(holding.InvoiceHeld):
        invoices.issue(held, cast.owner, NOW)
    with pytest.raises(holding.InvoiceHeld):
        invoices.discard(held, cast.owner, NOW)
    with pytest.raises(holding.InvoiceHeld):
        revising.revise(held, None, "", cast.owner, NOW)


def test_a_draft_by_the_plan_becomes_the_owners_at_the_end():
    by_hand = Billing(acceptance_delivery=TriggerDelivery.DRAFT)
    cast = accepted(the.terms(billing=by_hand))
    dates.pass_time(later(hours=1))
    [draft] = cast.invoices
    assert draft.state == InvoiceState.DRAFT and draft.held_until is None
    assert invoices.issue(draft, cast.owner, later(hours=1)).number


def test_a_share_of_nothing_can_be_undone_too():
    cast = accepted(the.terms(price=0))
    assert Milestone.get().state == MilestoneState.ACCEPTED
    undoing.undo(cast.milestone, cast.contact, later(minutes=1))
    reviews.accept(cast.milestone, cast.contact, later(minutes=2))
    dates.pass_time(later(days=1))
    assert cast.project.__class__.get_by_id(cast.project.id).state == "closed"
    assert checking.problems() == []


def test_the_owner_is_told():
    cast = accepted()
    undoing.undo(cast.milestone, cast.contact, later(minutes=1))
    letters = [row.kind for row in Delivery.select().where(Delivery.channel == "mail")]
    assert "milestone_undone" in letters and "invoice_issued" not in letters
    assert kinds(cast).count("milestone.acceptance_undone") == 1


def test_undo_and_end_at_once_leave_one_of_them(database):
    """Whoever comes first: either it is undone, or it is final with its invoice."""
    cast = accepted()
    decision, outcome = Decision.get(), []

    def undo():
        with connection():
            try:
                undoing.undo(cast.milestone, cast.contact, later(minutes=29))
                outcome.append("undone")
            except Conflict:
                outcome.append("over")

    def finish():
        with connection():
            undoing.finish(Decision.get_by_id(decision.id), later(minutes=29))

    threads = [Thread(target=each) for each in (undo, finish, undo, finish)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    issued = Invoice.select().where(Invoice.state == InvoiceState.ISSUED).count()
    assert issued == (0 if "undone" in outcome else 1)
    assert outcome.count("undone") <= 1
    assert checking.problems() == []


def judged_in_part(minutes=30):
    cast = engaged(minutes=minutes)
    first, second = cast.milestone.criteria
    judgement = Judgement({first.id: ""}, {second.id: "Too short"})
    judging.judge(cast.milestone, judgement, Rest.GOES_BACK, cast.contact, NOW)
    return cast


def test_what_went_back_with_an_acceptance_is_undone_with_it():
    cast = judged_in_part()
    assert undoing.of_all([read_again(cast)])[cast.milestone.id].asked is not None
    undoing.undo(cast.milestone, cast.contact, later(minutes=1))
    assert cast.milestone.state == MilestoneState.SUBMITTED and cast.invoices == []
    assert submissions.rounds_left(cast.milestone) == 2
    reviews.accept(cast.milestone, cast.contact, later(minutes=2))
    dates.pass_time(later(days=1))
    assert [row.total for row in cast.invoices] == [500_000]
    assert checking.problems() == []


def test_changes_asked_for_by_another_deed_are_not_undone():
    cast = engaged()
    first, second = cast.milestone.criteria
    reviews.accept(cast.milestone, cast.contact, NOW, met=[first.id])
    reviews.ask_for_changes(cast.milestone, "No", [second.id], cast.contact, later(minutes=1))
    assert undoing.of_all([read_again(cast)]) == {}
    with pytest.raises(undoing.UndoOver):
        undoing.undo(cast.milestone, cast.contact, later(minutes=2))
    assert checking.problems() == []


def test_what_was_handed_over_again_is_not_undone():
    cast = judged_in_part()
    milestone = cast.milestone
    submissions.submit(milestone, "", [], the.shown(milestone), cast.owner, later(minutes=1))
    with pytest.raises(moves.OutOfTurn):
        undoing.undo(cast.milestone, cast.contact, later(minutes=2))


def read_again(cast):
    return engagements.read(cast.project, NOW).milestones[0]


def test_a_project_is_not_closed_while_an_acceptance_of_nothing_can_be_undone():
    cast = accepted(the.terms(price=0))
    assert checking.problems() == []
    assert cast.project.__class__.get_by_id(cast.project.id).state == "active"


def test_what_was_undone_is_still_to_be_billed_by_the_books():
    cast = engaged()
    before = bookkeeping.books(cast.project, NOW).exposure
    reviews.accept(cast.milestone, cast.contact, NOW)
    assert bookkeeping.books(cast.project, NOW).exposure == before == 500_000
    undoing.undo(cast.milestone, cast.contact, later(minutes=1))
    assert bookkeeping.books(cast.project, NOW).exposure == before

"""A change order in force: what each kind of change does to the plan and the money."""

from datetime import date

import pytest

from billing.accepting import reviews, submissions
from billing.agreeing import agreements
from billing.changes import drafts, outlook
from billing.invoicing import charges
from billing.paying import payments
from billing.planning.plan import Billing
from billing.planning.terms import terms_of
from models import (
    AgreementState,
    Criterion,
    InvoiceKind,
    MilestoneState,
    ProjectState,
    Trigger,
)
from tests import cast as the
from tests import changes
from tests.cast import NOW
from tests.changes import altered, held, prices, totals

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

DEPOSIT = Billing(signing_share=3000)


def test_a_new_price_is_shared_by_what_has_not_been_billed_yet():
    cast = the.active(the.terms(billing=DEPOSIT, price=100_000), the.terms(title="Other"))
    assert totals(cast) == [30_000]
    altered(cast.milestone, price=120_000)
    assert prices(cast) == [100_000, 500_000]
    order = changes.in_force(cast)

    assert prices(cast) == [120_000, 500_000]
    assert list(charges.trigger_amounts(cast.milestone).values()) == [30_000, 90_000]
    assert totals(cast) == [30_000]
    assert order.state == AgreementState.ACTIVE
    assert agreements.base(cast.project).state == AgreementState.AMENDED
    assert cast.project.state == ProjectState.ACTIVE
    payments.record(cast.invoices[0], 30_000, NOW.date(), "k", cast.owner, NOW)
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), cast.owner, NOW)
    reviews.accept(cast.milestone, cast.contact, NOW)
    assert totals(cast) == [30_000, 90_000]
    held(cast)


def test_a_price_below_what_is_billed_is_credited_at_once():
    cast = the.active(the.terms(billing=DEPOSIT, price=100_000), the.terms(title="Other"))
    altered(cast.milestone, price=20_000)
    changes.in_force(cast)
    assert totals(cast, InvoiceKind.CREDIT_NOTE) == [10_000]
    assert charges.billed(cast.milestone) == 20_000
    submissions_can_go_on(cast)
    assert charges.billed(cast.milestone) == 20_000
    held(cast)


def submissions_can_go_on(cast: the.Engagement) -> None:
    [deposit] = [row for row in cast.invoices if row.kind == InvoiceKind.INVOICE]
    left = payments.due(deposit)
    if left:
        payments.record(deposit, left, NOW.date(), f"pay:{deposit.id}", cast.owner, NOW)
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), cast.owner, NOW)
    reviews.accept(cast.milestone, cast.contact, NOW)


def test_a_rise_with_all_billed_already_is_billed_on_acceptance():
    cast = the.active(the.terms(billing=Billing(signing_share=10_000), price=100_000))
    altered(cast.milestone, price=150_000)
    changes.in_force(cast)
    triggers = list(cast.milestone.triggers.order_by(Trigger.position))
    assert [(row.kind, row.amount) for row in triggers] == [
        ("on_signing", 100_000),
        ("on_acceptance", 50_000),
    ]
    assert sum(row.share for row in triggers) == 10_000
    submissions_can_go_on(cast)
    assert totals(cast) == [100_000, 50_000]
    held(cast)


def test_an_added_milestone_begins_with_its_own_deposit():
    cast = the.active()
    added = the.terms(title="Newsletter set up", price=80_000, billing=DEPOSIT)
    change = drafts.add(cast.project, added, None, NOW)
    assert len(cast.milestones) == 1
    changes.in_force(cast)
    [first, second] = cast.milestones
    assert second.id == change.added_id
    assert terms_of(second) == added
    assert totals(cast) == [24_000]
    assert (first.state, second.state) == (MilestoneState.ACTIVE, MilestoneState.AGREED)
    payments.record(cast.invoices[0], 24_000, NOW.date(), "k", cast.owner, NOW)
    assert cast.milestones[1].state == MilestoneState.ACTIVE
    held(cast)


def test_what_is_taken_out_is_superseded_and_credited():
    cast = the.active(the.terms(billing=DEPOSIT, price=100_000), the.terms(title="Other"))
    drafts.remove(cast.milestone, "Not needed any more", NOW)
    changes.in_force(cast)
    assert cast.milestones[0].state == MilestoneState.SUPERSEDED
    assert prices(cast) == [500_000]
    assert totals(cast, InvoiceKind.CREDIT_NOTE) == [30_000]
    held(cast)


def test_a_swap_keeps_the_price():
    cast = the.active(the.terms(price=100_000), the.terms(title="Other"))
    drafts.swap(cast.milestone, the.terms(title="A film instead", price=7), NOW)
    changes.in_force(cast)
    assert [row.title for row in outlook.in_force(cast.project)] == ["A film instead", "Other"]
    assert prices(cast) == [100_000, 500_000]
    held(cast)


def test_milestones_are_moved_in_time_and_order():
    cast = the.active(the.terms(title="One"), the.terms(title="Two"), the.terms(title="Three"))
    altered(cast.milestones[2], place=1)
    altered(cast.milestones[0], due_on=date(2027, 1, 31))
    order = changes.in_force(cast)
    assert [row.title for row in cast.milestones] == ["Three", "One", "Two"]
    assert cast.milestones[1].due_on == date(2027, 1, 31)
    assert [each["kind"] for each in agreements.read(order)["changes"]] == ["move", "move"]
    held(cast)


def test_a_favour_is_listed_at_no_price():
    cast = the.active()
    drafts.favour(cast.project, "A second logo", "For the good start", 40_000, NOW)
    said = agreements.read(changes.in_force(cast))
    assert said["totals"] == said["totals_before"]
    [favour] = said["changes"]
    assert (favour["title"], favour["worth"], favour["difference"]) == ("A second logo", 40_000, 0)
    held(cast)


def test_criteria_are_kept_by_their_words_and_what_was_said_of_them_stays():
    cast = the.submitted()
    milestone = cast.milestone
    unmet = milestone.criteria[0].id
    reviews.ask_for_changes(milestone, "One is missing", [unmet], cast.contact, NOW)
    altered(cast.milestone, criteria=("Names a channel plan", "Covers five audiences"))
    changes.in_force(cast)
    texts = [row.text for row in cast.milestone.criteria.order_by(Criterion.position)]
    assert texts == ["Names a channel plan", "Covers five audiences"]
    assert Criterion.get_by_id(unmet).text == "Covers three audiences"
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), cast.owner, NOW)
    reviews.accept(cast.milestone, cast.contact, NOW)
    assert totals(cast) == [500_000]
    held(cast)

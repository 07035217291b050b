"""A change order from its draft to the plan: what each kind of change does, and when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from billing import (
    activation,
    agreements,
    charges,
    checking,
    dates,
    events,
    payments,
    reviews,
    signing,
    submissions,
)
from billing.changes import drafts, fold, offers, outlook, touching
from billing.plan import Billing
from billing.refusals import Incomplete, WrongState
from billing.terms import terms_of
from models import (
    Agreement,
    AgreementState,
    Change,
    Charge,
    Criterion,
    Invoice,
    InvoiceKind,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    Trigger,
    write,
)
from tests import cast as the
from tests import changes
from tests.cast import NOW, later
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

DEPOSIT = Billing(signing_share=3000)


def altered(milestone: Milestone, place: int | None = None, **terms: object) -> Change | None:
    return drafts.alter(milestone, replace(terms_of(milestone), **terms), place, NOW)


def prices(cast: the.Engagement) -> list[int]:
    return [row.price for row in outlook.in_force(cast.project)]


def totals(cast: the.Engagement, kind: InvoiceKind = InvoiceKind.INVOICE) -> list[int]:
    return [row.total for row in cast.invoices if row.kind == kind]


def held(cast: the.Engagement) -> None:
    """What must hold after everything: the check finds nothing, and the fold is the plan."""
    assert checking.problems() == []
    signed = [agreements.read(row) for row in agreements.in_force(cast.project)]
    rows = [row for row in cast.milestones if row.state != MilestoneState.SUPERSEDED]
    assert [each["id"] for each in fold.fold(signed)] == [row.id for row in rows]


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


def test_until_it_is_active_the_old_terms_bill():
    dated = Billing(date_share=5000, billed_on=date(2026, 12, 1))
    cast = the.active(the.terms(price=100_000, billing=dated))
    altered(cast.milestone, price=200_000)
    order = changes.signed(cast)
    dates.fire(cast.project, later(days=10))
    assert totals(cast) == [50_000]
    signing.countersign(order, the.intent(order), cast.owner, later(days=10))
    the.seal(order, later(days=10))
    assert list(charges.trigger_amounts(cast.milestone).values()) == [50_000, 150_000]
    held(cast)


def test_work_that_a_change_speaks_of_is_not_handed_over_meanwhile():
    cast = the.active(the.terms(), the.terms(title="Other"))
    altered(cast.milestone, price=1)
    order = changes.sent(cast)
    first, second = cast.milestones
    with pytest.raises(touching.Touched):
        submissions.submit(first, "", [], the.shown(first), cast.owner, NOW)
    submissions.submit(second, "", [], the.shown(second), cast.owner, NOW)
    agreements.decline(order, "Too dear", cast.contact, NOW)
    submissions.submit(first, "", [], the.shown(first), cast.owner, NOW)
    assert Project.get_by_id(cast.project.id).state == ProjectState.ACTIVE
    held(cast)


@pytest.mark.parametrize("end", ["void", "decline", "expire"])
def test_the_work_goes_on_after_a_change_came_to_nothing(end):
    cast = the.active()
    altered(cast.milestone, price=1)
    order = changes.sent(cast)
    if end == "void":
        agreements.void(order, cast.owner, NOW)
    elif end == "decline":
        agreements.decline(order, "No", cast.contact, NOW)
    else:
        agreements.expire(order, NOW)
    assert prices(cast) == [500_000]
    assert agreements.current(cast.project).state == AgreementState.ACTIVE
    altered(cast.milestone, price=2)
    changes.in_force(cast)
    assert prices(cast) == [2]
    held(cast)


def test_what_waits_with_the_client_cannot_be_changed():
    cast = the.submitted()
    for propose in (
        lambda: altered(cast.milestone, price=1),
        lambda: drafts.remove(cast.milestone, "", NOW),
        lambda: drafts.swap(cast.milestone, the.terms(), NOW),
    ):
        with pytest.raises(drafts.Untouchable):
            propose()


def test_what_was_handed_over_since_blocks_sending():
    cast = the.active(the.terms(), the.terms(title="Other"))
    altered(cast.milestone, price=1)
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), cast.owner, NOW)
    draft = drafts.proposal(cast.project, NOW)
    with pytest.raises(Incomplete) as refused:
        offers.send(draft, cast.owner, NOW)
    [missing] = refused.value.facts["missing"]
    assert "moved on" in missing.sentence


def test_what_moved_on_all_the_same_is_refused_when_it_is_to_hold():
    cast = the.active(the.terms(), the.terms(title="Other"))
    altered(cast.milestone, price=1)
    order = changes.signed(cast)
    Milestone.update(state=MilestoneState.CANCELLED).where(
        Milestone.id == cast.milestone.id
    ).execute()
    with pytest.raises(touching.MovedOn):
        signing.countersign(order, the.intent(order), cast.owner, NOW)


def test_nothing_may_be_all_that_is_left():
    cast = the.active()
    drafts.remove(cast.milestone, "", NOW)
    assert [each.where for each in offers.missing(drafts.proposal(cast.project, NOW), NOW)] == [
        "changes"
    ]


def test_one_change_order_at_a_time():
    cast = the.active()
    altered(cast.milestone, price=1)
    changes.sent(cast)
    with pytest.raises(drafts.ChangeOut):
        altered(cast.milestone, price=2)


def test_a_draft_is_composed_by_the_way():
    cast = the.active(the.terms(), the.terms(title="Other"))
    first, second = cast.milestones
    altered(first, price=1)
    altered(first, price=2)
    drafts.swap(first, the.terms(title="Instead"), NOW)
    change = drafts.add(cast.project, the.terms(title="More"), 1, NOW)
    change = drafts.add(cast.project, the.terms(title="Yet more"), 1, NOW, instead_of=change)
    draft = drafts.proposal(cast.project, NOW)
    seen = outlook.of(draft)
    assert [each["title"] for each in seen.after] == ["Yet more", "Instead", "Other"]
    drafts.take_back(change)
    assert [step.kind for step in outlook.of(draft).steps] == ["swap"]
    assert altered(first) is None
    assert outlook.of(draft).steps == []
    drafts.discard(draft)
    assert drafts.draft_of(cast.project) is None
    assert Milestone.select().where(Milestone.deleted_at.is_null(False)).count() == 0
    assert [row.id for row in cast.milestones] == [first.id, second.id]


def test_twenty_activations_happen_once():
    cast = the.active()
    drafts.add(cast.project, the.terms(title="More", billing=DEPOSIT), None, NOW)
    order = changes.signed(cast)
    signing.countersign(order, the.intent(order), cast.owner, NOW)

    def activate(_number: int) -> bool:
        found = Agreement.get_by_id(order.id)
        with write(found.project):
            activation.activate(found, cast.owner, NOW)
        return True

    answers = at_once(20, activate)
    assert answers.count(True) == 1
    assert Invoice.select().count() == 1
    assert Charge.select().count() == 1
    assert events.broken_link(cast.project) is None


def test_a_project_that_was_settled_meanwhile_goes_on():
    cast = the.submitted()
    drafts.add(cast.project, the.terms(title="More"), None, NOW)
    order = changes.signed(cast)
    reviews.accept(cast.milestone, cast.contact, NOW)
    [invoice] = cast.invoices
    payments.record(invoice, invoice.total, NOW.date(), "k", cast.owner, NOW)
    assert Project.get_by_id(cast.project.id).state == ProjectState.CLOSED
    signing.countersign(order, the.intent(order), cast.owner, NOW + timedelta(hours=1))
    the.seal(order)
    assert Project.get_by_id(cast.project.id).state == ProjectState.ACTIVE
    held(cast)


def test_what_was_declined_is_proposed_again_as_far_as_it_can_be():
    cast = the.active(the.terms(title="One"), the.terms(title="Two"), the.terms(title="Three"))
    first, second, third = cast.milestones
    altered(first, price=1)
    drafts.swap(second, the.terms(title="Instead"), NOW)
    drafts.remove(third, "", NOW)
    drafts.favour(cast.project, "A second logo", "", None, NOW)
    order = changes.sent(cast)
    with pytest.raises(WrongState):
        drafts.again(order, NOW)
    agreements.decline(order, "Not so", cast.contact, NOW)
    submissions.submit(first, "", [], the.shown(first), cast.owner, NOW)
    order = agreements.version(cast.project, order.version)
    draft = drafts.again(order, NOW)
    kinds = [step.kind for step in outlook.of(draft).steps]
    assert kinds == ["swap", "remove", "favour"]
    changes.in_force(cast)
    assert [row.title for row in outlook.in_force(cast.project)] == ["One", "Instead"]
    held(cast)

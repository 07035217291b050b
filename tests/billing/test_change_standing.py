"""A change order on its way: what it holds still, what stops it, what stays as it was."""

from datetime import date, timedelta

import pytest

from billing import dates, events
from billing.accepting import reviews, submissions
from billing.agreeing import activation, agreements, signing
from billing.changes import drafts, offers, outlook, touching, waterfall
from billing.invoicing import charges
from billing.paying import payments
from billing.planning.plan import Billing
from billing.refusals import Incomplete, WrongState
from models import (
    Agreement,
    AgreementState,
    Charge,
    Invoice,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    write,
)
from tests import cast as the
from tests import changes
from tests.cast import NOW, later
from tests.changes import altered, held, prices, totals
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

DEPOSIT = Billing(signing_share=3000)


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


def test_a_change_still_being_made_is_in_nobodys_sum():
    cast = the.active()
    altered(cast.milestone, price=1)
    draft = drafts.proposal(cast.project, NOW)
    offers.send(draft, cast.owner, NOW)
    assert [level.kind for level in waterfall.levels(cast.project)] == ["signed", "today"]
    agreements.deliver(draft, the.PDF, cast.owner, NOW)
    assert [level.kind for level in waterfall.levels(cast.project)][-1] == "pending"


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

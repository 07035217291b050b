"""The owner's next step, in the order of money, changes, work and waiting."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from billing.accepting import comments, readings, reviews
from billing.agreeing import signing
from billing.invoicing.measures import Measure
from billing.paying import claims, payments
from billing.planning.plan import Billing
from billing.reading import overview, owner_steps
from models import Business, Project
from tests import cast as the
from tests.cast import NOW

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def step(project: Project, **later: float) -> owner_steps.Step:
    stored = Project.get_by_id(project.id)
    return owner_steps.step(overview.read(stored, the.later(**later)))


@pytest.mark.parametrize(
    ("missing", "kind"),
    [
        ({}, "offer"),
        ({"title": ""}, "unfinished"),
        ({"price": None}, "unfinished"),
        ({"criteria": ()}, "unfinished"),
    ],
)
def test_a_plan_is_finished_first(missing: dict[str, object], kind: str):
    assert step(the.project(the.owner(), the.terms(**missing))).kind == kind


def test_an_offer_waits_for_the_client_then_for_the_owner():
    cast = the.offered()
    assert (step(cast.project).kind, step(cast.project).waits) == ("signature", True)
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    assert (step(cast.project).kind, step(cast.project).waits) == ("countersign", False)


def _ask_for_changes(cast: the.Engagement) -> None:
    unmet = cast.milestone.criteria[0].id
    reviews.ask_for_changes(cast.milestone, "Not yet", [unmet], cast.contact, NOW)


@pytest.mark.parametrize(
    ("cast", "deed", "kind"),
    [
        (the.active, None, "submit"),
        (the.submitted, None, "acceptance"),
        (the.submitted, _ask_for_changes, "changes"),
        (the.submitted, lambda c: reviews.accept(c.milestone, c.contact, NOW), "payment"),
    ],
)
def test_work_follows_its_states(
    cast: Callable[[], the.Engagement], deed: Callable[[the.Engagement], None] | None, kind: str
):
    engagement = cast()
    if deed:
        deed(engagement)
    assert step(engagement.project).kind == kind


def test_what_is_due_first_is_submitted_first():
    early = the.terms(title="Early", due_on=NOW.date())
    cast = the.active(the.terms(title="Whenever", due_on=None), the.terms(), early)
    assert step(cast.project).about.title == "Early"


def test_money_comes_first():
    cast = the.active(the.terms(billing=Billing(3000)))
    [invoice] = cast.invoices
    assert step(cast.project).kind == "gate"
    assert step(cast.project, days=30).kind == "overdue"
    claims.claim(invoice, "Sent", cast.contact, NOW)
    assert step(cast.project, days=30).kind == "claim"


def test_when_all_is_paid_nothing_is_left():
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    [invoice] = cast.invoices
    payments.record(invoice, invoice.total, NOW.date(), "k", cast.owner, NOW)
    assert step(cast.project).kind == "done"


def test_a_reading_is_answered_by_the_other_side_or_waited_for():
    today = NOW.date()
    measure = Measure("Sign-ups", "", 0, 1000, "", today, today + timedelta(days=30))
    cast = the.submitted(the.terms(billing=Billing(metric_share=10_000, measure=measure)))
    reviews.accept(cast.milestone, cast.contact, NOW)
    assert (step(cast.project).kind, step(cast.project).waits) == ("measure", True)
    own = readings.enter(cast.milestone, 500, today, cast.owner, NOW, "a")
    assert (step(cast.project).kind, step(cast.project).waits) == ("confirmation", True)
    readings.refuse(own, "Ours says 400", cast.contact, NOW)
    readings.enter(cast.milestone, 400, today, cast.contact, NOW, "b")
    assert (step(cast.project).kind, step(cast.project).waits) == ("reading", False)


def test_a_comment_is_read_before_the_work_goes_on():
    cast = the.active()
    comments.say(cast.milestone, "When?", cast.contact, NOW, "k")
    assert step(cast.project).kind == "comments"
    comments.read(cast.milestone)
    assert step(cast.project).kind == "submit"


def test_an_invoice_that_waits_for_the_time_to_undo_is_not_the_owners_to_issue():
    cast = the.submitted()
    Business.update(undo_minutes=30).where(Business.owner == cast.owner.id).execute()
    reviews.accept(cast.milestone, cast.contact, NOW)
    assert (step(cast.project).kind, step(cast.project).waits) == ("held", True)

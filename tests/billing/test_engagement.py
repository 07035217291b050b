"""The whole main job without HTTP: offered, signed, submitted, accepted, invoiced, paid."""

from datetime import date

import pytest

from billing import events
from billing.accepting import moves, reviews, submissions
from billing.paying import payments
from billing.planning.plan import Billing
from models import Invoice, InvoiceState, MilestoneState, Project, ProjectState
from tests import cast as the
from tests.cast import NOW, later

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def test_acceptance_raises_the_invoice_and_payment_closes_the_project():
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)

    [invoice] = cast.invoices
    assert cast.milestone.state == MilestoneState.ACCEPTED
    assert (invoice.state, invoice.number, invoice.total) == (
        InvoiceState.ISSUED,
        "INV-0001",
        500_000,
    )
    assert invoice.due_on == date(2026, 12, 6)

    payments.record(invoice, 200_000, date(2026, 12, 1), "a", cast.owner, later(days=10))
    assert payments.due(invoice) == 300_000
    payments.record(invoice, 300_000, date(2026, 12, 2), "b", cast.owner, later(days=10))
    assert Project.get_by_id(cast.project.id).state == ProjectState.CLOSED
    assert events.broken_link(cast.project) is None


def test_accepting_twice_bills_once():
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    with pytest.raises(moves.AlreadyAccepted):
        reviews.accept(cast.milestone, cast.contact, NOW)
    assert Invoice.select().count() == 1


def test_a_deposit_is_one_invoice_with_a_line_per_milestone_and_gates_the_work():
    deposit = the.terms(billing=Billing(signing_share=3000), price=100_001)
    cast = the.active(deposit, deposit, deposit)
    [invoice] = cast.invoices
    assert [line.amount for line in invoice.lines] == [30_000, 30_000, 30_000]
    assert {m.state for m in cast.milestones} == {MilestoneState.AGREED}

    payments.record(invoice, invoice.total, NOW.date(), "k", cast.owner, NOW)
    assert {m.state for m in cast.milestones} == {MilestoneState.ACTIVE}

    for milestone in cast.milestones:
        submissions.submit(milestone, "", [], the.shown(milestone), cast.owner, NOW)
        reviews.accept(milestone, cast.contact, NOW)
    assert sum(invoice.net for invoice in cast.invoices) == 3 * 100_001


def test_changes_are_asked_for_by_criterion_and_answered_in_a_new_round():
    cast = the.submitted()
    milestone = cast.milestone
    unmet = milestone.criteria[0].id
    reviews.ask_for_changes(milestone, "One audience is missing", [unmet], cast.contact, NOW)
    assert cast.milestone.state == MilestoneState.CHANGES_REQUESTED
    assert submissions.rounds_left(milestone) == 1

    again = submissions.submit(milestone, "", [], the.shown(milestone), cast.owner, NOW)
    assert again.round == 2

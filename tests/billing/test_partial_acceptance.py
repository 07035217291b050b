"""Accepting criterion by criterion: what is met is billed at once, each cent at most once."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import checking
from billing.accepting import consequences, gates, moves, reviews, submissions
from billing.changes import drafts
from billing.ending import stopping
from billing.invoicing import charges, credit_notes
from billing.money import allocate
from billing.planning.plan import Billing
from billing.planning.terms import terms_of
from billing.reading import engagements, ladder, next_steps
from models import Criterion, Decision, Invoice, Milestone, Project, Trigger
from tests import cast as the
from tests.cast import NOW
from tests.crowd import at_once
from tests.properties import stateful

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

THREE = ("One", "Two", "Three")


@pytest.fixture
def cast():
    return the.submitted(the.terms(price=100_000, criteria=THREE, billing=Billing(signing_share=0)))


def accept(cast, *places, **options):
    milestone = Milestone.get_by_id(cast.milestone.id)
    ids = [row.id for row in sorted(milestone.criteria, key=lambda row: row.position)]
    met = [ids[place] for place in places] if places else None
    return reviews.accept(milestone, cast.contact, NOW, met=met, **options)


def ask(cast, *places):
    ids = [row.id for row in cast.milestone.criteria]
    unmet = [ids[place] for place in places]
    milestone = Milestone.get_by_id(cast.milestone.id)
    return reviews.ask_for_changes(milestone, "Not yet", unmet, cast.contact, NOW)


def test_what_was_told_is_billed_and_the_rest_stays_in_review(cast):
    first = cast.milestone.criteria[0].id
    told = consequences.of(cast.milestone, NOW, [first])
    decision = accept(cast, 0)

    [invoice] = cast.invoices
    assert (told.net, told.total, told.left) == (invoice.net, invoice.total, 2)
    assert invoice.net == 33_333
    assert [line.detail for line in invoice.lines] == ["One"]
    assert [(row.criterion_id, row.accepted) for row in decision.verdicts] == [(first, True)]
    assert cast.milestone.state == "partly_accepted"
    rest = consequences.of(Milestone.get_by_id(cast.milestone.id), NOW)
    assert (rest.net, rest.left) == (66_667, 0)
    accept(cast)
    assert cast.milestone.state == "accepted"
    assert [row.net for row in cast.invoices] == [33_333, 66_667]
    assert checking.problems() == []


def test_a_repeat_adds_nothing_and_what_changed_meanwhile_is_said(cast):
    accept(cast, 0)
    with pytest.raises(reviews.PartAlreadyAccepted):
        accept(cast, 0)
    with pytest.raises(reviews.DecidedMeanwhile):
        accept(cast, 0, 1)
    with pytest.raises(reviews.DecidedMeanwhile):
        ask(cast, 0)
    with pytest.raises(reviews.NothingChosen):
        reviews.accept(cast.milestone, cast.contact, NOW, met=[])
    assert Invoice.select().count() == Decision.select().count() == 1
    accept(cast, 1, 2)
    with pytest.raises(moves.AlreadyAccepted):
        accept(cast, 1, 2)
    assert cast.milestone.state == "accepted"


def test_a_foreign_criterion_is_not_accepted():
    cast = the.submitted(the.terms(), the.terms(title="Campaign launched"))
    foreign = cast.milestones[1].criteria[0].id
    with pytest.raises(reviews.DecidedMeanwhile):
        reviews.accept(cast.milestone, cast.contact, NOW, met=[foreign])
    assert cast.milestone.state == "submitted"


def test_twenty_at_once_are_one_invoice(cast):
    def once(_):
        try:
            accept(cast, 0)
        except reviews.PartAlreadyAccepted:
            return False
        return True

    assert sum(at_once(20, once)) == 1
    assert Invoice.select().count() == Decision.select().count() == 1
    assert checking.problems() == []


def test_changes_of_the_rest_are_a_round_that_leaves_the_accepted_part(cast):
    accept(cast, 0)
    ask(cast, 1)
    assert cast.milestone.state == "changes_requested"
    with pytest.raises(drafts.Untouchable):
        drafts.alter(cast.milestone, replace(terms_of(cast.milestone), price=5), None, NOW)
    open_ids = [row.id for row in cast.milestone.criteria][1:]
    shown = dict.fromkeys(open_ids, "Page 3")
    submissions.submit(cast.milestone, "", [], shown, cast.owner, NOW)
    newest = submissions.latest(cast.milestone)
    assert {row.criterion_id for row in newest.evidence} == set(open_ids)
    assert consequences.of(Milestone.get_by_id(cast.milestone.id), NOW).net == 66_667
    assert checking.problems() == []

    engagement = engagements.read(cast.project, NOW)
    [milestone] = engagement.milestones
    assert [row.met for row in engagement.judged(milestone)] == [True, None, None]
    accept(cast)
    assert cast.milestone.state == "accepted"
    assert sum(row.net for row in cast.invoices) == 100_000
    assert checking.problems() == []


def test_both_sides_see_that_it_waits_and_the_ladder_counts_the_part(cast):
    accept(cast, 0)
    [step] = next_steps.steps(engagements.read(cast.project, NOW), cast.contact)[:1]
    assert (step.kind, step.mine) == ("review", True)
    rungs = ladder.of_project(cast.project, NOW.date())
    assert (rungs.agreed, rungs.accepted, rungs.invoiced) == (100_000, 33_333, 33_333)
    assert rungs.in_advance == 0


@pytest.mark.parametrize(("fee", "owed"), [(0, 33_333), (5000, 50_000), (10_000, 100_000)])
def test_stopping_owes_at_least_what_was_accepted(fee, owed):
    cast = the.active(the.terms(price=100_000, criteria=THREE, billing=Billing(signing_share=0)))
    # What both have signed stands in the payload; another ladder for this test.
    the_ladder = {"not_begun": 0, "in_progress": 0, "submitted": fee}
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), cast.owner, NOW)
    accept(cast, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stopping.kill_fees, "agreed", lambda project: the_ladder)
        found = stopping.price(Project.get_by_id(cast.project.id), NOW)
        stopping.stop(cast.project, "", found.mark, cast.owner, NOW)
    assert [row.fee for row in found.rows] == [owed]
    assert charges.billed(cast.milestone) == owed
    assert cast.milestone.state == "cancelled"
    assert checking.problems() == []


def test_a_part_credited_by_hand_is_not_billed_again(cast):
    accept(cast, 0)
    [invoice] = cast.invoices
    [line] = invoice.lines
    credit_notes.issue(invoice, {line.id: int(line.amount)}, "A gift", "k", cast.owner, NOW)
    accept(cast)
    assert charges.billed(cast.milestone) == 66_667
    assert checking.problems() == []


@stateful
@given(data=st.data())
def test_no_order_of_acceptances_drifts_by_a_cent(data):
    """Any weights, price, deposit, currency and order, also with amounts of a new price."""
    price = data.draw(st.one_of(st.integers(0, 99), st.integers(100, 10**9)))
    deposit = data.draw(st.sampled_from([0, 1, 3333, 5000, 10_000]))
    weights = data.draw(st.lists(st.integers(1, 97), min_size=2, max_size=6))
    currency = data.draw(st.sampled_from(["JPY", "EUR", "KWD"]))
    texts = tuple(f"Criterion {number}" for number in range(len(weights)))
    cast = the.active(
        the.terms(price=price, criteria=texts, billing=Billing(signing_share=deposit))
    )
    rows = list(cast.milestone.criteria)
    for row, weight in zip(rows, weights, strict=True):
        Criterion.update(weight=weight).where(Criterion.id == row.id).execute()
    Project.update(currency=currency).where(Project.id == cast.project.id).execute()
    if data.draw(st.booleans()):
        amounts = charges.trigger_amounts(Milestone.get_by_id(cast.milestone.id))
        for trigger, amount in amounts.items():
            Trigger.update(amount=amount).where(Trigger.id == trigger).execute()
    milestone = Milestone.get_by_id(cast.milestone.id)
    if milestone.state == "agreed":
        gates.override(milestone, cast.owner, NOW)
    submissions.submit(milestone, "", [], the.shown(milestone), cast.owner, NOW)
    order = data.draw(st.permutations([row.id for row in rows]))
    while order:
        size = data.draw(st.integers(1, len(order)))
        met, order = order[:size], order[size:]
        told = consequences.of(Milestone.get_by_id(milestone.id), NOW, met)
        before = charges.billed(milestone)
        reviews.accept(Milestone.get_by_id(milestone.id), cast.contact, NOW, met=met)
        assert charges.billed(milestone) - before == told.net
        assert charges.billed(milestone) <= price
    assert charges.billed(milestone) == price
    assert Milestone.get_by_id(milestone.id).state == "accepted"
    by_criterion = allocate(price - allocate(price, [deposit, 10_000 - deposit])[0], weights)
    if deposit < 10_000:
        parts = {row.criterion_id: row.amount for row in milestone.charges if row.criterion_id}
        assert [parts[row.id] for row in rows] == by_criterion

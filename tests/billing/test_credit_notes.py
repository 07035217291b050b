"""Credit notes: never more than was billed, with exactly the tax that was on it, numbered apart."""

import json
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import checking
from billing.accepting import reviews, submissions
from billing.invoicing import charges, credit_notes, invoices, tax
from billing.invoicing.credit_notes import CreditReasonMissing, CreditTooMuch, NothingToCredit
from billing.paying import payments, settlement
from billing.planning import projects
from billing.planning.plan import Billing
from billing.reading import ladder
from billing.refusals import NotPositive, Refusal, WrongState
from models import (
    Charge,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Project,
    ProjectState,
    Series,
    TriggerDelivery,
    write,
)
from tests import cast as the
from tests.cast import NOW
from tests.crowd import at_once
from tests.properties import stateful, undone

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

VAT = 19_000
TODAY = NOW.date()


def accepted(*planned, **taxed):
    cast = the.submitted(*planned)
    if taxed:
        Project.update(**taxed).where(Project.id == cast.project.id).execute()
        cast.project = Project.get_by_id(cast.project.id)
    reviews.accept(cast.milestone, cast.contact, NOW)
    return cast


def bill(cast):
    return next(row for row in cast.invoices if row.kind == InvoiceKind.INVOICE)


def by_hand(cast, amount, key="k", invoice=None):
    of = invoice or bill(cast)
    [line, *_] = of.lines.order_by(InvoiceLine.position)
    return credit_notes.issue(of, {line.id: amount}, "Less than agreed", key, cast.owner, NOW)


def standing(invoice):
    return settlement.of(Invoice.with_paid().where(Invoice.id == invoice.id).get(), TODAY)


def test_a_part_is_credited_with_its_tax_and_the_rest_stays_due():
    cast = accepted(tax_category="S", tax_rate=VAT)
    note = by_hand(cast, 100_000)
    assert (note.net, note.tax, note.total) == (100_000, 19_000, 119_000)
    assert (note.number, note.kind, note.credits_id) == ("CN-0001", "credit_note", bill(cast).id)
    content = json.loads(note.content)
    assert content["credits"]["number"] == "INV-0001"
    assert content["note"] == "Less than agreed"
    after = standing(bill(cast))
    assert (after.state, after.credited, after.due) == ("issued", 119_000, 476_000)
    assert charges.billed(cast.milestone) == 400_000
    assert Charge.select().where(Charge.freed_at.is_null()).exists()
    assert checking.problems() == []


def test_all_of_it_frees_the_charges_and_closes_the_project():
    cast = accepted()
    by_hand(cast, 300_000, "one")
    by_hand(cast, 200_000, "two")
    assert standing(bill(cast)).state == "credited"
    assert charges.billed(cast.milestone) == 0
    assert not Charge.select().where(Charge.freed_at.is_null()).exists()
    assert Project.get_by_id(cast.project.id).state == ProjectState.CLOSED
    assert checking.problems() == []
    with pytest.raises(NothingToCredit):
        by_hand(cast, 1, "three")


def test_what_was_paid_is_to_be_refunded():
    cast = accepted()
    payments.record(bill(cast), 400_000, TODAY, "p", cast.owner, NOW)
    by_hand(cast, 300_000)
    after = standing(bill(cast))
    assert (after.state, after.due, after.to_refund) == ("paid", 0, 200_000)
    assert payments.due(bill(cast)) == 0
    rungs = ladder.of_project(cast.project, TODAY)
    assert (rungs.agreed, rungs.accepted, rungs.invoiced, rungs.paid) == (
        500_000, 500_000, 200_000, 200_000,
    )  # fmt: skip


def test_what_was_paid_back_is_booked_once():
    cast = accepted()
    payments.record(bill(cast), 500_000, TODAY, "p", cast.owner, NOW)
    with pytest.raises(payments.NothingToRefund):
        payments.refund(bill(cast), TODAY, "k", cast.owner, NOW)
    by_hand(cast, 300_000)
    booked = at_once(5, lambda _: payments.refund(bill(cast), TODAY, "k", cast.owner, NOW))
    assert {row.amount for row in booked} == {-300_000}
    after = standing(bill(cast))
    assert (after.state, after.paid, after.to_refund) == ("paid", 200_000, 0)
    assert checking.problems() == []
    payments.reverse(booked[0], cast.owner, NOW)
    assert standing(bill(cast)).to_refund == 300_000
    assert checking.problems() == []


def test_a_refused_credit_burns_no_number_and_changes_nothing():
    cast = accepted()
    line = bill(cast).lines[0].id
    for amounts, refusal in (({line: 500_001}, CreditTooMuch), ({line: 0}, NotPositive),
                             ({}, NotPositive), ({line: -1}, NotPositive)):  # fmt: skip
        with pytest.raises(refusal):
            credit_notes.issue(bill(cast), amounts, "why", "k", cast.owner, NOW)
    with pytest.raises(CreditReasonMissing):
        credit_notes.issue(bill(cast), {line: 1}, "  ", "k", cast.owner, NOW)
    with pytest.raises(CreditTooMuch):
        credit_notes.credit_milestone(
            cast.project, cast.milestone, 500_001, "change", cast.owner, NOW
        )
    assert not Series.select().where(Series.kind == "credit_note").exists()
    assert by_hand(cast, 1).number == "CN-0001"


def test_a_note_cannot_be_credited_or_paid():
    cast = accepted()
    note = by_hand(cast, 100)
    line = note.lines[0].id
    with pytest.raises(WrongState):
        credit_notes.issue(note, {line: 1}, "why", "x", cast.owner, NOW)
    with pytest.raises(payments.NothingOwed):
        payments.record(note, 1, TODAY, "x", cast.owner, NOW)


def test_the_same_post_is_one_note_and_two_at_once_take_no_more_than_there_is():
    cast = accepted()
    assert by_hand(cast, 100, "same").id == by_hand(cast, 100, "same").id
    answers = at_once(6, lambda number: by_hand(cast, 499_900, f"k{number}"))
    made = [each for each in answers if isinstance(each, Invoice)]
    assert len(made) == 1
    assert Counter(map(type, answers))[NothingToCredit] == 5
    assert charges.billed(cast.milestone) == 0
    assert checking.problems() == []


def test_drafts_are_made_smaller_before_anything_is_credited():
    drafted = Billing(signing_share=3000, acceptance_delivery=TriggerDelivery.DRAFT)
    cast = the.active(the.terms(billing=drafted), the.terms(title="Still to do"))
    payments.record(bill(cast), 150_000, TODAY, "deposit", cast.owner, NOW)
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), cast.owner, NOW)
    reviews.accept(cast.milestone, cast.contact, NOW)
    [deposit, draft] = cast.invoices
    project, milestone = cast.project, cast.milestone
    made = credit_notes.credit_milestone(project, milestone, 200_000, "change", cast.owner, NOW)
    assert made == []
    smaller = Invoice.get_by_id(draft.id)
    assert (smaller.state, smaller.total) == (InvoiceState.DRAFT, 150_000)
    assert charges.billed(milestone) == 300_000
    assert checking.problems() == []
    [note] = credit_notes.credit_milestone(project, milestone, 200_000, "x", cast.owner, NOW)
    assert not Invoice.select().where(Invoice.state == InvoiceState.DRAFT).exists()
    assert (note.total, note.credits_id) == (50_000, deposit.id)
    assert charges.billed(milestone) == 100_000
    assert checking.problems() == []


def test_several_milestones_on_one_invoice_are_one_note():
    cast = the.active(
        the.terms(billing=Billing(signing_share=3000)),
        the.terms(title="Two", billing=Billing(signing_share=5000)),
    )
    one, two = cast.milestones
    [note] = credit_notes.credit_milestones(
        cast.project, {one: 150_000, two: 10_000}, "stop", cast.owner, NOW
    )
    assert [line.amount for line in note.lines.order_by(InvoiceLine.position)] == [150_000, 10_000]
    assert charges.billed_by([one.id, two.id]) == {one.id: 0, two.id: 240_000}
    assert checking.problems() == []


def test_the_gate_opens_when_the_deposit_is_credited():
    cast = the.active(the.terms(billing=Billing(signing_share=3000)))
    assert cast.milestone.state == "agreed"
    by_hand(cast, 150_000)
    assert cast.milestone.state == "active"


lines_of = st.lists(st.integers(1, 10_000_000), min_size=1, max_size=5)


@given(lines_of, st.sampled_from([0, 7_000, 19_000, 25_500]), st.booleans(), st.data())
def test_notes_of_an_invoice_add_up_to_it_to_the_minor_unit(amounts, rate, gross, data):
    billed = tax.totals([tax.Taxable(amount, "S", rate) for amount in amounts], gross)
    done, given_back = [0] * len(amounts), [0, 0, 0]
    nets = [0] * len(amounts)
    while done != amounts:
        now = [
            data.draw(st.sampled_from([0, rest, rest // 2, min(rest, 1)]))
            for rest in (a - d for a, d in zip(amounts, done, strict=True))
        ]
        if not any(now):
            now = [a - d for a, d in zip(amounts, done, strict=True)]
        sums = tax.credit(
            [
                tax.Creditable(amount, net, "S", rate, before, credit)
                for amount, net, before, credit in zip(amounts, billed.nets, done, now, strict=True)
            ],
            gross,
        )
        assert min(sums.net, sums.tax) >= 0
        assert sum(sums.nets) == sums.net
        assert sums.total == sum(now) if gross else sums.net == sum(now)
        credited = iter(sums.nets)
        nets = [n + (next(credited) if c else 0) for n, c in zip(nets, now, strict=True)]
        given_back = [
            a + b for a, b in zip(given_back, (sums.net, sums.tax, sums.total), strict=True)
        ]
        done = [a + b for a, b in zip(done, now, strict=True)]
    assert tuple(given_back) == (billed.net, billed.tax, billed.total)
    assert nets == billed.nets


steps = st.lists(
    st.tuples(st.sampled_from(["credit", "milestone", "pay", "discard"]), st.integers(1, 400_000)),
    max_size=8,
)


@stateful
@given(steps)
@undone()
def test_whatever_is_credited_no_cent_is_billed_twice(history):
    drafted = Billing(signing_share=3333, acceptance_delivery=TriggerDelivery.DRAFT)
    cast = the.active(the.terms(price=333_333, billing=drafted), the.terms(price=99_999))
    for milestone in cast.milestones:
        payable = [row for row in cast.invoices if row.state == "issued"]
        for invoice in payable:
            owed = payments.due(invoice)
            if owed:
                payments.record(invoice, owed, TODAY, f"p{invoice.id}", cast.owner, NOW)
        submissions.submit(milestone, "", [], the.shown(milestone), cast.owner, NOW)
        reviews.accept(milestone, cast.contact, NOW)
    for number, (step, amount) in enumerate(history):
        with suppress(Refusal):
            _take(cast, step, amount, number)
        for milestone in cast.milestones:
            assert 0 <= charges.billed(milestone) <= milestone.price
        rungs = ladder.of_project(cast.project, TODAY)
        assert rungs.agreed >= rungs.invoiced >= rungs.paid >= 0
        assert rungs.agreed >= rungs.accepted
    assert checking.problems() == []
    for series in Series.select():
        used = [
            row.sequence
            for row in Invoice.select()
            .where(Invoice.series == series.id)
            .order_by(Invoice.sequence)
        ]
        assert used == list(range(1, len(used) + 1))


def _take(cast, step, amount, number):
    if step == "milestone":
        milestone = cast.milestones[amount % 2]
        with write(cast.project):
            credit_notes.credit_milestone(cast.project, milestone, amount, "x", cast.owner, NOW)
            projects.close_if_settled(Project.get_by_id(cast.project.id), cast.owner, NOW)
    elif step == "credit":
        bills = [row for row in cast.invoices if row.state == "issued" and row.kind == "invoice"]
        by_hand(cast, amount, f"c{number}:{cast.project.id}", bills[amount % len(bills)])
    elif step == "pay":
        bills = [row for row in cast.invoices if row.state == "issued" and row.kind == "invoice"]
        invoice = bills[amount % len(bills)]
        payments.record(invoice, amount, TODAY, f"q{number}", cast.owner, NOW)
    else:
        drafts = [row for row in cast.invoices if row.state == "draft"]
        if drafts:
            invoices.discard(drafts[0], cast.owner, NOW)

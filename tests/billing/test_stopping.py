"""Stopping: its price as both signed it, charged exactly once, every cent at most once."""

from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import checking, dates
from billing.accepting import reviews, submissions
from billing.agreeing import agreements, signing
from billing.ending import kill_fees, stopping
from billing.ending.stopping import NothingToStop, Price, PriceChanged
from billing.invoicing import charges, credit_notes, invoices
from billing.paying import payments
from billing.planning.plan import Billing
from billing.reading import ladder
from billing.refusals import NotYours, Refusal, WrongState
from models import (
    Agreement,
    Delivery,
    InvoiceKind,
    Project,
    TriggerDelivery,
)
from tests import cast as the
from tests.cast import NOW, later
from tests.crowd import at_once
from tests.properties import stateful, undone

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

TODAY = NOW.date()


def stop(cast, by=None, seen=None, reason="No budget"):
    price = stopping.price(Project.get_by_id(cast.project.id), NOW)
    mark = seen or (price.mark if price else "")
    return stopping.stop(cast.project, reason, mark, by or cast.owner, NOW)


def price_of(cast):
    return stopping.price(Project.get_by_id(cast.project.id), NOW)


def states(cast):
    return [row.state for row in cast.milestones]


def submit(cast, milestone):
    submissions.submit(milestone, "", [], the.shown(milestone), cast.owner, NOW)


def test_the_ladder_is_frozen_with_the_clause_that_names_it():
    cast = the.active()
    said = agreements.read(cast.agreement)
    assert said["stopping"] == {"not_begun": 0, "in_progress": 5000, "submitted": 10_000}
    Project.update(fee_in_progress=9999).execute()
    assert kill_fees.agreed(cast.project)["in_progress"] == 5000


def test_each_milestone_costs_by_how_far_it_is_and_what_was_billed_counts():
    cast = the.active(
        the.terms(title="Submitted", price=100_000, billing=Billing(signing_share=3000)),
        the.terms(title="In progress", price=100_000),
        the.terms(title="Accepted", price=100_000),
    )
    [deposit] = cast.invoices
    payments.record(deposit, deposit.total, TODAY, "d", cast.owner, NOW)
    submitted, _working, accepted = cast.milestones
    submit(cast, submitted)
    submit(cast, accepted)
    reviews.accept(accepted, cast.contact, NOW)
    price = price_of(cast)
    assert [(row.stage, row.fee, row.billed, row.difference) for row in price.rows] == [
        ("submitted", 100_000, 30_000, 70_000),
        ("in_progress", 50_000, 0, 50_000),
    ]
    assert (price.payable, price.credited) == (120_000, 0)
    stop(cast)
    assert states(cast) == ["cancelled", "cancelled", "accepted"]
    invoice = cast.invoices[-1]
    assert (invoice.total, invoice.cause, invoice.state) == (120_000, "stopping", "issued")
    assert charges.billed_by([row.id for row in cast.milestones]) == {
        submitted.id: 100_000,
        cast.milestones[1].id: 50_000,
        accepted.id: 100_000,
    }
    assert Project.get_by_id(cast.project.id).state == "cancelled"
    assert Agreement.get_by_id(cast.agreement.id).state == "terminated"
    rungs = ladder.of_project(cast.project, TODAY)
    assert (rungs.agreed, rungs.accepted, rungs.invoiced) == (250_000, 250_000, 250_000)
    assert checking.problems() == []


def test_what_was_billed_beyond_the_fee_is_credited_in_one_note():
    half = Billing(signing_share=5000)
    cast = the.active(
        the.terms(price=100_000, billing=half), the.terms(price=60_000, title="B", billing=half)
    )
    assert states(cast) == ["agreed", "agreed"]
    price = price_of(cast)
    assert (price.payable, price.credited, price.balance) == (0, 80_000, -80_000)
    stop(cast)
    [note] = [row for row in cast.invoices if row.kind == InvoiceKind.CREDIT_NOTE]
    assert (note.total, note.cause) == (80_000, "stopping")
    assert charges.billed(cast.milestone) == 0
    assert checking.problems() == []


def test_an_unsent_draft_is_dropped_and_the_whole_fee_is_one_invoice():
    drafted = Billing(signing_share=3000, signing_delivery=TriggerDelivery.DRAFT)
    cast = the.active(the.terms(price=100_000, billing=drafted))
    Project.update(fee_not_begun=0).execute()
    assert [row.state for row in cast.invoices] == ["draft"]
    assert price_of(cast).payable == 0
    stop(cast)
    assert cast.invoices == []
    assert checking.problems() == []


def test_the_client_stops_too_but_only_who_signs(monkeypatch):
    cast = the.active()
    other = the.contact(cast.project.client, name="Paul", is_signer=False)
    with pytest.raises(NotYours):
        stop(cast, by=other)
    stop(cast, by=cast.contact)
    letters = {row.kind for row in Delivery.select().where(Delivery.channel == "mail")}
    assert "project_stopped_by_client" in letters
    assert "project_stopped" not in letters


def test_another_price_than_was_seen_is_not_charged():
    cast = the.active()
    seen = price_of(cast).mark
    submit(cast, cast.milestone)
    with pytest.raises(PriceChanged):
        stop(cast, seen=seen)
    assert states(cast) == ["submitted"]
    assert cast.invoices == []


def test_stopped_once_and_nothing_goes_on_afterwards():
    dated = Billing(date_share=4000, billed_on=later(days=3).date())
    cast = the.submitted(the.terms(billing=dated))
    stop(cast)
    bills = len(cast.invoices)
    with pytest.raises(NothingToStop):
        stop(cast)
    with pytest.raises(WrongState):
        reviews.accept(cast.milestone, cast.contact, NOW)
    with pytest.raises(WrongState):
        submit(cast, cast.milestone)
    dates.pass_time(later(days=5))
    assert len(cast.invoices) == bills
    [invoice] = cast.invoices
    payments.record(invoice, invoice.total, TODAY, "p", cast.owner, NOW)
    assert Project.get_by_id(cast.project.id).state == "cancelled"
    assert checking.problems() == []


def test_twenty_at_once_stop_once():
    cast = the.active(the.terms(billing=Billing(signing_share=1000)), the.terms(title="B"))
    mark = price_of(cast).mark
    answers = at_once(20, lambda n: stop(cast, seen=mark, by=cast.owner if n % 2 else cast.contact))
    counted = Counter(map(type, answers))
    assert counted == {Price: 1, NothingToStop: 19}
    assert checking.problems() == []


def test_without_a_signed_ladder_nothing_more_is_billed_and_nothing_back():
    owner = the.owner()
    project = the.project(owner, the.terms(billing=Billing(signing_share=3000)))
    draft = agreements.compose(project, NOW)
    for clause in draft.clauses:
        clause["on"] = clause["on"] and clause["key"] != "stopping"
    draft.save()
    cast = _signed(project, owner)
    price = price_of(cast)
    assert (price.has_ladder, price.payable, price.credited) == (False, 0, 0)
    stop(cast)
    assert charges.billed(cast.milestone) == 150_000
    assert checking.problems() == []


def test_a_consumer_pays_no_kill_fee():
    owner = the.owner()
    cast = the.active(
        the.terms(billing=Billing(signing_share=3000)),
        of=owner,
        for_client=the.client(owner, kind="consumer"),
    )
    assert agreements.read(cast.agreement)["stopping"] is None
    price = price_of(cast)
    assert (price.payable, price.credited) == (0, 150_000)
    stop(cast, by=cast.contact)
    assert charges.billed(cast.milestone) == 0
    assert checking.problems() == []


plans = st.lists(
    st.tuples(
        st.integers(0, 999_999),
        st.sampled_from([0, 1, 3333, 9999, 10_000]),
        st.sampled_from(list(TriggerDelivery)),
        st.sampled_from(["", "submit", "accept"]),
    ),
    min_size=1,
    max_size=3,
)
happening = st.lists(
    st.tuples(st.sampled_from(["pay", "credit", "issue"]), st.integers(1, 500_000)), max_size=4
)
shares = st.tuples(*[st.integers(0, 10_000)] * 3)


@stateful
@given(plans, happening, shares, st.booleans())
@undone()
def test_whatever_happened_stopping_bills_each_cent_at_most_once(plan, history, fees, by_client):
    owner = the.owner(tax_registered=True, tax_rate=19_000, country="DE", currency="EUR")
    draft = the.project(
        owner,
        *[
            the.terms(
                title=f"M{number}",
                price=price,
                billing=Billing(signing_share=share, signing_delivery=delivery),
            )
            for number, (price, share, delivery, _) in enumerate(plan)
        ],
    )
    Project.update(
        **dict(zip(("fee_not_begun", "fee_in_progress", "fee_submitted"), fees, strict=True))
    ).where(Project.id == draft.id).execute()
    cast = _signed(draft, owner)
    for row in cast.invoices:
        if row.state == "issued" and row.total and fees[0] % 2:
            payments.record(row, row.total, TODAY, f"all{row.id}", owner, NOW)
    for milestone, (*_, deed) in zip(cast.milestones, plan, strict=True):
        with suppress(Refusal):
            if deed:
                submit(cast, milestone)
            if deed == "accept":
                reviews.accept(milestone, cast.contact, NOW)
    for number, (deed, amount) in enumerate(history):
        with suppress(Refusal):
            _happen(cast, deed, amount, number)
    before = {row.id: row.state for row in cast.milestones}
    price = price_of(cast)
    if price is not None:
        stop(cast, by=cast.contact if by_client else owner)
        for row in price.rows:
            assert charges.billed(row.milestone) == row.fee <= row.milestone.price
        sent = sum(r.total for r in cast.invoices if r.cause == "stopping" and r.kind == "invoice")
        back = sum(r.total for r in cast.invoices if r.cause == "stopping" and r.kind != "invoice")
        assert (sent, back) == (price.payable, price.credited)
    for milestone in cast.milestones:
        assert milestone.state in {before[milestone.id], "cancelled"}
        assert milestone.state != "cancelled" or before[milestone.id] != "accepted"
    rungs = ladder.of_project(cast.project, TODAY)
    assert rungs.agreed >= rungs.invoiced >= rungs.paid >= 0
    assert checking.problems() == []


def _signed(project, owner):
    draft = agreements.compose(project, NOW)
    agreements.send(draft, owner, NOW)
    agreements.deliver(draft, the.PDF, owner, NOW)
    sent = Agreement.get_by_id(draft.id)
    signing.sign(sent, the.intent(sent), sent.signer, NOW)
    signing.countersign(sent, the.intent(sent, name="Alice"), owner, NOW)
    the.seal(sent)
    return the.Engagement(owner, Project.get_by_id(project.id), sent.signer, sent)


def _happen(cast, deed, amount, number):
    bills = [row for row in cast.invoices if row.state == "issued" and row.kind == "invoice"]
    drafts = [row for row in cast.invoices if row.state == "draft"]
    if deed == "issue" and drafts:
        invoices.issue(drafts[0], cast.owner, NOW)
    elif bills:
        invoice = bills[amount % len(bills)]
        if deed == "pay":
            payments.record(invoice, amount, TODAY, f"h{number}", cast.owner, NOW)
        else:
            line = invoice.lines[0]
            credit_notes.issue(invoice, {line.id: amount}, "x", f"h{number}", cast.owner, NOW)

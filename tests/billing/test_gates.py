"""Gates: what agreed milestones wait for, what opens them, and what they bill on start."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from billing import checking, dates, events
from billing.accepting import bookkeeping, consequences, gates, reviews, submissions, waiting
from billing.accepting.gate_clauses import Gates
from billing.accepting.waiting import Bill, Books, Outcome
from billing.agreeing import agreements
from billing.invoicing import credit_notes, invoices
from billing.paying import payments
from billing.planning.plan import Billing
from models import Delivery, DeliveryState, Invoice, Milestone, Project, TriggerDelivery
from tests import cast as the
from tests.cast import NOW
from tests.properties import stateful, undone

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

ONE, TWO, THREE = (the.terms(title=title, price=500_000) for title in ("One", "Two", "Three"))
ON_START = Billing(start_share=3000)


def states(cast: the.Engagement) -> list[str]:
    return [row.state for row in cast.milestones]


def pay(cast: the.Engagement, invoice: Invoice, amount: int | None = None) -> None:
    amount = amount or payments.due(invoice)
    key = f"{invoice.id}:{amount}:{payments.paid(invoice)}"
    payments.record(invoice, amount, NOW.date(), key, cast.owner, NOW)


def accept(cast: the.Engagement, milestone: Milestone) -> Invoice:
    submissions.submit(milestone, "", [], the.shown(milestone), cast.owner, NOW)
    reviews.accept(milestone, cast.contact, NOW)
    return cast.invoices[-1]


def waits(cast: the.Engagement) -> list[tuple]:
    found = gates.waits(cast.project, NOW)
    return [(each.kind, each.number or each.title, each.amount) for each in found.values()]


def test_a_share_on_start_is_billed_when_work_begins_all_that_begins_in_one_invoice():
    cast = the.active(
        the.terms(title="One", billing=ON_START), the.terms(title="Two", billing=ON_START)
    )
    assert states(cast) == ["active", "active"]
    [invoice] = cast.invoices
    assert (invoice.total, invoice.cause, invoice.state) == (300_000, "start", "issued")
    assert accept(cast, cast.milestone).total == 350_000
    assert checking.problems() == []


def test_a_share_on_start_waits_for_the_deposit_and_may_be_left_as_a_draft():
    billing = Billing(signing_share=2000, start_share=3000, start_delivery=TriggerDelivery.DRAFT)
    cast = the.active(the.terms(billing=billing))
    [deposit] = cast.invoices
    assert (states(cast), deposit.total) == (["agreed"], 100_000)
    pay(cast, deposit)
    drafted = cast.invoices[-1]
    assert (drafted.state, drafted.total, drafted.cause) == ("draft", 150_000, "start")
    assert states(cast) == ["active"]
    assert checking.problems() == []


def test_an_overridden_gate_bills_on_start_too_and_says_why():
    cast = the.active(the.terms(billing=Billing(signing_share=5000, start_share=2500)))
    gates.override(cast.milestone, cast.owner, NOW, "They asked me to")
    assert [row.cause for row in cast.invoices] == ["signing", "start"]
    [told] = [e for e in events.history(cast.project) if e.kind == "milestone.gate_overridden"]
    assert told.facts["reason"] == "They asked me to"
    assert told.facts["waited_for"] == "bill"
    assert checking.problems() == []


def test_without_clauses_all_begin_at_once_and_what_was_signed_before_has_none():
    cast = the.active(ONE, TWO)
    assert states(cast) == ["active", "active"]
    assert agreements.read(cast.agreement)["gates"] == {"previous": False, "exposure": None}


def test_one_after_the_other_begins_when_the_one_before_is_paid():
    cast = the.active(ONE, TWO, THREE, clauses={"previous"})
    assert states(cast) == ["active", "agreed", "agreed"]
    assert waits(cast) == [("acceptance", "One", 0), ("order", "Two", 0)]
    invoice = accept(cast, cast.milestone)
    assert waits(cast)[0] == ("bill", "INV-0001", 500_000)
    pay(cast, invoice, 499_999)
    assert states(cast) == ["accepted", "agreed", "agreed"]
    pay(cast, invoice)
    assert states(cast) == ["accepted", "active", "agreed"]
    assert checking.problems() == []


def test_what_was_paid_in_advance_lets_the_next_begin_on_acceptance():
    paid = Billing(signing_share=10_000)
    cast = the.active(the.terms(title="One", billing=paid), TWO, clauses={"previous"})
    pay(cast, cast.invoices[0])
    assert states(cast) == ["active", "agreed"]
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), cast.owner, NOW)
    assert consequences.of(cast.milestone, NOW).next.starting == ("Two",)
    reviews.accept(cast.milestone, cast.contact, NOW)
    assert states(cast) == ["accepted", "active"]


def test_what_was_paid_in_advance_lets_the_next_begin_when_silence_counts_as_acceptance():
    owner = the.owner()
    client = the.client(owner, country="DE", region="Bayern", currency="EUR")
    paid = the.terms(title="One", billing=Billing(signing_share=10_000))
    cast = the.active(paid, TWO, of=owner, for_client=client, clauses={"previous", "silence"})
    pay(cast, cast.invoices[0])
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), owner, NOW)
    for day in range(7):
        dates.pass_time(NOW.replace(hour=12) + timedelta(days=day))
        Delivery.update(state=DeliveryState.DONE, done_at=NOW).where(
            Delivery.channel == "mail", Delivery.state == DeliveryState.QUEUED
        ).execute()
    assert states(cast) == ["deemed_accepted", "active"]
    assert checking.problems() == []


def test_no_more_may_be_open_than_agreed():
    cast = the.active(ONE, TWO, THREE, clauses={"exposure"}, cap=1_000_000)
    assert states(cast) == ["active", "active", "agreed"]
    assert waits(cast) == [("exposure", "", 1_000_000)]
    invoice = accept(cast, cast.milestone)
    assert states(cast) == ["accepted", "active", "agreed"]
    books = bookkeeping.books(cast.project, NOW)
    announced = waiting.begins(books.paying(invoice.id, 500_000))
    pay(cast, invoice)
    assert announced == [cast.milestones[2].id]
    assert states(cast) == ["accepted", "active", "active"]
    standing = gates.standing(cast.project, NOW, cast.milestones)
    assert (standing.exposure, standing.cap) == (1_000_000, 1_000_000)


def test_a_credit_note_makes_room_and_a_milestone_beyond_the_limit_may_be_alone():
    cast = the.active(ONE, TWO, clauses={"exposure"}, cap=400_000)
    assert states(cast) == ["active", "agreed"]
    invoice = accept(cast, cast.milestone)
    [line] = invoice.lines
    credit_notes.issue(invoice, {line.id: 500_000}, "A gift", "k", cast.owner, NOW)
    assert states(cast) == ["accepted", "active"]


def test_a_limit_counts_tax_and_not_what_is_billed_in_advance_of_work():
    owner = the.owner(tax_registered=True, tax_rate=19_000)
    deposit = the.terms(title="Two", price=500_000, billing=Billing(signing_share=5000))
    cast = the.active(ONE, deposit, of=owner, clauses={"exposure"}, cap=900_000)
    pay(cast, cast.invoices[0])
    # 5,950.00 of One are open; the half of Two that is not paid yet would add 2,975.00.
    assert states(cast) == ["active", "active"]
    assert bookkeeping.books(cast.project, NOW).exposure == 892_500


def test_a_deposit_left_as_a_draft_is_waited_for_until_it_is_deleted():
    billing = Billing(signing_share=5000, signing_delivery=TriggerDelivery.DRAFT)
    cast = the.active(the.terms(billing=billing))
    assert waits(cast) == [("draft", "", 250_000)]
    invoices.discard(cast.invoices[0], cast.owner, NOW)
    assert states(cast) == ["active"]


def test_a_clause_that_names_no_amount_is_missing_something():
    owner = the.owner()
    draft = agreements.compose(the.project(owner), NOW)
    draft.clauses = [{**row, "on": row["on"] or row["key"] == "exposure"} for row in draft.clauses]
    draft.save()
    [missing] = agreements.missing(draft, NOW)
    assert missing.facts == {"name": "exposure"}
    Project.update(exposure_cap=5).where(Project.id == draft.project_id).execute()
    draft.project = Project.get_by_id(draft.project_id)
    assert agreements.missing(draft, NOW) == []


OUTCOMES = some.lists(
    some.tuples(
        some.sampled_from(["agreed", "active", "accepted", "cancelled"]), some.integers(0, 9)
    ),
    max_size=6,
).map(
    lambda rows: tuple(
        Outcome(n, str(n), state, unbilled) for n, (state, unbilled) in enumerate(rows, 1)
    )
)
BILLS = some.lists(some.tuples(some.integers(1, 9), some.integers(1, 6)), max_size=3).map(
    lambda rows: tuple(
        Bill(n, f"INV-{n}", due, date(2026, 12, 1), frozenset({about}))
        for n, (due, about) in enumerate(rows, 1)
    )
)
AGREED = some.builds(Gates, previous=some.booleans(), exposure=some.none() | some.integers(1, 20))


@given(outcomes=OUTCOMES, bills=BILLS, agreed=AGREED)
def test_nothing_begins_beyond_the_limit_and_all_that_does_not_begin_says_why(
    outcomes, bills, agreed
):
    books = Books(agreed, outcomes, bills)
    begun, reasons = waiting.begins(books), waiting.waits(books)
    assert set(begun) | set(reasons) == {row.id for row in outcomes if row.state == "agreed"}
    assert not set(begun) & set(reasons)
    for each in begun:
        before, books = books.exposure, books.starting(each)
        cap = agreed.exposure
        assert cap is None or books.exposure <= cap or before == 0
    assert waiting.begins(books) == []


@stateful
@given(
    prices=some.lists(some.integers(0, 900), min_size=1, max_size=4),
    shares=some.lists(some.sampled_from([0, 3333, 10_000]), min_size=4, max_size=4),
    clauses=some.sets(some.sampled_from(["previous", "exposure"])),
)
@undone()
def test_paying_and_accepting_everything_leaves_nothing_waiting(prices, shares, clauses):
    planned = [
        the.terms(title=f"{number}", price=price, billing=Billing(start_share=share))
        for number, (price, share) in enumerate(zip(prices, shares, strict=False))
    ]
    cast = the.active(*planned, clauses=clauses, cap=500)
    for _ in range(2 * len(prices) + 1):
        for invoice in cast.invoices:
            if payments.due(invoice):
                pay(cast, invoice)
        row = next((row for row in cast.milestones if row.state == "active"), None)
        if row is not None:
            submissions.submit(row, "", [], the.shown(row), cast.owner, NOW)
            reviews.accept(row, cast.contact, NOW)
    assert set(states(cast)) == {"accepted"}
    assert sum(int(row.total) for row in cast.invoices) == sum(prices)
    assert checking.problems() == []

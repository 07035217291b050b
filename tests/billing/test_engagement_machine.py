"""All that can happen to an engagement, in any order: what is law holds after every step."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from billing import checking, dates, events
from billing.accepting import bookkeeping, readings, undoing, waiting
from billing.agreeing import agreements, signing, versions
from billing.changes import consequences, drafts, fold, offers, outlook
from billing.disputing import offers as offers_of_splits
from billing.ending import stopping
from billing.invoicing import charges
from billing.invoicing.measures import Measure
from billing.paying import payments
from billing.planning.plan import Billing
from billing.planning.terms import terms_of
from billing.refusals import Refusal
from models import (
    Agreement,
    AgreementState,
    Business,
    Event,
    Invoice,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    Reading,
)
from tests import cast as the
from tests.billing.dispute_rules import Disputing
from tests.billing.review_rules import Reviewing
from tests.cast import NOW
from tests.foretold import Foretold, Told, before
from tests.properties import examples, stateful

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

prices = st.one_of(st.integers(0, 99), st.integers(100, 10**9))


@st.composite
def planned(draw):
    """Terms with any price and any way of billing it."""
    signing_share = draw(st.sampled_from([0, 0, 3333, 5000, 10_000]))
    dated = draw(st.sampled_from([0, 2500])) if signing_share < 7500 else 0
    billing = Billing(
        signing_share=signing_share,
        start_share=draw(st.sampled_from([0, 2000])) if signing_share + dated < 8000 else 0,
        date_share=dated,
        billed_on=NOW.date() + timedelta(days=draw(st.integers(0, 20))) if dated else None,
    )
    if not dated and signing_share < 5000 and draw(st.booleans()):
        # Not with a date, which the first day of its window may be past.
        window = {"window_from": NOW.date(), "window_to": NOW.date() + timedelta(days=20)}
        measure = Measure(
            "m", "", 0, draw(st.sampled_from([-7000, 3000])), "", floor=draw(prices), **window
        )
        billing = replace(billing, metric_share=2500, measure=measure)
    criteria = tuple(f"Criterion {number}" for number in range(draw(st.integers(1, 3))))
    return the.terms(
        title=draw(st.sampled_from(["Strategy", "Campaign", "Report"])),
        price=draw(prices),
        billing=billing,
        criteria=criteria,
    )


class Machine(Reviewing, Disputing, RuleBasedStateMachine):
    """One engagement that is in force, its changes, its work and its money."""

    @initialize(
        plans=st.lists(planned(), min_size=1, max_size=3),
        clauses=st.sets(st.sampled_from(["previous", "exposure"])),
        cap=st.integers(1, 10**9),
        minutes=st.sampled_from([0, 0, 30]),
    )
    def begin(self, plans, clauses, cap, minutes):
        self.cast = the.active(*plans, clauses=clauses, cap=cap)
        self.minutes = minutes
        owner = self.cast.owner.id
        Business.update(undo_minutes=minutes).where(Business.owner == owner).execute()
        self.now = NOW
        self.length = 0
        self.frozen: dict[int, str] = {}

    @property
    def project(self) -> Project:
        return Project.get_by_id(self.cast.project.id)

    def some(self, data, *states: str) -> Milestone | None:
        rows = [row for row in Milestone.live(self.project) if not states or row.state in states]
        return data.draw(st.sampled_from(rows)) if rows else None

    def may(self, deed) -> bool:
        """Do it; a refusal changes nothing that the invariants would not see."""
        try:
            deed()
        except Refusal as refused:
            assert refused.sentence
            return False
        return True

    def tells(self, tell, deed) -> None:
        """Do what was told before; the rows then say just that."""
        told, seen = tell(), before(self.project)
        if self.may(deed):
            assert seen.since(self.project) == told

    @property
    def out(self) -> Agreement | None:
        return versions.standing(self.project)

    # Composing.

    @rule(data=st.data(), terms=planned(), place=st.one_of(st.none(), st.integers(1, 4)))
    def alter(self, data, terms, place):
        milestone = self.some(data)
        if milestone:
            self.may(lambda: drafts.alter(milestone, terms, place, self.now))

    @rule(data=st.data(), price=prices)
    def reprice(self, data, price):
        milestone = self.some(data, *outlook.TOUCHABLE)
        if milestone:
            terms = replace(terms_of(milestone), price=price)
            self.may(lambda: drafts.alter(milestone, terms, None, self.now))

    @rule(data=st.data())
    def remove(self, data):
        milestone = self.some(data)
        if milestone:
            self.may(lambda: drafts.remove(milestone, "", self.now))

    @rule(data=st.data(), terms=planned())
    def swap(self, data, terms):
        milestone = self.some(data)
        if milestone:
            self.may(lambda: drafts.swap(milestone, terms, self.now))

    @rule(terms=planned(), place=st.one_of(st.none(), st.integers(1, 4)))
    def add(self, terms, place):
        self.may(lambda: drafts.add(self.project, terms, place, self.now))

    @rule(worth=st.one_of(st.none(), st.integers(0, 10**6)))
    def give(self, worth):
        self.may(lambda: drafts.favour(self.project, "A second logo", "", worth, self.now))

    # Signing.

    @rule()
    def send(self):
        draft = drafts.draft_of(self.project)
        if draft:
            self.may(lambda: offers.send(draft, self.cast.owner, self.now))

    @rule()
    def deliver(self):
        if self.out and self.out.state == AgreementState.PREPARING:
            agreements.deliver(self.out, the.PDF, self.cast.owner, self.now)

    @rule()
    def sign(self):
        out = self.out
        if out and out.document:
            self.may(lambda: signing.sign(out, the.intent(out), self.cast.contact, self.now))

    @rule()
    def countersign(self):
        out = self.out
        if out and out.document:
            self.may(lambda: signing.countersign(out, the.intent(out), self.cast.owner, self.now))

    @rule()
    def seal(self):
        if self.out and self.out.state == AgreementState.COUNTERSIGNED:
            out = self.out
            told = Foretold.of(consequences.of(out, self.now))
            self.tells(lambda: told, lambda: the.seal(out, self.now))

    @rule(stop=st.integers(3, 12))
    def go_through(self, stop):
        """The steps after one another, as most often; some of them may be left for later."""
        for step in (self.send, self.deliver, self.sign, self.countersign, self.seal)[:stop]:
            step()

    @rule(end=st.sampled_from(["void", "decline", "expire"]))
    def end(self, end):
        out = self.out
        if not out:
            return
        ways = {
            "void": lambda: agreements.void(out, self.cast.owner, self.now),
            "decline": lambda: agreements.decline(out, "No", self.cast.contact, self.now),
            "expire": lambda: agreements.expire(out, self.now),
        }
        self.may(ways[end])

    # Work, money, time.

    @rule(really=st.sampled_from([False, False, True]), is_client=st.booleans())
    def stop(self, really, is_client):
        """Not every time: nothing but money moves after it."""
        price = stopping.price(self.project, self.now) if really else None
        if price:
            by = self.cast.contact if is_client else self.cast.owner
            bills = [Told(price.payable, price.due_on, price.payers)] if price.payable else []
            self.tells(
                lambda: Foretold.made(bills, price.credited, []),
                lambda: stopping.stop(self.project, "", price.mark, by, self.now),
            )
            if self.project.state == ProjectState.CANCELLED:
                fees = sum(row.fee for row in price.rows)
                stopped = [row.milestone.id for row in price.rows]
                assert sum(charges.billed_by(stopped).values()) == fees

    @rule(data=st.data())
    def pay(self, data):
        owed = [row for row in self.cast.invoices if payments.due(row) > 0 and row.number]
        owed = [row for row in owed if row.kind == "invoice"]
        if owed:
            invoice = data.draw(st.sampled_from(owed))
            amount = data.draw(st.integers(1, payments.due(invoice)))
            key = f"{invoice.id}:{Event.select().count()}"
            day = self.now.date()
            self.may(lambda: payments.record(invoice, amount, day, key, self.cast.owner, self.now))

    @rule(data=st.data(), value=st.integers(-9000, 9000), is_clients=st.booleans())
    def read(self, data, value, is_clients):
        milestone = self.some(data)
        if milestone:
            by = self.cast.contact if is_clients else self.cast.owner
            key, day = str(Event.select().count()), self.now.date()
            self.may(lambda: readings.enter(milestone, value, day, by, self.now, key))

    @rule(data=st.data(), agrees=st.booleans(), is_client=st.booleans())
    def answer_a_reading(self, data, agrees, is_client):
        found = list(Reading.select())
        if found:
            reading = data.draw(st.sampled_from(found))
            by = self.cast.contact if is_client else self.cast.owner
            if not agrees:
                self.may(lambda: readings.refuse(reading, "No", by, self.now))
                return
            self.tells(
                lambda: Foretold.made(self.earned(reading), 0, []),
                lambda: readings.confirm(reading, by, self.now),
            )

    def earned(self, reading: Reading) -> list[Told]:
        """What confirming a reading says that it bills."""
        milestone = reading.trigger.milestone
        seen = readings.of(self.project, [milestone])[milestone.id]
        told = readings.consequence(seen, seen.amount(int(reading.value)), self.now)
        return [Told(told.amount, told.due_on, told.payers)] if told.amount else []

    @rule(days=st.integers(1, 9))
    def wait(self, days):
        self.now += timedelta(days=days)
        undoing.pass_time(self.now)
        dates.fire(self.project, self.now)
        readings.pass_time(self.now)
        offers_of_splits.lapse(self.now)

    # Laws.

    @invariant()
    def no_cent_is_billed_twice(self):
        for row in Milestone.select().where(Milestone.project == self.cast.project.id):
            assert 0 <= charges.billed(row) <= (row.price or 0) - row.waived, row.title

    @invariant()
    def what_may_begin_has_begun(self):
        if self.project.state == ProjectState.ACTIVE:
            assert waiting.begins(bookkeeping.books(self.project, self.now)) == []

    @invariant()
    def what_stands_is_within_todays_value(self):
        everything = Milestone.select().where(Milestone.project == self.cast.project.id)
        stopped = [row for row in everything if row.state == MilestoneState.CANCELLED]
        rows = [*outlook.in_force(self.cast.project), *stopped]
        assert sum(map(charges.billed, everything)) <= sum(row.price for row in rows)

    @invariant()
    def invoices_and_credit_notes_come_to_what_is_billed(self):
        found = Invoice.select().where(Invoice.project == self.cast.project.id)
        net = sum(row.net if row.kind == "invoice" else -row.net for row in found)
        everything = Milestone.select().where(Milestone.project == self.cast.project.id)
        assert net == sum(map(charges.billed, everything))

    @invariant()
    def the_plan_is_the_fold_of_what_was_signed(self):
        if self.project.state == ProjectState.CANCELLED:
            return
        signed = [versions.read(row) for row in versions.in_force(self.cast.project)]
        rows = outlook.in_force(self.cast.project)
        folded = fold.fold(signed)
        assert [each["id"] for each in folded] == [row.id for row in rows]
        assert [each["price"] for each in folded] == [row.price for row in rows]
        assert [each["title"] for each in folded] == [row.title for row in rows]
        assert [each["id"] for each in signed[-1]["milestones"]] == [row.id for row in rows]

    @invariant()
    def one_version_is_active_and_at_most_one_is_out(self):
        states = [row.state for row in self.project.agreements]
        is_stopped = self.project.state == ProjectState.CANCELLED
        assert states.count(AgreementState.ACTIVE) == (0 if is_stopped else 1)
        assert sum(state in versions.UNSEALED for state in states) <= 1
        assert self.project.state != ProjectState.DRAFT

    @invariant()
    def what_is_frozen_stays(self):
        for row in self.project.agreements:
            if row.payload is not None:
                kept = self.frozen.setdefault(row.id, row.payload_sha256)
                assert kept == row.payload_sha256

    @invariant()
    def the_chain_holds_and_only_grows(self):
        assert events.broken_link(self.cast.project) is None
        length = Event.select().where(Event.project == self.cast.project.id).count()
        assert length >= self.length
        self.length = length

    def teardown(self):
        assert checking.problems() == []


def test_whatever_happens_every_law_holds():
    run_state_machine_as_test(
        Machine, settings=settings(stateful, max_examples=examples(6), stateful_step_count=30)
    )

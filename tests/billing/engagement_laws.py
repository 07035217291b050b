"""An engagement in force for machines, and what is law in it after every step."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
)

from billing import events
from billing.accepting import bookkeeping, waiting
from billing.agreeing import versions
from billing.changes import fold, outlook
from billing.invoicing import charges
from billing.invoicing.measures import Measure
from billing.planning.plan import Billing
from billing.refusals import Refusal
from models import (
    AgreementState,
    Business,
    Event,
    Invoice,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    TriggerDelivery,
)
from tests import cast as the
from tests.cast import NOW
from tests.foretold import before
from tests.properties import Examined

prices = st.one_of(st.integers(0, 99), st.integers(100, 10_000), st.integers(100, 10**9))
deliveries = st.sampled_from([TriggerDelivery.SEND, TriggerDelivery.SEND, TriggerDelivery.DRAFT])


@st.composite
def planned(draw):
    """Terms with any price and any way of billing it."""
    signing_share = draw(st.sampled_from([0, 0, 3333, 5000, 10_000]))
    dated = draw(st.sampled_from([0, 2500])) if signing_share < 7500 else 0
    billing = Billing(
        signing_share=signing_share,
        start_share=draw(st.sampled_from([0, 2000])) if signing_share + dated < 8000 else 0,
        start_delivery=draw(deliveries),
        acceptance_delivery=draw(deliveries),
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


class Engaged(Examined):
    """To be mixed into a machine of what can happen to one engagement and its money."""

    @initialize(
        plans=st.lists(planned(), min_size=1, max_size=3),
        clauses=st.sets(st.sampled_from(["previous", "exposure"])),
        cap=st.one_of(st.integers(1, 20_000), st.integers(1, 10**9)),
        rate=st.sampled_from([0, 7700, 19_000]),
        minutes=st.sampled_from([0, 30, 1440]),
    )
    def begin(self, plans, clauses, cap, rate, minutes):
        owner = the.owner(tax_registered=bool(rate), tax_rate=rate)
        self.cast = the.active(*plans, of=owner, clauses=clauses, cap=cap)
        self.minutes = minutes
        Business.update(undo_minutes=minutes).where(Business.owner == owner.id).execute()
        self.now = NOW
        self.length = 0
        self.frozen: dict[int, str] = {}

    @property
    def project(self) -> Project:
        return Project.get_by_id(self.cast.project.id)

    def some(self, data, *states: str) -> Milestone | None:
        rows = [row for row in Milestone.live(self.project) if not states or row.state in states]
        return data.draw(st.sampled_from(rows)) if rows else None

    def has(self, *states: str) -> bool:
        """Whether there is a milestone in one of these states."""
        found = Milestone.live(self.cast.project).where(Milestone.state.in_(states))
        return hasattr(self, "cast") and found.exists()

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


def when(*states: str):
    """The rule is for engagements with a milestone in one of these states."""
    return precondition(lambda machine: machine.has(*states))

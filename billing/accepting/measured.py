"""A measure as both sides see it: its readings, whether it is open, and what a value does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from peewee import JOIN

from billing import clock, outbox
from billing.invoicing import charges, measures
from billing.invoicing.measures import Measure
from billing.planning import projects, schedule
from models import (
    Agreement,
    Charge,
    Contact,
    Decision,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    Reading,
    ReadingAnswer,
    Submission,
    Trigger,
    TriggerDelivery,
    TriggerKind,
    Withdrawal,
)

ACCEPTED = (MilestoneState.ACCEPTED, MilestoneState.DEEMED_ACCEPTED)


@dataclass(frozen=True)
class Standing:
    """A measure as both sides see it: `cap` is the share (minor units of the prices' basis) it
    decides, `last_day` the one after which the fallback is billed, `earned` what was billed."""

    milestone: Milestone
    trigger: Trigger
    measure: Measure
    cap: int
    readings: list[Reading]
    is_open: bool
    last_day: date | None
    earned: int | None

    @property
    def waiting(self) -> Reading | None:
        """The reading that waits for the other side."""
        return next((row for row in self.readings if answer_of(row) is None), None)

    def amount(self, value: int) -> int:
        """What a value earns, in minor units of the prices' basis."""
        return self.measure.amount(self.cap, value)


@dataclass(frozen=True)
class Consequence:
    """What confirming does: minor units payable, to whom, due when; a draft has no due day."""

    amount: int
    payers: list[str]
    due_on: date | None


def answer_of(reading: Reading) -> ReadingAnswer | None:
    """What was said of a reading."""
    return next(iter(reading.answers), None)


def of(project: Project, milestones: Iterable[Milestone]) -> dict[int, Standing]:
    """The measures of a project's milestones as they stand, by the milestones' ids."""
    found = {
        row.id: (row, trigger)
        for row in milestones
        for trigger in row.triggers
        if trigger.kind == TriggerKind.ON_METRIC
    }
    return {each: _standing(project, row, trigger) for each, (row, trigger) in found.items()}


def _standing(project: Project, milestone: Milestone, trigger: Trigger) -> Standing:
    charge = Charge.select().where(Charge.trigger == trigger.id).order_by(Charge.id).first()
    measure = measures.read(trigger.measure)
    if measure is None:
        raise LookupError(f"trigger {trigger.id} has no measure")
    readings = (
        Reading.select(Reading, Contact)
        .join(Contact, JOIN.LEFT_OUTER)
        .where(Reading.trigger == trigger.id)
        .order_by(Reading.id.desc())
    )
    accepted = _accepted_on(project, milestone) if milestone.state in ACCEPTED else None
    return Standing(
        milestone=milestone,
        trigger=trigger,
        measure=measure,
        cap=charges.trigger_amounts(milestone)[trigger.id] + int(milestone.given_up),
        readings=list(readings),
        is_open=accepted is not None and charge is None and _is_in_force(project),
        last_day=max(measure.closes_on, accepted + measures.GRACE) if accepted else None,
        earned=int(charge.amount) if charge is not None else None,
    )


def _is_in_force(project: Project) -> bool:
    """While the agreement holds; accepted work stays payable when the rest was stopped."""
    if project.state == ProjectState.CANCELLED:
        agreements = Agreement.select(Agreement.id).where(Agreement.project == project.id)
        return not Withdrawal.select().where(Withdrawal.agreement.in_(agreements)).exists()
    return bool(project.state == ProjectState.ACTIVE)


def _accepted_on(project: Project, milestone: Milestone) -> date | None:
    """None while the acceptance can be undone: what was billed by then would stay behind."""
    newest = (
        Decision.select()
        .join(Submission)
        .where(Submission.milestone == milestone.id, Decision.withdrawn_at.is_null())
        .order_by(Decision.id.desc())
        .first()
    )
    if newest.undo_until is not None and newest.final_at is None:
        return None
    return clock.local_date(newest.decided_at, projects.zone_of(project))


def consequence(seen: Standing, amount: int, now: datetime) -> Consequence:
    """What billing an amount (minor units of the prices' basis) does, as the invoice will say."""
    project = seen.milestone.project
    today = clock.local_date(now, projects.zone_of(project))
    is_sent = seen.trigger.delivery == TriggerDelivery.SEND
    return Consequence(
        amount=schedule.totals(project, [amount]).total,
        payers=[contact.email for contact in outbox.contacts(project, "payer")],
        due_on=clock.due_date(today, int(project.terms_days)) if is_sent else None,
    )


def reading_of(milestone: Milestone, reading_id: int) -> Reading | None:
    """One of a milestone's readings."""
    found: Reading | None = (
        Reading.select()
        .join(Trigger)
        .where(Reading.id == reading_id, Trigger.milestone == milestone.id)
        .first()
        if reading_id < 2**31
        else None
    )
    return found

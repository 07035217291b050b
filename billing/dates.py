"""Time passing: offers lapse or need a reminder, shares fall due, waiting work may begin."""

from datetime import datetime, timedelta

from billing import clock
from billing.accepting import deeming, duty_reminders, readings, undoing, uploads
from billing.actors import CLOCK
from billing.agreeing import agreements, reminders
from billing.apart import apart
from billing.disputing import offers
from billing.dunning import reminders as dunning
from billing.ending import withdrawal
from billing.invoicing import charges, invoices
from billing.planning import projects, retainers
from models import (
    Invoice,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    Trigger,
    TriggerKind,
    write,
)
from models.once import Once

AT_REST = (
    MilestoneState.DRAFT,
    MilestoneState.DISPUTED,
    MilestoneState.CANCELLED,
    MilestoneState.SUPERSEDED,
)
"""A milestone in one of these bills nothing by date."""

AHEAD_OF_UTC = timedelta(hours=14)
"""No zone on earth is further ahead."""


def pass_time(now: datetime) -> None:
    """All that happens because time has passed. What fails in one project holds up no other."""
    for project in _waiting(now):
        with apart("the dated triggers of project", project.id):
            fire(project, now)
    readings.pass_time(now)
    agreements.expire_lapsed(now)
    withdrawal.begin_waiting(now)
    duty_reminders.pass_time(now)
    deeming.pass_time(now)
    undoing.pass_time(now)
    reminders.pass_time(now)
    dunning.pass_time(now)
    offers.lapse(now)
    retainers.pass_time(now)
    uploads.sweep(now)


def _waiting(now: datetime) -> list[Project]:
    """Active projects with a share that may be due by now somewhere on earth."""
    return _WAITING.models((now + AHEAD_OF_UTC).date())


_WAITING = Once(
    lambda until: Project.select().where(
        Project.state == ProjectState.ACTIVE,
        Project.id.in_(
            charges.unfired(TriggerKind.ON_DATE)
            .select(Milestone.project)
            .where(Trigger.on <= until)
        ),
    )
)


def fire(project: Project, now: datetime) -> list[Invoice]:
    """Bill every dated share whose day has come where the seller is; each once, in one invoice."""
    with write(project):
        stored: Project = Project.get_by_id(project.id)
        if stored.state != ProjectState.ACTIVE:
            return []
        today = clock.local_date(now, projects.zone_of(stored))
        due = charges.unfired(TriggerKind.ON_DATE).where(
            Milestone.project == stored.id,
            Milestone.state.not_in(AT_REST),
            Trigger.on <= today,
        )
        triggers = {trigger.id: trigger.milestone for trigger in due.order_by(Milestone.position)}
        milestones = {row.id: row for row in triggers.values()}.values()
        fired = charges.fire(
            stored, milestones, TriggerKind.ON_DATE, CLOCK, now, only=triggers.keys()
        )
        raised = invoices.raise_for(stored, fired, "date", CLOCK, now)
        # A share of nothing raises no invoice, and may have been all that was still to come.
        projects.close_if_settled(stored, CLOCK, now)
        return raised

"""Putting an agreement in force: the terms stand, and what is due on signing is billed."""

from datetime import datetime

from billing import events
from billing.accepting import gates, moves
from billing.accepting.moves import Verb
from billing.actors import Actor
from billing.agreeing import agreements
from billing.changes import activation as changes
from billing.invoicing import charges, invoices
from billing.states import move
from models import (
    Agreement,
    AgreementState,
    Milestone,
    ProjectState,
    TriggerKind,
)


def activate(agreement: Agreement, by: Actor, now: datetime) -> None:
    """Both have signed: the terms hold. Runs in the caller's write().

    Refuses WrongState, and MovedOn for a change order that the work has overtaken.
    """
    move(agreement, AgreementState.COUNTERSIGNED, to=AgreementState.ACTIVE, active_at=now)
    agreements.note("agreement.active", agreement, by, now)
    if agreements.is_change(agreement):
        changes.apply(agreement, by, now)
    else:
        _begin(agreement, by, now)


def _begin(agreement: Agreement, by: Actor, now: datetime) -> None:
    """The project starts under its first terms."""
    project = agreement.project
    move(project, ProjectState.OFFERED, to=ProjectState.ACTIVE, started_at=now)
    milestones = list(Milestone.live(project))
    for milestone in milestones:
        milestone.project = project
        moves.make(milestone, Verb.AGREE, by)
    events.record("project.activated", project, by, now)
    fired = charges.fire(project, milestones, TriggerKind.ON_SIGNING, by, now)
    invoices.raise_for(project, fired, "signing", by, now)
    gates.open_next(project, by, now)

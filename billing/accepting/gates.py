"""Gates: when an agreed milestone may begin. The deposit comes first."""

from datetime import datetime

from billing import events
from billing.accepting import moves
from billing.accepting.moves import Verb
from billing.actors import Actor
from billing.agreeing import consumers
from models import (
    Invoice,
    InvoiceKind,
    InvoiceState,
    Milestone,
    MilestoneState,
    Project,
    User,
    write,
)


def is_open(project: Project, now: datetime) -> bool:
    """Whether nothing billed on signing is unpaid, and no consumer may still withdraw who has
    not asked to begin."""
    if project.prices_gross and consumers.waits_until(project, now) is not None:
        return False
    deposits = Invoice.with_paid().where(
        Invoice.project == project.id,
        Invoice.cause == "signing",
        Invoice.kind == InvoiceKind.INVOICE,
    )
    return all(
        invoice.state == InvoiceState.ISSUED and invoice.paid + invoice.credited >= invoice.total
        for invoice in deposits
    )


def open_next(project: Project, by: Actor, now: datetime) -> None:
    """Begin every agreed milestone whose gate is open. Runs in the caller's write()."""
    if not is_open(project, now):
        return
    for milestone in Milestone.live(project).where(Milestone.state == MilestoneState.AGREED):
        milestone.project = project
        _begin(milestone, Verb.BEGIN, by, now)


def override(milestone: Milestone, by: User, now: datetime) -> None:
    """The owner begins a milestone before its gate opens, on record.

    Refuses NotYours, OutOfTurn.
    """
    with write(milestone.project):
        _begin(milestone, Verb.OVERRIDE, by, now)


def _begin(milestone: Milestone, verb: Verb, by: Actor, now: datetime) -> None:
    moves.make(milestone, verb, by)
    events.record(
        "milestone.started",
        milestone.project,
        by,
        now,
        milestone=milestone.id,
        title=milestone.title,
        overridden=verb == Verb.OVERRIDE,
    )

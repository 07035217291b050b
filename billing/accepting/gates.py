"""Gates: when an agreed milestone may begin. The deposit comes first."""

from datetime import datetime

from billing import events
from billing.actors import Actor
from billing.agreeing import consumers
from billing.states import move
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
        _begin(milestone, project, by, now, overridden=False)


def override(milestone: Milestone, by: User, now: datetime) -> None:
    """The owner begins a milestone before its gate opens, on record. Refuses WrongState."""
    with write(milestone.project):
        _begin(milestone, milestone.project, by, now, overridden=True)


def _begin(
    milestone: Milestone, project: Project, by: Actor, now: datetime, overridden: bool
) -> None:
    move(milestone, MilestoneState.AGREED, to=MilestoneState.ACTIVE)
    events.record(
        "milestone.started",
        project,
        by,
        now,
        milestone=milestone.id,
        title=milestone.title,
        overridden=overridden,
    )

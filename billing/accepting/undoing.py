"""Undoing an acceptance while its grace period runs; what it bills is issued when that ends.

The period is the owner's, in minutes. Until it ends the invoice is a draft that nobody edits,
and nothing begins that waits for the acceptance: so an undo leaves nothing behind.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from billing import clock, events
from billing.accepting import gates, moves, verdicts
from billing.accepting.moves import Verb
from billing.actors import CLOCK
from billing.invoicing import invoices
from billing.outbox import business_of
from billing.planning import projects
from billing.refusals import N_, Conflict
from models import (
    Business,
    Charge,
    Contact,
    Decision,
    DecisionKind,
    Invoice,
    InvoiceLine,
    InvoiceState,
    Milestone,
    Project,
    ProjectState,
    Submission,
    Verdict,
    write,
)


class UndoOver(Conflict):
    sentence = N_("The time to undo the acceptance of “%(title)s” is over.")


@dataclass(frozen=True)
class Undoable:
    """An acceptance that is not final yet: until when (UTC), and what is billed then (minor
    units with tax)."""

    decision: Decision
    until: datetime
    total: int


def until(project: Project, now: datetime) -> datetime | None:
    """Until when an acceptance of now can be undone; None where it is final at once."""
    minutes = int(business_of(project).undo_minutes)
    return now + timedelta(minutes=minutes) if minutes else None


def billed_on(business: Business, now: datetime) -> date:
    """The seller's day on which an acceptance of now is invoiced."""
    final = now + timedelta(minutes=int(business.undo_minutes))
    return clock.local_date(final, str(business.timezone))


def of(milestone: Milestone) -> Undoable | None:
    """What could be undone of a milestone that was read with its rounds, the newest first.

    Asks for the invoice only where there is such an acceptance.
    """
    newest = next(iter(milestone.submissions), None)
    decision = next(iter(newest.decisions), None) if newest is not None else None
    if decision is None or not _is_open(decision):
        return None
    total = sum(int(invoice.total) for invoice in _held(decision))
    return Undoable(decision, decision.undo_until, total)


def of_all(milestones: Iterable[Milestone]) -> dict[int, Undoable]:
    """The same for several, by id of those that have one."""
    found = {row.id: of(row) for row in milestones if row.state in moves.DECIDED}
    return {number: each for number, each in found.items() if each is not None}


def _is_open(decision: Decision) -> bool:
    return bool(
        decision.kind == DecisionKind.ACCEPTED
        and decision.undo_until is not None
        and decision.withdrawn_at is None
        and decision.final_at is None
    )


def undo(milestone: Milestone, by: Contact, now: datetime) -> None:
    """Take back the newest acceptance with its charge and its invoice, as if it had not been.

    Refuses NotYours, UndoOver, OutOfTurn.
    """
    project = milestone.project
    moves.refuse_others(project, Verb.UNDO, by)
    with write(project):
        moves.refuse_out_of_turn(milestone, Verb.UNDO)
        decision = _newest(milestone)
        stands = project.state == ProjectState.ACTIVE
        if not stands or decision is None or not _is_open(decision) or decision.undo_until <= now:
            raise UndoOver(title=milestone.title)
        for invoice in _held(decision):
            invoices.drop(invoice, by, now)
        _free(decision, now)
        Decision.update(withdrawn_at=now).where(Decision.id == decision.id).execute()
        Verdict.update(standing=False).where(Verdict.decision == decision.id).execute()
        is_part = bool(verdicts.accepted(milestone))
        moves.make(milestone, Verb.UNDO_PART if is_part else Verb.UNDO, by)
        events.record(
            "milestone.acceptance_undone",
            project,
            by,
            now,
            milestone=milestone.id,
            title=milestone.title,
            round=decision.submission.round,
            decision=decision.id,
            state=milestone.state,
        )


def _newest(milestone: Milestone) -> Decision | None:
    found: Decision | None = (
        Decision.select()
        .join(Submission)
        .where(Submission.milestone == milestone.id, Decision.withdrawn_at.is_null())
        .order_by(Decision.id.desc())
        .first()
    )
    return found


def _charges(decision: Decision) -> list[Charge]:
    """What the decision charged: the standing charges of the criteria that it accepted."""
    met = Verdict.select(Verdict.criterion).where(
        Verdict.decision == decision.id,
        Verdict.accepted == True,  # noqa: E712
    )
    return list(Charge.select().where(Charge.criterion.in_(met), Charge.freed_at.is_null()))


def _held(decision: Decision) -> list[Invoice]:
    """The invoices that wait for the decision to be final."""
    lines = [row.line_id for row in _charges(decision) if row.line_id is not None]
    return list(
        Invoice.select()
        .where(
            Invoice.id.in_(
                InvoiceLine.select(InvoiceLine.invoice).where(InvoiceLine.id.in_(lines))
            ),
            Invoice.state == InvoiceState.DRAFT,
            Invoice.held_until.is_null(False),
        )
        .order_by(Invoice.id)
    )


def _free(decision: Decision, now: datetime) -> None:
    """Shares of nothing stand on no invoice."""
    numbers = [row.id for row in _charges(decision)]
    Charge.update(freed_at=now).where(Charge.id.in_(numbers)).execute()


def pass_time(now: datetime) -> None:
    """Make every acceptance final whose time to be undone is over."""
    over = Decision.select().where(
        Decision.undo_until <= now, Decision.final_at.is_null(), Decision.withdrawn_at.is_null()
    )
    for decision in list(over.order_by(Decision.id)):
        finish(decision, now)


def finish(decision: Decision, now: datetime) -> None:
    """Issue what waited for an acceptance, and begin what did; once, whoever comes first."""
    project = decision.submission.milestone.project
    with write(project):
        is_first = (
            Decision.update(final_at=now)
            .where(
                Decision.id == decision.id,
                Decision.final_at.is_null(),
                Decision.withdrawn_at.is_null(),
            )
            .execute()
        )
        if not is_first:
            return
        for invoice in _held(decision):
            invoices.release(invoice, CLOCK, now)
        events.touch(project)
        gates.open_next(project, CLOCK, now)
        projects.close_if_settled(project, CLOCK, now)

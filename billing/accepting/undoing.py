"""Undoing an acceptance while its grace period runs; what it bills is issued when that ends.

The period is the owner's, in minutes. Until it ends the invoice is a draft that nobody edits,
and nothing begins that waits for the acceptance: so an undo leaves nothing behind.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from billing import clock, events
from billing.accepting import gates, moves, verdicts
from billing.accepting.moves import Verb
from billing.actors import CLOCK
from billing.apart import apart
from billing.invoicing import invoices
from billing.outbox import business_of
from billing.planning import projects
from billing.refusals import N_, Conflict
from billing.states import stored_state
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
    MilestoneState,
    Project,
    ProjectState,
    Submission,
    Verdict,
    write,
)


class UndoOver(Conflict):
    sentence = N_("The time to undo the acceptance of “%(title)s” is over.")


class UndoneAlready(Conflict):
    sentence = N_("That acceptance of “%(title)s” is already taken back.")


class OtherAcceptance(Conflict):
    sentence = N_(
        "More of “%(title)s” was accepted since you opened this page. Look at it before you undo"
        " it."
    )


@dataclass(frozen=True)
class Undoable:
    """An acceptance that is not final yet: until when (UTC), and what is billed then (minor
    units with tax). With it the changes were `asked` for that are taken back by undoing it."""

    decision: Decision
    until: datetime
    total: int
    asked: Decision | None = None


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
    decision, asked = _last(newest.decisions if newest is not None else ())
    goes_back = milestone.state == MilestoneState.CHANGES_REQUESTED
    if decision is None or not _is_open(decision) or goes_back != (asked is not None):
        return None
    total = sum(int(invoice.total) for invoice in _held(decision))
    return Undoable(decision, decision.undo_until, total, asked)


def of_all(milestones: Iterable[Milestone]) -> dict[int, Undoable]:
    """The same for several, by id of those that have one."""
    found = {row.id: of(row) for row in milestones if row.state in moves.UNDOABLE}
    return {number: each for number, each in found.items() if each is not None}


def _last(decisions: Iterable[Decision]) -> tuple[Decision | None, Decision | None]:
    """The newest of a round's decisions (the newest first), and the changes that were asked for
    with it, by the same person at the same moment: both are one deed of theirs."""
    first, second = (*islice(decisions, 2), None, None)[:2]
    if first is None or second is None or first.kind != DecisionKind.CHANGES_REQUESTED:
        return first, None
    is_one = (first.contact_id, first.decided_at) == (second.contact_id, second.decided_at)
    return (second, first) if is_one and second.kind == DecisionKind.ACCEPTED else (first, None)


def _fits(milestone: Milestone, asked: Decision | None) -> bool:
    """Whether changes that are asked for now are those that were asked for with the acceptance."""
    state = Milestone.select(Milestone.state).where(Milestone.id == milestone.id).scalar()
    return bool(state == MilestoneState.CHANGES_REQUESTED) == (asked is not None)


def _is_open(decision: Decision) -> bool:
    return bool(
        decision.kind == DecisionKind.ACCEPTED
        and decision.undo_until is not None
        and decision.withdrawn_at is None
        and decision.final_at is None
    )


def undo(milestone: Milestone, by: Contact, now: datetime, seen: int | None = None) -> None:
    """Take back the newest acceptance with its charge and its invoice, as if it had not been.

    Where the rest went back with it, that is taken back too, and its round is not used. `seen` is
    the acceptance (a decision's id) that the approver was shown, so that no other is taken back.

    Refuses NotYours, UndoneAlready, OtherAcceptance, UndoOver, OutOfTurn.
    """
    project = milestone.project
    moves.refuse_others(project, Verb.UNDO, by)
    with write(project):
        decision, asked = _last(_newest(milestone))
        if seen is not None and (decision is None or decision.id != seen):
            raise (UndoneAlready if _was_undone(milestone, seen) else OtherAcceptance)(
                title=milestone.title
            )
        moves.refuse_out_of_turn(milestone, Verb.UNDO)
        stands = stored_state(project) == ProjectState.ACTIVE and _fits(milestone, asked)
        if not stands or decision is None or not _is_open(decision) or decision.undo_until <= now:
            raise UndoOver(title=milestone.title)
        for invoice in _held(decision):
            invoices.drop(invoice, by, now)
        _free(decision, now)
        taken = [row.id for row in (decision, asked) if row is not None]
        Decision.update(withdrawn_at=now).where(Decision.id.in_(taken)).execute()
        Verdict.update(standing=False).where(Verdict.decision.in_(taken)).execute()
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
            **({"asked": asked.id} if asked is not None else {}),
        )


def _newest(milestone: Milestone) -> Iterable[Decision]:
    found: Iterable[Decision] = (
        Decision.select()
        .join(Submission)
        .where(Submission.milestone == milestone.id, Decision.withdrawn_at.is_null())
        .order_by(Decision.id.desc())
        .limit(2)
    )
    return found


def _was_undone(milestone: Milestone, number: int) -> bool:
    undone = Decision.select().join(Submission)
    mine = (Decision.id == number) & (Submission.milestone == milestone.id)
    return bool(undone.where(mine, Decision.withdrawn_at.is_null(False)).exists())


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
    """Make every acceptance final whose time to be undone is over. What fails for one holds up
    no other."""
    over = Decision.select().where(
        Decision.undo_until <= now, Decision.final_at.is_null(), Decision.withdrawn_at.is_null()
    )
    for decision in list(over.order_by(Decision.id)):
        with apart("the end of decision", decision.id):
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

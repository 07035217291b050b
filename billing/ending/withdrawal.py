"""A consumer withdraws: the agreement ends, and what was billed is given back.

What was accepted stays payable only where the consumer had asked to begin within the period.
"""

from dataclasses import dataclass
from datetime import date, datetime

from billing import events
from billing.accepting import gates, moves, verdicts
from billing.accepting.moves import Verb
from billing.actors import CLOCK
from billing.agreeing import consumers
from billing.apart import apart
from billing.ending import stopping
from billing.invoicing import charges, credit_notes, drafts
from billing.reading.ladder import ACCEPTED
from billing.refusals import N_, Conflict, Refusal
from billing.states import move
from models import (
    Agreement,
    AgreementState,
    Contact,
    Invoice,
    InvoiceLine,
    InvoiceState,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    Withdrawal,
    snapshot,
    write,
)

CAUSE = "withdrawal"

STATEMENT = N_("I withdraw from the contract “%(title)s”.")


class TooLate(Conflict):
    sentence = N_("The time to withdraw from this contract has passed.")


class AlreadyWithdrawn(Conflict):
    sentence = N_("You have already withdrawn from this contract.")


class WhoMissing(Refusal):
    sentence = N_("Say who withdraws.")
    field = "name"


@dataclass(frozen=True)
class Declaration:
    """What the consumer confirmed: their name, where the receipt goes, and the statement."""

    name: str
    email: str
    statement: str


@dataclass(frozen=True)
class Consequence:
    """What withdrawing does: minor units credited, tax included, and what stays payable."""

    until: date
    credited: int
    kept: list[Milestone]


def consequence(project: Project, now: datetime) -> Consequence | None:
    """What withdraw() would do now; None where nobody may withdraw (any more)."""
    with snapshot():
        until = consumers.may_withdraw_until(project, now)
        agreement = consumers.contract(project)
        if until is None or agreement is None:
            return None
        back, kept = _given_back(project, agreement)
        planned = credit_notes.plan(project, back, issued_only=True)
        return Consequence(until, sum(each.total for each in planned.totals()), kept)


def _given_back(
    project: Project, agreement: Agreement
) -> tuple[dict[Milestone, int], list[Milestone]]:
    """What is to be credited by milestone, drafts left out, and the milestones that stay billed."""
    milestones = list(Milestone.live(project))
    billed = charges.billed_by([row.id for row in milestones])
    for line in _draft_lines(project):
        if line.milestone_id in billed:
            billed[line.milestone_id] -= int(line.amount)
    has_begun = consumers.early_start(agreement) is not None
    kept = [row for row in milestones if has_begun and row.state in ACCEPTED]
    earned = verdicts.earned_by(milestones) if has_begun else {}
    over = {row: billed[row.id] - earned.get(row.id, 0) for row in milestones if row not in kept}
    back = {row: amount for row, amount in over.items() if amount > 0}
    return back, kept


def _draft_lines(project: Project) -> list[InvoiceLine]:
    return list(
        InvoiceLine.select(InvoiceLine, Invoice)
        .join(Invoice)
        .where(
            Invoice.project == project.id,
            Invoice.state == InvoiceState.DRAFT,
            InvoiceLine.milestone.is_null(False),
        )
    )


def withdraw(project: Project, declared: Declaration, by: Contact, now: datetime) -> Withdrawal:
    """Record the withdrawal and settle it; the receipt goes out at once.

    Refuses WhoMissing, AlreadyWithdrawn, TooLate, ChangeComing.
    """
    if not declared.name.strip():
        raise WhoMissing
    with write(project):
        stored: Project = Project.get_by_id(project.id)
        if of(stored) is not None:
            raise AlreadyWithdrawn
        agreement = consumers.contract(stored)
        if agreement is None or consumers.may_withdraw_until(stored, now) is None:
            raise TooLate
        stopping.withdraw_offers(stored, by, now)
        made: Withdrawal = Withdrawal.create(
            agreement=agreement,
            contact=by,
            name=declared.name.strip(),
            email=declared.email.strip(),
            statement=declared.statement,
            declared_at=now,
        )
        credited = _settle(stored, agreement, by, now)
        events.record(
            "agreement.withdrawn",
            stored,
            by,
            now,
            agreement=agreement.id,
            version=agreement.version,
            withdrawal=made.id,
            credited=credited,
            currency=stored.currency,
            name=made.name,
            email=made.email,
            statement=made.statement,
        )
        _end(stored, by, now)
    return made


def _settle(project: Project, agreement: Agreement, by: Contact, now: datetime) -> int:
    """Cancel what is open and give back what is billed; answers the sum of the credit notes."""
    back, kept = _given_back(project, agreement)
    by_invoice: dict[Invoice, dict[int, int]] = {}
    for line in _draft_lines(project):
        if line.milestone_id not in {row.id for row in kept}:
            by_invoice.setdefault(line.invoice, {})[line.id] = int(line.amount)
    for invoice, amounts in by_invoice.items():
        drafts.lessen(invoice, amounts, by, now)
    for milestone in Milestone.live(project).where(Milestone.state.in_(moves.OPEN)):
        fee = charges.billed(milestone) - back.get(milestone, 0)
        stopping.cancel(milestone, project, fee, Verb.WITHDRAW, by, now)
    notes = credit_notes.credit_milestones(project, back, CAUSE, by, now)
    return sum(int(note.total) for note in notes)


def _end(project: Project, by: Contact, now: datetime) -> None:
    held = Agreement.select().where(
        Agreement.project == project.id, Agreement.state == AgreementState.ACTIVE
    )
    for row in list(held):
        move(row, AgreementState.ACTIVE, to=AgreementState.TERMINATED)
    move(project, ProjectState.ACTIVE, ProjectState.CLOSED, to=ProjectState.CANCELLED)


def of(project: Project) -> Withdrawal | None:
    """The withdrawal from a project's agreement."""
    found: Withdrawal | None = (
        Withdrawal.select().join(Agreement).where(Agreement.project == project.id).first()
    )
    return found


def begin_waiting(now: datetime) -> None:
    """Begin the work that only waited for a consumer's withdrawal period to end. What fails in
    one project holds up no other."""
    waiting = (
        Project.select()
        .join(Milestone)
        .where(
            Project.state == ProjectState.ACTIVE,
            Project.prices_gross == True,  # noqa: E712
            Milestone.state == MilestoneState.AGREED,
            Milestone.deleted_at.is_null(),
        )
        .distinct()
    )
    for project in list(waiting):
        with apart("the work that waits in project", project.id):
            if consumers.waits_until(project, now) is None:
                with write(project):
                    gates.open_next(Project.get_by_id(project.id), CLOCK, now)

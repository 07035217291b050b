"""Stopping an active project: its price today, and charging exactly that, once.

What stopping costs counts all that was billed of a milestone: the difference is invoiced or
credited. Accepted milestones stay as they are. Drafts that nobody has seen bill nothing more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256

import rfc8785

from billing import clock, events, money, outbox
from billing.accepting import moves, verdicts
from billing.accepting.moves import Verb
from billing.actors import Actor
from billing.agreeing import agreements, consumers
from billing.disputing import disputes
from billing.ending import kill_fees
from billing.invoicing import charges, credit_notes, drafts, invoices, tax, unbilled
from billing.outbox import business_of
from billing.planning import schedule
from billing.refusals import N_, Conflict, NotYours
from billing.states import move
from models import (
    Agreement,
    AgreementState,
    Charge,
    Contact,
    Invoice,
    InvoiceLine,
    InvoiceState,
    Milestone,
    Project,
    ProjectState,
    User,
    snapshot,
    write,
)

CAUSE = "stopping"
"""Why an invoice or a credit note was raised."""


class PriceChanged(Conflict):
    sentence = N_(
        "Something has happened since you opened this page, and the price of stopping is another"
        " one now. Look at it again before you decide."
    )


class NothingToStop(Conflict):
    sentence = N_("There is nothing to stop: the project is not active or all of it is accepted.")


class ChangeComing(Conflict):
    sentence = N_(
        "A change that both sides have signed is just coming into force. Try again in a minute."
    )


@dataclass(frozen=True)
class Stopped:
    """One open milestone; minor units in the prices' basis. `difference` is what is still to be
    billed of the fee or, below zero, to be credited."""

    milestone: Milestone
    stage: str
    share: int | None
    fee: int
    billed: int

    @property
    def difference(self) -> int:
        return self.fee - self.billed


@dataclass(frozen=True)
class Price:
    """What stopping today costs. `payable` and `credited` are minor units with tax.

    `has_ladder` says whether both have signed a price; without one nothing more is billed.
    """

    project: Project
    rows: list[Stopped]
    charged: tax.Totals
    credited: int
    has_ladder: bool
    now: datetime

    @property
    def payable(self) -> int:
        return self.charged.total

    @property
    def balance(self) -> int:
        """What is to pay on top of what was invoiced; below zero, what comes back."""
        return self.payable - self.credited

    @cached_property
    def due_on(self) -> date:
        """When an invoice of today is due."""
        today = clock.local_date(self.now, str(business_of(self.project).timezone))
        return clock.due_date(today, int(self.project.terms_days))

    @cached_property
    def payers(self) -> list[str]:
        """To whom an invoice is mailed."""
        return [contact.email for contact in outbox.contacts(self.project, "payer")]

    @cached_property
    def mark(self) -> str:
        """The same while the price is the same: what somebody was shown who then decides."""
        rows = [[row.milestone.id, row.stage, row.fee, row.billed] for row in self.rows]
        said = rfc8785.dumps([rows, self.payable, self.credited])
        return sha256(said).hexdigest()[:32]


def price(
    project: Project, now: datetime, milestones: Iterable[Milestone] | None = None
) -> Price | None:
    """What stopping would cost now; None where there is nothing to stop.

    `milestones` are the project's where they are read already.
    """
    if project.state != ProjectState.ACTIVE:
        return None
    # All of it as it was at one moment: somebody may be stopping it right now.
    with snapshot():
        return _price(project, now, milestones)


def _price(project: Project, now: datetime, milestones: Iterable[Milestone] | None) -> Price | None:
    known = Milestone.live(project) if milestones is None else milestones
    found = [row for row in known if row.state in kill_fees.STAGES]
    if not found:
        return None
    ladder = kill_fees.agreed(project)
    is_free = ladder is None and consumers.is_consumer(project.client)
    rows = _rows(found, ladder, is_free)
    more = [row.difference for row in rows if row.difference > 0]
    back = {row.milestone: -row.difference for row in rows if row.difference < 0}
    credits = credit_notes.plan(project, back, issued_only=True).totals()
    return Price(
        project=project,
        rows=rows,
        charged=schedule.totals(project, more),
        credited=sum(each.total for each in credits),
        has_ladder=ladder is not None,
        now=now,
    )


def _rows(
    milestones: list[Milestone], ladder: kill_fees.Ladder | None, is_free: bool
) -> list[Stopped]:
    ids = [row.id for row in milestones]
    billed, drafted = charges.billed_by(ids), _draft_lines(ids)
    unsent = _sums(drafted)
    free = unbilled.free_triggers(ids, drafted)
    earned = verdicts.earned_by(milestones)
    rows = []
    for milestone in milestones:
        stage = kill_fees.STAGES[milestone.state]
        seen = billed[milestone.id] - unsent.get(milestone.id, 0)
        share = ladder[stage] if ladder is not None else 0 if is_free else None
        worth = int(milestone.price or 0) - int(milestone.waived)
        fee = seen if share is None else money.share(worth, share, 10_000)
        # What the client has accepted of it is owed whole.
        fee = max(fee, earned.get(milestone.id, 0))
        if fee > seen:
            # What was credited by hand stays given: only shares that bill nothing can be billed.
            fee = min(fee, seen + unbilled.left(milestone, free.get(milestone.id, {})))
        rows.append(Stopped(milestone, stage, share, fee, seen))
    return rows


def _sums(lines: Iterable[InvoiceLine]) -> dict[int, int]:
    """What lines bill of milestones, by id."""
    amounts: dict[int, int] = {}
    for line in lines:
        amounts[line.milestone_id] = amounts.get(line.milestone_id, 0) + int(line.amount)
    return amounts


def _draft_lines(milestones: list[int]) -> list[InvoiceLine]:
    return list(
        InvoiceLine.select(InvoiceLine, Invoice)
        .join(Invoice)
        .where(InvoiceLine.milestone.in_(milestones), Invoice.state == InvoiceState.DRAFT)
    )


def stop(project: Project, reason: str, seen: str, by: User | Contact, now: datetime) -> Price:
    """End the agreement for what stopping costs: everything open is cancelled and settled.

    `seen` is the mark of the price that was shown. Refuses NotYours (a contact who does not
    sign), NothingToStop, ChangeComing, PriceChanged.
    """
    if isinstance(by, Contact) and not by.is_signer:
        names = [contact.name for contact in outbox.contacts(project, "signer")]
        raise NotYours(role=", ".join(names))
    with write(project):
        stored: Project = Project.get_by_id(project.id)
        found = price(stored, now)
        if found is None:
            raise NothingToStop
        if found.mark != seen:
            raise PriceChanged
        withdraw_offers(stored, by, now)
        settle(found, CAUSE, reason.strip(), by, now)
        events.record(
            "project.stopped",
            stored,
            by,
            now,
            side="owner" if isinstance(by, User) else "client",
            charged=found.payable,
            credited=found.credited,
            currency=stored.currency,
            reason=reason.strip(),
        )
        end(stored, by, now)
    return found


def withdraw_offers(project: Project, by: Actor, now: datetime) -> None:
    """Take back a change order that is out. Refuses ChangeComing where both have signed it."""
    standing = agreements.standing(project)
    if standing is None:
        return
    if standing.state == AgreementState.COUNTERSIGNED:
        raise ChangeComing
    agreements.void(standing, by, now)


def settle(found: Price, cause: str, reason: str, by: Actor, now: datetime) -> None:
    """Cancel the milestones of a price, and bill or credit the differences.

    Runs in the caller's write().
    """
    project = found.project
    _lessen_drafts(found, by, now)
    for row in found.rows:
        cancel(row.milestone, project, row.fee, Verb.STOP, by, now)
    _bill(found, cause, by, now)
    back = {row.milestone: -row.difference for row in found.rows if row.difference < 0}
    credit_notes.credit_milestones(project, back, cause, by, now, reason)


def cancel(
    milestone: Milestone, project: Project, fee: int, verb: Verb, by: Actor, now: datetime
) -> None:
    """One open milestone is given up; `fee` of its price is owed. Runs in the caller's write()."""
    stage = kill_fees.STAGES[milestone.state]
    disputes.overtake(milestone, now)
    moves.make(milestone, verb, by)
    events.record(
        "milestone.cancelled",
        project,
        by,
        now,
        milestone=milestone.id,
        title=milestone.title,
        stage=stage,
        fee=fee,
        currency=project.currency,
    )


def _lessen_drafts(found: Price, by: Actor, now: datetime) -> None:
    by_invoice: dict[Invoice, dict[int, int]] = {}
    for line in _draft_lines([row.milestone.id for row in found.rows]):
        by_invoice.setdefault(line.invoice, {})[line.id] = int(line.amount)
    for invoice, amounts in by_invoice.items():
        drafts.lessen(invoice, amounts, by, now)


def _bill(found: Price, cause: str, by: Actor, now: datetime) -> None:
    """One invoice of all differences, each charged through its milestone's last free trigger."""
    more = [row for row in found.rows if row.difference > 0]
    triggers = unbilled.free_triggers([row.milestone.id for row in more])
    lines = []
    for row in more:
        charge = Charge.create(
            milestone=row.milestone,
            trigger=list(triggers[row.milestone.id])[-1],
            amount=row.difference,
            fired_at=now,
        )
        lines.append(
            invoices.Line(
                description=str(row.milestone.title),
                amount=row.difference,
                milestone=row.milestone,
                charges=[charge],
            )
        )
    if lines:
        invoices.send(found.project, lines, cause, by, now)


def end(project: Project, by: Actor, now: datetime) -> None:
    """The agreement holds no more and the project is cancelled. Runs in the caller's write()."""
    held = Agreement.select().where(
        Agreement.project == project.id, Agreement.state == AgreementState.ACTIVE
    )
    for agreement in list(held):
        move(agreement, AgreementState.ACTIVE, to=AgreementState.TERMINATED)
        agreements.note("agreement.terminated", agreement, by, now)
    move(project, ProjectState.ACTIVE, to=ProjectState.CANCELLED)

"""A project's books: read once, as they are, and as they would be after deeds.

What a deed does before it is done and what it has done come from the same sums: the charges that
stand, or would, and the invoices that are open, or would be.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from peewee import PREFETCH_TYPE, Load

from billing.accepting import gate_clauses, verdicts
from billing.accepting.gate_clauses import Gates
from billing.accepting.waiting import Bill, Books, Outcome
from billing.agreeing import consumers
from billing.invoicing import charges, tax
from billing.paying import withholding
from billing.planning import projects
from models import (
    Charge,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Milestone,
    MilestoneState,
    Project,
    TriggerKind,
)


@dataclass(frozen=True)
class Deed:
    """What a deed does to one milestone: the state it is in then, and what it charges.

    `charged` are triggers (ids) with the criterion, None for a share charged as a whole;
    `amounts` what its triggers (ids) bill from then on, where the deed changes that, and `added`
    what one bills that is new.
    """

    milestone: int
    state: str
    charged: Collection[tuple[int, int | None]] = ()
    amounts: Mapping[int, int] | None = None
    added: int = 0


Fired = Mapping[int, Collection[int | None]]
"""The criteria that were charged of each trigger (ids)."""


@dataclass(frozen=True)
class Facts:
    """All that the books come from: the plan with its parts, what has fired, what is open.

    `pending` are milestones (ids) whose acceptance can still be undone: nothing begins with it
    before it is final.
    """

    project: Project
    gates: Gates
    milestones: Sequence[Milestone]
    fired: Fired
    bills: tuple[Bill, ...]
    withdrawal: date | None
    pending: frozenset[int] = field(default_factory=frozenset)

    def books(self, *deeds: Deed, bills: Iterable[Bill] = ()) -> Books:
        """The books as they stand, or after deeds that raise `bills`."""
        done = {deed.milestone: deed for deed in deeds}
        fired = {trigger: set(said) for trigger, said in self.fired.items()}
        for deed in deeds:
            for trigger, criterion in deed.charged:
                fired.setdefault(trigger, set()).add(criterion)
        return Books(
            gates=self.gates,
            outcomes=tuple(self._outcome(row, done.get(row.id), fired) for row in self.milestones),
            bills=(*self.bills, *(bill for bill in bills if bill.due > 0)),
            withdrawal=self.withdrawal,
        )

    def _outcome(self, row: Milestone, deed: Deed | None, fired: Fired) -> Outcome:
        state = MilestoneState.SUBMITTED if row.id in self.pending else row.state
        amounts = deed.amounts if deed is not None else None
        unbilled = _unbilled(row, fired, amounts) + (deed.added if deed is not None else 0)
        return Outcome(
            id=row.id,
            title=row.title,
            state=deed.state if deed is not None else state,
            unbilled=payable(self.project, unbilled),
        )

    def paid(self, taken: Mapping[int, int]) -> "Facts":
        """The same with amounts (minor units payable) off bills, by their invoice's id."""
        less = (replace(bill, due=bill.due - taken.get(bill.id, 0)) for bill in self.bills)
        return replace(self, bills=tuple(bill for bill in less if bill.due > 0))


def read(
    project: Project,
    now: datetime,
    milestones: Sequence[Milestone] | None = None,
    gates: Gates | None = None,
) -> Facts:
    """A project's facts; `milestones` are the plan's where they are read already."""
    rows = planned(project) if milestones is None else milestones
    until = consumers.waits_until(project, now) if project.prices_gross else None
    return Facts(
        project=project,
        gates=gate_clauses.agreed(project) if gates is None else gates,
        milestones=rows,
        fired=_fired(rows),
        bills=tuple(_bills(project)),
        withdrawal=until,
        pending=projects.pending(project),
    )


def books(project: Project, now: datetime) -> Books:
    """A project's books as they stand."""
    return read(project, now).books()


def planned(project: Project) -> list[Milestone]:
    """The plan with all that says what it bills."""
    related = [
        Load(relation, strategy=PREFETCH_TYPE.MATERIALIZE)
        for relation in (Milestone.criteria, Milestone.triggers)
    ]
    return list(Milestone.live(project).with_related(*related))


def _fired(milestones: Iterable[Milestone]) -> Fired:
    """What was charged, though its draft be gone; not what was undone, which is still to come."""
    ids = [row.id for row in milestones]
    rows = list(
        Charge.select(Charge.trigger, Charge.criterion, Charge.freed_at)
        .where(Charge.milestone.in_(ids))
        .tuples()
    )
    is_any_freed = any(freed and criterion for _, criterion, freed in rows)
    met = set().union(*verdicts.accepted_by(ids).values()) if is_any_freed else set()
    found: dict[int, set[int | None]] = {}
    for trigger, criterion, freed in rows:
        if not freed or criterion is None or criterion in met:
            found.setdefault(trigger, set()).add(criterion)
    return found


def _unbilled(milestone: Milestone, fired: Fired, after: Mapping[int, int] | None) -> int:
    """What triggers still bill that have not fired; what was credited or given away is not."""
    amounts, rest = after or charges.trigger_amounts(milestone), 0
    for trigger in milestone.triggers:
        done = fired.get(trigger.id, ())
        # What a measure may bring is owed by nobody before it is read.
        if None in done or trigger.kind == TriggerKind.ON_METRIC:
            continue
        parts = charges.criterion_amounts(milestone, amounts[trigger.id]) if done else {}
        rest += amounts[trigger.id] - sum(parts.get(each or 0, 0) for each in done)
    return rest


def payable(project: Project, amount: int) -> int:
    """An amount in the prices' basis with tax, in minor units."""
    line = tax.Taxable(amount, str(project.tax_category), int(project.tax_rate))
    return tax.totals([line], bool(project.prices_gross)).total


def _bills(project: Project) -> list[Bill]:
    """What is not paid, the earliest first; a draft is owed as a whole."""
    found = (
        Invoice.with_paid()
        .where(Invoice.project == project.id, Invoice.kind == InvoiceKind.INVOICE)
        .order_by(Invoice.id)
    )
    due = {row: withholding.payable(row) for row in found}
    open_ones = [row for row, amount in due.items() if amount > 0]
    for_what: dict[int, set[int]] = {}
    lines = InvoiceLine.select(InvoiceLine.invoice, InvoiceLine.milestone).where(
        InvoiceLine.invoice.in_([row.id for row in open_ones]),
        InvoiceLine.milestone.is_null(False),
    )
    for invoice, milestone in lines.tuples() if open_ones else ():
        for_what.setdefault(invoice, set()).add(milestone)
    return [
        Bill(
            id=row.id,
            number=str(row.number) if row.state == InvoiceState.ISSUED else "",
            due=due[row],
            due_on=row.due_on,
            milestones=frozenset(for_what.get(row.id, ())),
            is_deposit=row.cause == "signing",
        )
        for row in open_ones
    ]

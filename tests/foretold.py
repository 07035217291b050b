"""What was told before a deed, and what the rows say after it, in one form to be compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from billing import outbox
from models import Invoice, InvoiceKind, InvoiceState, Milestone, MilestoneState, Project

Bill = tuple[int, date | None, tuple[str, ...]]
"""What is payable, by which day, by whom; a draft has neither."""


class Told(NamedTuple):
    """One invoice that was told of."""

    total: int
    due_on: date | None
    payers: Sequence[str]


@dataclass(frozen=True)
class Foretold:
    """Invoices and what is credited of others, payable, and the milestones that begin."""

    raised: tuple[Bill, ...] = ()
    credited: int = 0
    begun: tuple[str, ...] = ()

    @classmethod
    def of(cls, told: Any) -> "Foretold":
        """Of a consequence with `raised` and `next`, or with all its `invoices`."""
        if hasattr(told, "invoices"):
            return cls.made(told.invoices, sum(told.credited), told.starting)
        raised = [*told.raised, *told.next.raised]
        return cls.made(raised, getattr(told, "credited", 0), told.next.starting)

    @classmethod
    def made(cls, raised: Any, credited: int, begun: Any) -> "Foretold":
        bills = [
            (each.total, each.due_on, tuple(sorted(each.payers)) if each.due_on else ())
            for each in raised
        ]
        return cls(_sorted(bills), credited, tuple(begun))


@dataclass(frozen=True)
class Before:
    """How a project stood."""

    invoices: frozenset[tuple[int, str]]
    states: dict[int, str]

    def since(self, project: Project) -> Foretold:
        """What has come since."""
        # The number of a draft that is gone may be the next one's.
        every = Invoice.select().where(Invoice.project == project.id)
        new = [row for row in every if (row.id, row.state) not in self.invoices]
        notes = [int(row.total) for row in new if row.kind == InvoiceKind.CREDIT_NOTE]
        bills = [_bill(row) for row in new if row.kind == InvoiceKind.INVOICE]
        begun = [
            row.title
            for row in Milestone.live(project)
            if row.state == MilestoneState.ACTIVE
            and self.states.get(row.id) in (None, MilestoneState.AGREED)
        ]
        return Foretold(_sorted(bills), sum(notes), tuple(begun))


def _bill(invoice: Invoice) -> Bill:
    if invoice.state == InvoiceState.DRAFT:
        return int(invoice.total), None, ()
    told = outbox.about("invoice_issued", invoice.id)
    return int(invoice.total), invoice.due_on, tuple(sorted(row.recipient for row in told))


def _sorted(bills: list[Bill]) -> tuple[Bill, ...]:
    return tuple(sorted(bills, key=str))


def before(project: Project) -> Before:
    invoices = Invoice.select().where(Invoice.project == project.id)
    states = {row.id: row.state for row in Milestone.live(project)}
    return Before(frozenset((row.id, row.state) for row in invoices), states)

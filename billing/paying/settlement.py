"""What an invoice still needs, derived in one place from its total, its payments and the day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from billing import clock
from billing.paying import withholding
from billing.planning import projects
from models import Invoice, InvoiceKind, InvoiceState, Project

STATES = (
    "draft", "issued", "part_paid", "paid", "overdue", "credited", "written_off", "credit_note",
)  # fmt: skip
FILTERS = ("draft", "open", "overdue", "paid", "credit_note")


@dataclass(frozen=True)
class Settlement:
    """An invoice as it stands on one day. Money in minor units, tax included.

    `state` is one of STATES, as the status chip knows them; *overdue* wins over
    *part_paid*, *credited* is one that was taken back whole, and *written_off* one of which
    nothing more is expected. `to_refund` was paid and then credited,
    `kept_back` is tax that will not come as money. `days` is how long it is
    overdue or, while it is not, until it is due.
    """

    invoice: Invoice
    state: str
    paid: int
    due: int
    days: int
    credited: int = 0
    to_refund: int = 0
    written_off: int = 0
    kept_back: int = 0

    @property
    def payable(self) -> int:
        """What the client is asked for: all that is due but the tax that they keep back."""
        return self.due - self.kept_back

    @property
    def is_asked(self) -> bool:
        """Whether the client still has money to send."""
        return self.is_open and self.payable > 0

    @property
    def is_open(self) -> bool:
        """Whether money is still to come for it."""
        return self.state in {"issued", "part_paid", "overdue"}

    @property
    def is_overdue(self) -> bool:
        return self.state == "overdue"


def of(invoice: Invoice, today: date) -> Settlement:
    """How an invoice stands on the seller's calendar day `today`.

    The invoice comes from Invoice.of() or Invoice.with_paid(), which bring what was paid.
    """
    paid, credited = int(invoice.paid), int(invoice.credited)
    days = (invoice.due_on - today).days if invoice.due_on else 0
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        return Settlement(invoice, "credit_note", 0, 0, abs(days))
    due = max(0, invoice.left)
    kept_back = due - withholding.payable(invoice)
    state = _state(invoice, days, due - kept_back)
    to_refund = max(0, paid + credited - int(invoice.total))
    written_off = int(invoice.written_off)
    return Settlement(
        invoice, state, paid, due, abs(days), credited, to_refund, written_off, kept_back
    )


def _state(invoice: Invoice, days: int, payable: int) -> str:
    if invoice.state == InvoiceState.DRAFT:
        return "draft"
    if invoice.credited >= invoice.total > 0:
        return "credited"
    if invoice.left <= 0:
        return "written_off" if invoice.written_off else "paid"
    if days < 0 and payable > 0:
        return "overdue"
    return "part_paid" if invoice.paid > 0 else "issued"


def of_all(invoices: Iterable[Invoice], today: date) -> list[Settlement]:
    """The same for several invoices, in their order."""
    return [of(invoice, today) for invoice in invoices]


def of_project(project: Project, now: datetime) -> list[Settlement]:
    """A project's invoices as they stand, the newest first. One query and the seller's zone."""
    today = clock.local_date(now, projects.zone_of(project))
    found = Invoice.with_paid().where(Invoice.project == project.id).order_by(Invoice.id.desc())
    return of_all(found, today)


def only(scope: Any, state: str, today: date) -> Any:
    """A scope of invoices narrowed to one of FILTERS; *open* holds overdue ones too, and
    those of which the tax kept back is still to be recorded."""
    if state == "draft":
        return scope.where(Invoice.state == InvoiceState.DRAFT)
    if state == "credit_note":
        return scope.where(Invoice.kind == InvoiceKind.CREDIT_NOTE)
    if state == "paid":
        issued = scope.where(
            Invoice.state == InvoiceState.ISSUED, Invoice.kind == InvoiceKind.INVOICE
        )
        return issued.where(~Invoice.is_owed())
    if state == "overdue":
        return scope.where(Invoice.due_on < today, withholding.is_asked())
    return scope.where(Invoice.is_owed())


def still_due(settlements: Iterable[Settlement]) -> dict[str, int]:
    """Minor units due from clients by currency, tax included; never added across currencies."""
    sums: dict[str, int] = {}
    for each in settlements:
        if each.is_open:
            currency = str(each.invoice.currency)
            sums[currency] = sums.get(currency, 0) + each.payable
    return sums

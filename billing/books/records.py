"""What was issued and what was paid in a period, read once for every export."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from billing.money import share
from billing.paying import withholding
from billing.paying.credit_entries import METHOD
from models import (
    Client,
    CreditEntry,
    CreditKind,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Payment,
    User,
    WriteOff,
)


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included, on the seller's calendar."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class TaxPart:
    """What one category and rate makes up, in minor units; below zero of a credit note."""

    category: str
    rate: int
    net: int
    tax: int


@dataclass(frozen=True)
class Issued:
    """One document as it was frozen. `sign` is -1 of a credit note, whose amounts are positive."""

    invoice: Invoice

    @property
    def sign(self) -> int:
        return -1 if self.invoice.kind == InvoiceKind.CREDIT_NOTE else 1

    @cached_property
    def content(self) -> dict[str, Any]:
        """All that the document says."""
        found: dict[str, Any] = json.loads(self.invoice.content)
        return found

    @property
    def tax_stated(self) -> dict[str, Any] | None:
        """The tax in the seller's own currency (minor units, signed) where it had to be said."""
        own = self.content.get("tax_stated")
        return {**own, "tax": self.sign * int(own["tax"])} if own else None

    @cached_property
    def parts(self) -> list[TaxPart]:
        """Net and tax by category and rate, signed; they add up to the document's sums."""
        return [
            TaxPart(
                str(row["category"]),
                int(row["rate"]),
                self.sign * int(row["net"]),
                self.sign * int(row["tax"]),
            )
            for row in self.content["taxes"]
        ]


@dataclass(frozen=True)
class Received:
    """A payment, or below zero one taken back or paid back, and what of it is net and tax."""

    payment: Payment
    issued: Issued
    parts: list[TaxPart]

    @property
    def is_money(self) -> bool:
        """Whether money moved: not where it is to or from the client's credit."""
        return bool(self.payment.method != METHOD)

    @property
    def net(self) -> int:
        return sum(part.net for part in self.parts)


def issued(owner: User, period: Period) -> list[Issued]:
    """Invoices and credit notes by issue date, then number."""
    found = _documents(owner).where(Invoice.issued_on.between(period.first, period.last))
    return [Issued(row) for row in found.order_by(Invoice.issued_on, Invoice.id)]


def _documents(owner: User) -> Any:
    return (
        Invoice.select(Invoice, Client)
        .join(Client)
        .where(Invoice.owner == owner.id, Invoice.state == InvoiceState.ISSUED)
    )


def received(owner: User, period: Period) -> list[Received]:
    """Payments by the day they came, each with its part of the invoice's net and tax.

    Parts are rounded cumulatively over the payments of an invoice, so that those of a full
    payment add up to exactly what the invoice says.
    """
    within = Payment.select(Payment.invoice).where(
        Payment.received_on.between(period.first, period.last)
    )
    documents = {row.id: Issued(row) for row in _documents(owner).where(Invoice.id.in_(within))}
    payments = (
        Payment.select()
        .where(Payment.invoice.in_(list(documents)))
        .order_by(Payment.received_on, Payment.id)
    )
    before: dict[int, int] = {}
    found = []
    for payment in payments:
        document = documents[payment.invoice_id]
        paid = before.get(payment.invoice_id, 0)
        before[payment.invoice_id] = paid + int(payment.amount)
        if period.holds(payment.received_on):
            parts = list(_parts(document, paid, paid + int(payment.amount)))
            found.append(Received(payment, document, parts))
    return found


def _parts(document: Issued, before: int, after: int) -> Iterator[TaxPart]:
    total = int(document.invoice.total)
    for part in document.parts if total else ():
        net = share(part.net, after, total) - share(part.net, before, total)
        whole = part.net + part.tax
        gross = share(whole, after, total) - share(whole, before, total)
        yield TaxPart(part.category, part.rate, net, gross - net)


def credit_paid_back(owner: User, period: Period) -> list[CreditEntry]:
    """Refunds of clients' credit by day, those taken back among them; amounts are below zero."""
    found = (
        CreditEntry.select(CreditEntry, Client)
        .join(Client)
        .where(
            Client.owner == owner.id,
            CreditEntry.kind == CreditKind.REFUNDED,
            CreditEntry.moved_on.between(period.first, period.last),
        )
    )
    return list(found.order_by(CreditEntry.moved_on, CreditEntry.id))


def written_off(owner: User, period: Period) -> list[WriteOff]:
    """What was written off by day; below zero, what is expected again."""
    found = (
        WriteOff.select(WriteOff, Invoice, Client)
        .join(Invoice)
        .join(Client)
        .where(Invoice.owner == owner.id, WriteOff.written_on.between(period.first, period.last))
    )
    return list(found.order_by(WriteOff.written_on, WriteOff.id))


def open_invoices(owner: User) -> list[tuple[Invoice, int]]:
    """Invoices with what is due from the client (minor units, without tax that they keep back),
    by due date."""
    found = Invoice.of(owner).where(withholding.is_asked()).order_by(Invoice.due_on, Invoice.id)
    return [(row, withholding.payable(row)) for row in found]


def years(owner: User, today: date) -> list[int]:
    """The years there are books of, the latest first; this one at least."""
    first = (
        Invoice.select(Invoice.issued_on)
        .where(Invoice.owner == owner.id, Invoice.issued_on.is_null(False))
        .order_by(Invoice.issued_on)
        .scalar()
    )
    return list(range(today.year, (first or today).year - 1, -1))

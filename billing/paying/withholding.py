"""Tax that a client keeps back of an invoice and pays in the seller's name, instead of to them.

What is *owed* of an invoice counts for the books until everything is recorded. What is *due from
the client* is less: this tax never comes as money, so nobody is asked, reminded or dunned for it.
"""

from datetime import date
from typing import Any

from peewee import Case, fn

from billing.money import share
from models import Client, Invoice, InvoiceKind, Payment, WriteOff

METHOD = "withheld"
"""How a payment names itself that is such tax."""


def kept_back(invoice: Invoice, due: int, credited: int, recorded: int) -> int:
    """What of `due` will not come as money: the memo on the invoice (of what is not credited),
    less what is recorded of it. Minor units."""
    return min(max(0, _memo(invoice, credited) - recorded), max(0, due))


def _memo(invoice: Invoice, credited: int) -> int:
    """What the client keeps back of an invoice, for as much of it as is not credited."""
    if not invoice.withholding:
        return 0
    memo, total = int(invoice.withholding["amount"]), int(invoice.total)
    return share(memo, max(0, total - credited), total) if total else 0


def payable(invoice: Invoice) -> int:
    """Of a row of Invoice.with_paid(): what is due from the client, never below zero."""
    left = max(0, invoice.left)
    return left - kept_back(invoice, left, int(invoice.credited), int(invoice.withheld))


def is_asked() -> Any:
    """The condition of invoices of Invoice.with_paid() of which money is due from the client:
    more is owed than the tax that they keep back, by the arithmetic of kept_back()."""
    paid, credited, written_off = Invoice.settling()
    total = Invoice.total.cast("NUMERIC")
    left = total - paid - credited - written_off + Invoice.withheld_so_far()
    memo = fn.COALESCE(Invoice.withholding["amount"].as_text().cast("NUMERIC"), 0)
    # Above half a minor unit more than the exact share: as share() rounds, without dividing.
    beyond = 2 * total * left > 2 * memo * (total - credited) + total
    return Invoice.is_owed() & Case(None, [(Invoice.withholding.is_null(), True)], beyond)


def kept_back_on(client: Client, currency: str, day: date) -> int:
    """What was owed by a client at the end of a day and never comes as money: tax that they keep
    back and that is not recorded yet (minor units)."""
    bills = Invoice.select().where(
        Invoice.client == client.id,
        Invoice.currency == currency,
        Invoice.withholding.is_null(False),
        Invoice.kind == InvoiceKind.INVOICE,
        Invoice.issued_on <= day,
    )
    return sum(_kept_back_on(bill, day) for bill in bills)


def _kept_back_on(invoice: Invoice, day: date) -> int:
    notes = Invoice.select().where(Invoice.credits == invoice.id, Invoice.issued_on <= day)
    offs = WriteOff.select().where(WriteOff.invoice == invoice.id, WriteOff.written_on <= day)
    paid = list(Payment.select().where(Payment.invoice == invoice.id, Payment.received_on <= day))
    credited = sum(int(row.total) for row in notes)
    received = sum(int(row.amount) for row in paid)
    left = int(invoice.total) - credited - received - sum(int(row.amount) for row in offs)
    withheld = sum(int(row.amount) for row in paid if row.method == METHOD)
    return kept_back(invoice, left, credited, withheld)


def recorded(invoice: Invoice) -> int:
    """What was recorded as kept back so far."""
    found = Payment.select(fn.COALESCE(fn.SUM(Payment.amount), 0)).where(
        Payment.invoice == invoice.id, Payment.method == METHOD
    )
    return int(found.scalar())

"""Tax that a client keeps back of an invoice and pays in the seller's name, instead of to them."""

from peewee import fn

from billing.money import share
from models import Invoice, Payment

METHOD = "withheld"
"""How a payment names itself that is such tax."""


def kept_back(invoice: Invoice, due: int, credited: int, recorded: int) -> int:
    """What of `due` will not come as money: the memo on the invoice (of what is not credited),
    less what is recorded of it. Minor units."""
    if not invoice.withholding:
        return 0
    memo, total = int(invoice.withholding["amount"]), int(invoice.total)
    left = share(memo, max(0, total - credited), total) if total else 0
    return min(max(0, left - recorded), due)


def recorded(invoice: Invoice) -> int:
    """What was recorded as kept back so far."""
    found = Payment.select(fn.COALESCE(fn.SUM(Payment.amount), 0)).where(
        Payment.invoice == invoice.id, Payment.method == METHOD
    )
    return int(found.scalar())

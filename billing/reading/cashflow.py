"""Money by month: what came in and what is expected, per currency, as paid (gross)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import fn

from models import Invoice, Payment, User


@dataclass(frozen=True)
class Month:
    """One calendar month; amounts in minor units, gross, as they arrive in the bank."""

    first: date
    received: int
    expected: int


def months(owner: User, currency: str, today: date, back: int = 5, ahead: int = 3) -> list[Month]:
    """The months around today. What is overdue is expected this month."""
    firsts = [_shift(today, step) for step in range(-back, ahead + 1)]
    received = dict.fromkeys(firsts, 0)
    expected = dict.fromkeys(firsts, 0)
    for day, amount in _payments(owner, currency, firsts[0]):
        first = day.replace(day=1)
        if first in received:
            received[first] += int(amount)
    for due_on, total, settled in _open(owner, currency):
        first = max(due_on, today).replace(day=1)
        if first in expected:
            expected[first] += int(total) - int(settled)
    return [Month(first, received[first], expected[first]) for first in firsts]


def _shift(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _payments(owner: User, currency: str, since: date) -> Any:
    return (
        Payment.select(Payment.received_on, fn.SUM(Payment.amount))
        .join(Invoice)
        .where(
            Invoice.owner == owner.id,
            Invoice.currency == currency,
            Payment.received_on >= since,
        )
        .group_by(Payment.received_on)
        .tuples()
    )


def _open(owner: User, currency: str) -> Any:
    paid, credited = Invoice.settled()
    return (
        Invoice.select(Invoice.due_on, Invoice.total, paid + credited)
        .where(Invoice.owner == owner.id, Invoice.currency == currency, Invoice.is_owed())
        .tuples()
    )

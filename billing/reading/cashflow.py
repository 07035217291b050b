"""Money by month: what came in and what is expected, per currency, as paid (gross)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from peewee import fn

from billing.books import records
from billing.paying import withholding
from billing.paying.credit_entries import METHOD
from models import Client, CreditEntry, CreditKind, Invoice, Payment, User


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
    for invoice, due in records.open_invoices(owner):
        first = max(invoice.due_on, today).replace(day=1)
        if invoice.currency == currency and first in expected:
            expected[first] += due
    return [Month(first, received[first], expected[first]) for first in firsts]


def _shift(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _payments(owner: User, currency: str, since: date) -> Iterator[tuple[date, int]]:
    for money, day, amount in received(owner, since, date.max):
        if money == currency:
            yield day, amount


def received(owner: User, first: date, last: date) -> list[tuple[str, date, int]]:
    """Currency, day and amount of all money that came or, below zero, was paid back."""
    paid = (
        Payment.select(Invoice.currency, Payment.received_on, fn.SUM(Payment.amount))
        .join(Invoice)
        .where(
            Invoice.owner == owner.id,
            Payment.received_on.between(first, last),
            # Tax that a client keeps back is settled by it, but is no money that came.
            Payment.method.not_in([METHOD, withholding.METHOD]),
        )
        .group_by(Invoice.currency, Payment.received_on)
    )
    given_back = (
        CreditEntry.select(CreditEntry.currency, CreditEntry.moved_on, fn.SUM(CreditEntry.amount))
        .join(Client)
        .where(
            Client.owner == owner.id,
            CreditEntry.moved_on.between(first, last),
            CreditEntry.kind == CreditKind.REFUNDED,
        )
        .group_by(CreditEntry.currency, CreditEntry.moved_on)
    )
    return [
        (currency, day, int(amount))
        for rows in (paid.tuples(), given_back.tuples())
        for currency, day, amount in rows
    ]

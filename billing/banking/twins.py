"""Payments that are already recorded and may be the very movement that is looked at.

One account brought once as CAMT.053 and once as CSV tells of one movement in two ways, and its
owner may have typed it by hand: the day, the amount and the currency are all that is the same.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from billing.paying.credit_entries import METHOD
from models import BankLine, BankPart, Invoice, Payment, User

Same = tuple[date, int, str]


def of(lines: Sequence[BankLine], owner: User) -> dict[int, Payment]:
    """By the movement's id, such a payment; of a movement that paid several invoices the first."""
    recorded: dict[Same, list[tuple[Payment, int | None]]] = {}
    for same, payment, file in (*_payments(lines, owner), *_splits(lines, owner)):
        recorded.setdefault(same, []).append((payment, file))
    found = {}
    for line in lines:
        # Two movements of one file are two, whatever they have in common.
        others = (row for row, file in recorded.get(_same(line), ()) if file != line.source_id)
        before = next(others, None)
        if before is not None:
            found[int(line.id)] = before
    return found


def _same(line: BankLine) -> Same:
    return line.booked_on, int(line.amount), str(line.currency)


def _payments(lines: Sequence[BankLine], owner: User) -> Iterator[tuple[Same, Payment, int | None]]:
    """Those that stand, with the statement that each came from."""
    parts = BankPart.select(BankPart.payment)
    rows = list(
        Payment.select(Payment, Invoice)
        .join(Invoice)
        .where(
            Invoice.owner == owner.id,
            Payment.received_on.in_({line.booked_on for line in lines}),
            Payment.amount > 0,
            Payment.method != METHOD,
            Payment.id.not_in(parts),
        )
        .order_by(Payment.id)
    )
    files: dict[int, int] = dict(
        BankLine.select(BankLine.payment, BankLine.source)
        .where(BankLine.payment.in_([row.id for row in rows]))
        .tuples()
    )
    gone = _taken_back([row.id for row in rows])
    for row in rows:
        if row.id not in gone:
            same = row.received_on, int(row.amount), str(row.invoice.currency)
            yield same, row, files.get(row.id)


def _splits(lines: Sequence[BankLine], owner: User) -> Iterator[tuple[Same, Payment, int | None]]:
    """Movements of other statements that paid several invoices, with a payment that stands."""
    rows = list(
        BankPart.select(BankPart, BankLine, Payment, Invoice)
        .join(BankLine)
        .switch(BankPart)
        .join(Payment)
        .join(Invoice)
        .where(
            BankLine.owner == owner.id,
            BankLine.booked_on.in_({line.booked_on for line in lines}),
        )
        .order_by(BankPart.id)
    )
    gone = _taken_back([row.payment_id for row in rows])
    for row in rows:
        if row.payment_id not in gone:
            yield _same(row.line), row.payment, row.line.source_id


def _taken_back(payments: list[int]) -> set[int]:
    found = Payment.select(Payment.reverses).where(Payment.reverses.in_(payments))
    return {number for (number,) in found.tuples()}

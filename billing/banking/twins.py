"""Payments that are already recorded and may be the very movement that is looked at.

One account brought once as CAMT.053 and once as CSV tells of one movement in two ways, and its
owner may have typed it by hand: amount and currency are all that is surely the same. On the same
day that is enough to ask; on a day near by the payer or the text must be the same as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from billing.banking import likeness
from billing.paying.credit_entries import METHOD
from models import BankLine, BankPart, Client, Invoice, Payment, User

NEAR = timedelta(days=4)
"""How far the booking day of a transfer and its value day lie apart, with a weekend between."""

Sum = tuple[int, str]


@dataclass(frozen=True)
class Recorded:
    """A payment that stands, over `amount` minor units with the other parts of its movement;
    `line` is that movement, where it came of one."""

    payment: Payment
    amount: int
    line: BankLine | None = None


def of(lines: Sequence[BankLine], owner: User) -> dict[int, Payment]:
    """By the movement's id, such a payment; of a movement that paid several invoices the first."""
    known: dict[Sum, list[Recorded]] = {}
    for each in (*_payments(lines, owner), *_splits(lines, owner)):
        known.setdefault((each.amount, str(each.payment.invoice.currency)), []).append(each)
    found = {}
    for line in lines:
        before = _twin(line, known.get((int(line.amount), str(line.currency)), []))
        if before is not None:
            found[int(line.id)] = before
    return found


def _twin(line: BankLine, known: Sequence[Recorded]) -> Payment | None:
    # Two movements of one file are two, whatever they have in common.
    others = [row for row in known if row.line is None or row.line.source_id != line.source_id]
    of_the_day = (row for row in others if row.payment.received_on == line.booked_on)
    near = (row for row in others if _is_near(line, row) and _tells_the_same(line, row))
    found = next(of_the_day, None) or next(near, None)
    return found.payment if found else None


def _is_near(line: BankLine, row: Recorded) -> bool:
    return bool(abs(row.payment.received_on - line.booked_on) <= NEAR)


def _tells_the_same(line: BankLine, row: Recorded) -> bool:
    """Whether payer or text of a movement are those of the payment."""
    if row.line is None:
        client, number = row.payment.invoice.client, str(row.payment.invoice.number)
        wanted = filter(None, (str(client.name), str(client.legal_name or "")))
        return likeness.alike(str(line.name), wanted) or likeness.names(
            f"{line.text} {line.reference}".upper(), number
        )
    is_one = any(
        getattr(line, name) and getattr(line, name) == getattr(row.line, name)
        for name in ("iban", "reference", "text")
    )
    return is_one or likeness.alike(str(line.name), filter(None, [str(row.line.name)]))


def _payments(lines: Sequence[BankLine], owner: User) -> Iterator[Recorded]:
    """Those that stand, with the movement that each came from."""
    rows = list(
        Payment.select(Payment, Invoice, Client)
        .join(Invoice)
        .join(Client)
        .where(
            Invoice.owner == owner.id,
            Payment.amount.in_({int(line.amount) for line in lines if line.amount > 0}),
            Payment.method != METHOD,
            Payment.id.not_in(BankPart.select(BankPart.payment)),
        )
        .order_by(Payment.id)
    )
    numbers = [row.id for row in rows]
    movements = BankLine.select().where(BankLine.payment.in_(numbers)).order_by(BankLine.id)
    came_of = {row.payment_id: row for row in movements}
    gone = _taken_back(numbers)
    for row in rows:
        if row.id not in gone:
            yield Recorded(row, int(row.amount), came_of.get(row.id))


def _splits(lines: Sequence[BankLine], owner: User) -> Iterator[Recorded]:
    """Movements of other statements that paid several invoices, with a payment that stands."""
    rows = list(
        BankPart.select(BankPart, BankLine, Payment, Invoice)
        .join(BankLine)
        .switch(BankPart)
        .join(Payment)
        .join(Invoice)
        .where(
            BankLine.owner == owner.id,
            BankLine.amount.in_({int(line.amount) for line in lines}),
        )
        .order_by(BankPart.id)
    )
    gone = _taken_back([row.payment_id for row in rows])
    for row in rows:
        if row.payment_id not in gone:
            yield Recorded(row.payment, int(row.line.amount), row.line)


def _taken_back(payments: list[int]) -> set[int]:
    found = Payment.select(Payment.reverses).where(Payment.reverses.in_(payments))
    return {number for (number,) in found.tuples()}

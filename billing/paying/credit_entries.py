"""The rows of clients' credit, written together with the payments that they mirror."""

from datetime import date, datetime
from typing import Any

from peewee import fn

from billing.refusals import N_, Conflict
from models import Client, CreditEntry, CreditKind, Payment, alone, write

LOCK = 7_305_005
"""Under which a client's credit is moved. Not the client's row: who changes contacts holds that
one and waits for the projects, of which a payment by credit holds one."""

METHOD = "credit"
"""How a payment names itself that moves no money: it is to or from the client's credit."""


class CreditSpent(Conflict):
    sentence = N_(
        "This credit was used or paid back in the meantime. Take that back first, then this."
    )


def left(client: Client | int, currency: str) -> int:
    """Minor units of a client's credit in a currency; never below zero."""
    total = CreditEntry.select(fn.COALESCE(fn.SUM(CreditEntry.amount), 0)).where(
        CreditEntry.client == client, CreditEntry.currency == currency
    )
    return int(total.scalar())


def mirror(payment: Payment, now: datetime, overpaid: Payment | None = None) -> CreditEntry:
    """The other side of a payment by credit. Runs in the caller's write() of the project.

    Refuses CreditSpent where that would take more than is left.
    """
    invoice, amount = payment.invoice, -int(payment.amount)
    return add(
        invoice.client,
        str(invoice.currency),
        amount,
        CreditKind.KEPT if amount > 0 else CreditKind.USED,
        payment.received_on,
        f"payment:{payment.id}",
        now,
        payment=payment,
        overpaid=overpaid,
    )


def add(
    client: Client,
    currency: str,
    amount: int,
    kind: CreditKind,
    moved_on: date,
    key: str,
    now: datetime,
    **columns: Any,
) -> CreditEntry:
    """One movement, with nobody else moving this client's credit. Refuses CreditSpent."""
    with write():
        alone(LOCK, client.id)
        if left(client, currency) + amount < 0:
            raise CreditSpent
        made: CreditEntry = CreditEntry.create(
            client=client,
            currency=currency,
            kind=kind,
            amount=amount,
            moved_on=moved_on,
            key=key,
            recorded_at=now,
            **columns,
        )
    return made


def reverse(entry: CreditEntry, now: datetime, payment: Payment | None = None) -> CreditEntry:
    """Take a movement back, `payment` being the other side of that. Refuses CreditSpent."""
    return add(
        entry.client,
        str(entry.currency),
        -int(entry.amount),
        CreditKind(entry.kind),
        entry.moved_on,
        f"reversal:{entry.id}",
        now,
        reverses=entry,
        payment=payment,
    )


def of_payment(payment: Payment) -> CreditEntry | None:
    """The movement that mirrors a payment."""
    found: CreditEntry | None = CreditEntry.get_or_none(CreditEntry.payment == payment.id)
    return found


def is_surplus(payment: Payment) -> bool:
    """Whether it took off an invoice what another payment had brought too much."""
    mirrored = of_payment(payment) if payment.method == METHOD else None
    return mirrored is not None and mirrored.overpaid_id is not None


def kept_of(payment: Payment) -> CreditEntry | None:
    """What was kept as credit because this payment was more than was due, if it still is."""
    back = CreditEntry.alias("back")
    found: CreditEntry | None = CreditEntry.get_or_none(
        (CreditEntry.overpaid == payment.id)
        & CreditEntry.id.not_in(back.select(back.reverses).where(back.reverses.is_null(False)))
    )
    return found

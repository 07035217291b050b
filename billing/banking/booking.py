"""Movements booked as payments, put aside, or open again: nothing without a person's word."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from billing import format
from billing.paying import payments
from billing.refusals import N_, Conflict, Refusal, TooMuch
from models import BankFile, BankLine, Invoice, Payment, User, write

SHOWS = ("open", "booked", "aside", "outgoing")
LONGEST = 200
PER_PAGE = 25


class WentOut(Conflict):
    sentence = N_("This money went out of your account, so it pays no invoice.")


class InOtherCurrency(Conflict):
    sentence = N_("This money is in %(paid)s, the invoice in %(asked)s.")


class BookedAlready(Conflict):
    sentence = N_("This movement is booked for %(number)s already. Take that back first.")


class Surplus(TooMuch):
    """Facts: `due` and `surplus` in words."""

    sentence = N_(
        "Only %(due)s is owed of this invoice, so %(surplus)s would become credit of the client."
        " Confirm it once more if that is right."
    )


def of(owner: User, show: str) -> Any:
    """An owner's movements by one of SHOWS, the latest first."""
    lines = BankLine.of(owner).order_by(BankLine.booked_on.desc(), BankLine.id.desc())
    if show == "outgoing":
        return lines.where(BankLine.amount < 0)
    incoming = lines.where(BankLine.amount > 0)
    if show == "booked":
        return incoming.where(_is_booked())
    is_open = incoming.where(~_is_booked())
    aside = BankLine.dismissed_at.is_null(show != "aside")
    return is_open.where(aside)


@dataclass(frozen=True)
class Listed:
    """One page of movements, from 1."""

    lines: list[BankLine]
    number: int
    pages: int


def listed(owner: User, show: str, number: int) -> Listed:
    """A page of one of SHOWS; the number of queries never grows."""
    found = of(owner, show).select_extend(BankFile, Payment, Invoice)
    found = found.join_from(BankLine, BankFile).join_from(BankLine, Payment, JOIN.LEFT_OUTER)
    found = found.join(Invoice, JOIN.LEFT_OUTER)
    pages = max(1, -(-of(owner, show).count() // PER_PAGE))
    number = min(max(1, number), pages)
    return Listed(list(found.paginate(number, PER_PAGE)), number, pages)


def counts(owner: User) -> dict[str, int]:
    """How many movements there are of each of SHOWS."""
    return {show: of(owner, show).count() for show in SHOWS}


def _is_booked() -> Any:
    """Whether the payment that a movement was booked as still stands."""
    back = Payment.alias("back")
    taken_back = back.select(back.reverses).where(back.reverses.is_null(False))
    return BankLine.payment.is_null(False) & BankLine.payment.not_in(taken_back)


def book(line: BankLine, invoice: Invoice, by: User, now: datetime, surplus: int = 0) -> Payment:
    """Record a movement as a payment of an invoice. The same again is the same payment.

    Up to `surplus` minor units may be more than is due, and become credit of the client.
    Refuses WentOut, InOtherCurrency, BookedAlready, Surplus, and what payments.record() refuses.
    """
    if line.amount < 0:
        raise WentOut
    if line.currency != invoice.currency:
        raise InOtherCurrency(paid=line.currency, asked=invoice.currency)
    with write(line):
        standing, attempts = _booked(line)
        if standing is not None:
            if standing.invoice_id != invoice.id:
                raise BookedAlready(number=standing.invoice.number)
            payment = standing
        else:
            payment = _record(line, invoice, attempts, by, now, surplus)
        BankLine.update(payment=payment, dismissed_at=None).where(BankLine.id == line.id).execute()
    return payment


@dataclass(frozen=True)
class Order:
    """What a person confirms: this movement pays that invoice, `surplus` being more than is due."""

    line: BankLine
    invoice: Invoice
    surplus: int = 0


def book_all(
    orders: Iterable[Order], by: User, now: datetime
) -> tuple[list[Payment], dict[int, Refusal]]:
    """Book each by itself: what was booked, and what was refused by the movement's id."""
    booked, refused = [], {}
    for each in orders:
        try:
            booked.append(book(each.line, each.invoice, by, now, each.surplus))
        except Refusal as refusal:
            refused[int(each.line.id)] = refusal
    return booked, refused


def take_back(line: BankLine, by: User, now: datetime) -> None:
    """Take back the payment that a movement was booked as: it is open again.

    Refuses what payments.reverse() refuses.
    """
    with write(line):
        standing, _attempts = _booked(line)
        if standing is not None:
            payments.reverse(standing, by, now)


def _booked(line: BankLine) -> tuple[Payment | None, int]:
    """The payment that this movement stands as, and how many of it were taken back."""
    found = (
        Payment.select(Payment, Invoice)
        .join(Invoice)
        .where(
            Invoice.owner == line.owner_id,
            Payment.key.contains(f":bank:{line.key}:"),
            Payment.reverses.is_null(),
        )
    )
    rows = list(found)
    back = Payment.select(Payment.reverses).where(Payment.reverses.in_([row.id for row in rows]))
    gone = {number for (number,) in back.tuples()}
    standing = [row for row in rows if row.id not in gone]
    return next(iter(standing), None), len(gone)


def _record(
    line: BankLine, invoice: Invoice, attempts: int, by: User, now: datetime, surplus: int
) -> Payment:
    amount, currency = int(line.amount), str(line.currency)
    reference = str(line.reference or line.text)[:LONGEST]
    key = f"bank:{line.key}:{attempts}"
    try:
        return payments.record(
            invoice, amount, line.booked_on, key, by, now, "bank", reference, surplus
        )
    except TooMuch as refused:
        too_much = format.money(amount - payments.due(invoice), currency)
        raise Surplus(due=refused.facts["due"], surplus=too_much) from refused


def put_aside(line: BankLine, now: datetime) -> None:
    """It pays no invoice: do not ask about it any more. Refuses BookedAlready."""
    with write(line):
        standing, _attempts = _booked(line)
        if standing is not None:
            raise BookedAlready(number=standing.invoice.number)
        BankLine.update(dismissed_at=now).where(
            BankLine.id == line.id, BankLine.dismissed_at.is_null()
        ).execute()


def bring_back(line: BankLine) -> None:
    """Ask about it again."""
    with write(line):
        BankLine.update(dismissed_at=None).where(BankLine.id == line.id).execute()


def latest(owner: User) -> Any:
    """The last day that movements are known of, by account."""
    rows = (
        BankLine.select(BankLine.account, BankLine.currency, fn.MAX(BankLine.booked_on))
        .where(BankLine.owner == owner.id)
        .group_by(BankLine.account, BankLine.currency)
        .order_by(BankLine.account)
    )
    return list(rows.tuples())

"""Movements booked as payments, put aside, or open again: nothing without a person's word."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from billing import format
from billing.banking import twins
from billing.banking.splitting import Parts
from billing.paying import payments
from billing.refusals import N_, Conflict, NothingOwed, Refusal, TooMuch
from models import BankFile, BankLine, BankPart, Invoice, Payment, Project, User, alone, hold, write

LOCK = 7_305_006
"""Under which an owner's movements are taken over and booked: two may tell of one payment."""

SHOWS = ("open", "booked", "aside", "outgoing")
LONGEST = 200
PER_PAGE = 25


class WentOut(Conflict):
    sentence = N_("This money went out of your account, so it pays no invoice.")


class InOtherCurrency(Conflict):
    sentence = N_("This money is in %(paid)s, the invoice in %(asked)s.")


class BookedAlready(Conflict):
    sentence = N_("This movement is booked for %(number)s already. Take that back first.")


class RecordedBefore(Conflict):
    """Facts: `number`, `day`."""

    sentence = N_(
        "A payment of the same amount is recorded for %(number)s already, of %(day)s. Put the"
        " movement aside if it is this one, or tick that it is another and record it."
    )


class SplitStale(Conflict):
    """Facts: `number`."""

    sentence = N_(
        "%(number)s does not owe its part any more, so nothing of this movement was recorded."
        " Look at it again."
    )


class SplitWrong(Conflict):
    sentence = N_(
        "A movement is shared out whole, over several invoices of one client, each of them once."
    )


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
    parts: dict[int, list[Payment]]

    def paid(self, line: BankLine) -> list[Payment]:
        """What a booked movement stands as."""
        return self.parts.get(int(line.id)) or [line.payment]


def listed(owner: User, show: str, number: int) -> Listed:
    """A page of one of SHOWS; the number of queries never grows."""
    found = of(owner, show).select_extend(BankFile, Payment, Invoice)
    found = found.join_from(BankLine, BankFile).join_from(BankLine, Payment, JOIN.LEFT_OUTER)
    found = found.join(Invoice, JOIN.LEFT_OUTER)
    pages = max(1, -(-of(owner, show).count() // PER_PAGE))
    number = min(max(1, number), pages)
    lines = list(found.paginate(number, PER_PAGE))
    return Listed(lines, number, pages, _parts(lines) if show == "booked" else {})


def _parts(lines: list[BankLine]) -> dict[int, list[Payment]]:
    """The payments of those that paid several invoices, by the movement's id, as far
    as they stand."""
    back = Payment.alias("back")
    taken_back = back.select(back.reverses).where(back.reverses.is_null(False))
    rows = (
        BankPart.select(BankPart, Payment, Invoice)
        .join(Payment)
        .join(Invoice)
        .where(BankPart.line.in_([row.id for row in lines]), Payment.id.not_in(taken_back))
        .order_by(BankPart.id)
    )
    found: dict[int, list[Payment]] = {}
    for row in rows:
        found.setdefault(row.line_id, []).append(row.payment)
    return found


def counts(owner: User) -> dict[str, int]:
    """How many movements there are of each of SHOWS."""
    return {show: of(owner, show).count() for show in SHOWS}


def _is_booked() -> Any:
    """Whether a payment that a movement was booked as still stands, of several one at least."""
    back = Payment.alias("back")
    taken_back = back.select(back.reverses).where(back.reverses.is_null(False))
    parts = BankPart.select(BankPart.line).where(BankPart.payment.not_in(taken_back))
    one = BankLine.payment.is_null(False) & BankLine.payment.not_in(taken_back)
    return one | BankLine.id.in_(parts)


def book(
    line: BankLine,
    invoice: Invoice,
    by: User,
    now: datetime,
    surplus: int = 0,
    is_another: bool = False,
) -> Payment:
    """Record a movement as a payment of an invoice. The same again is the same payment.

    Up to `surplus` minor units may be more than is due, and become credit of the client.
    `is_another` is the person's word that it is not the payment which looks the same.
    Refuses WentOut, InOtherCurrency, BookedAlready, RecordedBefore, Surplus, and what
    payments.record() refuses.
    """
    _may_pay(line, invoice)
    with write(line):
        alone(LOCK, line.owner_id)
        standing, attempts = _booked(line)
        if standing:
            if [row.invoice_id for row in standing] != [invoice.id]:
                raise _already(standing)
            payment = standing[0]
        else:
            _look_alike(line, by, is_another)
            payment = _record(line, invoice, attempts, by, now, surplus)
        BankLine.update(payment=payment, dismissed_at=None).where(BankLine.id == line.id).execute()
    return payment


def book_split(
    line: BankLine, parts: Parts, by: User, now: datetime, is_another: bool = False
) -> list[Payment]:
    """Record a movement as payments of several invoices, all or none. The same again is the same.

    Refuses SplitWrong, SplitStale, WentOut, InOtherCurrency, BookedAlready, RecordedBefore.
    """
    for invoice, _amount in parts:
        _may_pay(line, invoice)
    _is_shared_out(line, parts)
    with write(line):
        alone(LOCK, line.owner_id)
        # All at once, as recording the first goes on to what the others wait for.
        hold(Project, Project.id.in_({row.project_id for row, _amount in parts}))
        standing, attempts = _booked(line)
        if standing:
            if {row.invoice_id: int(row.amount) for row in standing} != {
                row.id: amount for row, amount in parts
            }:
                raise _already(standing)
            return standing
        _look_alike(line, by, is_another)
        order = sorted(parts, key=lambda part: (part[0].project_id, part[0].id))
        made = [_part(line, row, amount, attempts, by, now) for row, amount in order]
        for payment in made:
            BankPart.create(line=line, payment=payment)
        BankLine.update(payment=made[0], dismissed_at=None).where(BankLine.id == line.id).execute()
    return made


def _may_pay(line: BankLine, invoice: Invoice) -> None:
    if line.amount < 0:
        raise WentOut
    if line.currency != invoice.currency:
        raise InOtherCurrency(paid=line.currency, asked=invoice.currency)


def _is_shared_out(line: BankLine, parts: Parts) -> None:
    amounts = [amount for _invoice, amount in parts]
    is_once = len({row.id for row, _amount in parts}) == len(parts) > 1
    is_whole = sum(amounts) == line.amount and min(amounts, default=0) > 0
    if not (is_once and is_whole and len({row.client_id for row, _amount in parts}) == 1):
        raise SplitWrong


def _look_alike(line: BankLine, owner: User, is_another: bool) -> None:
    before = twins.of([line], owner).get(int(line.id))
    if before is not None and not is_another:
        day = format.date(before.received_on)
        raise RecordedBefore(number=before.invoice.number, day=day)


def _part(
    line: BankLine, invoice: Invoice, amount: int, attempts: int, by: User, now: datetime
) -> Payment:
    key, reference = f"bank:{line.key}:{attempts}", str(line.reference or line.text)[:LONGEST]
    try:
        return payments.record(invoice, amount, line.booked_on, key, by, now, "bank", reference)
    except (TooMuch, NothingOwed, payments.WasWrittenOff) as refused:
        raise SplitStale(number=invoice.number) from refused


@dataclass(frozen=True)
class Order:
    """What a person confirms: this movement pays that invoice, `surplus` being more than is due,
    or several in `parts`; and, with `is_another`, that it is not the payment that looks alike."""

    line: BankLine
    invoice: Invoice | None
    surplus: int = 0
    parts: Parts = ()
    is_another: bool = False


def book_all(
    orders: Iterable[Order], by: User, now: datetime
) -> tuple[list[Payment], dict[int, Refusal]]:
    """Book each by itself: what was booked, and what was refused by the movement's id."""
    booked, refused = [], {}
    for each in orders:
        try:
            booked += _carry_out(each, by, now)
        except Refusal as refusal:
            refused[int(each.line.id)] = refusal
    return booked, refused


def _carry_out(order: Order, by: User, now: datetime) -> list[Payment]:
    if order.invoice is None:
        return book_split(order.line, order.parts, by, now, order.is_another)
    return [book(order.line, order.invoice, by, now, order.surplus, order.is_another)]


def take_back(line: BankLine, by: User, now: datetime) -> None:
    """Take back every payment that a movement was booked as: it is open again.

    Refuses what payments.reverse() refuses.
    """
    with write(line):
        standing, _attempts = _booked(line)
        for payment in standing:
            payments.reverse(payment, by, now)


def _already(standing: list[Payment]) -> BookedAlready:
    return BookedAlready(number=", ".join(str(row.invoice.number) for row in standing))


def _booked(line: BankLine) -> tuple[list[Payment], int]:
    """The payments that this movement stands as, and how many of it were taken back."""
    found = (
        Payment.select(Payment, Invoice)
        .join(Invoice)
        .where(
            Invoice.owner == line.owner_id,
            Payment.key.contains(f":bank:{line.key}:"),
            Payment.reverses.is_null(),
        )
        .order_by(Invoice.project, Invoice.id)
    )
    rows = list(found)
    back = Payment.select(Payment.reverses).where(Payment.reverses.in_([row.id for row in rows]))
    gone = {number for (number,) in back.tuples()}
    standing = [row for row in rows if row.id not in gone]
    return standing, len(gone)


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
        if standing:
            raise _already(standing)
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

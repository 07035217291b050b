"""Payments: recorded, taken back by reversal, paid back."""

from datetime import date, datetime

from peewee import fn

from billing import events, format, outbox
from billing.accepting import gates
from billing.actors import Actor
from billing.paying import credit_entries, money_days, withholding
from billing.planning import projects
from billing.refusals import (
    N_,
    Conflict,
    NothingOwed,
    NotPositive,
    TooMuch,
    WrongState,
)
from models import (
    Claim,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Payment,
    User,
    WriteOff,
    write,
)


class WasWrittenOff(Conflict):
    sentence = N_(
        "What was left of this invoice is written off. Take that back first, then record the"
        " payment."
    )


class PaidBack(Conflict):
    sentence = N_(
        "Of this payment, money was paid back or kept as credit. Take that back first, then this."
    )


class SurplusAlone(Conflict):
    sentence = N_(
        "This was more than was due, so it cannot go back to the invoice alone. Take back the"
        " payment that it came with, or pay the credit back."
    )


class NothingToRefund(Conflict):
    sentence = N_("Nothing is to be paid back for this invoice.")


def paid(invoice: Invoice) -> int:
    """Minor units received so far."""
    total = Payment.select(fn.COALESCE(fn.SUM(Payment.amount), 0)).where(
        Payment.invoice == invoice.id
    )
    return int(total.scalar())


def credited(invoice: Invoice) -> int:
    """Minor units taken back by credit notes so far, tax included."""
    total = Invoice.select(fn.COALESCE(fn.SUM(Invoice.total), 0)).where(
        Invoice.credits == invoice.id
    )
    return int(total.scalar())


def written_off(invoice: Invoice) -> int:
    """Minor units that the owner no longer expects."""
    total = WriteOff.select(fn.COALESCE(fn.SUM(WriteOff.amount), 0)).where(
        WriteOff.invoice == invoice.id
    )
    return int(total.scalar())


def balance(invoice: Invoice) -> int:
    """Minor units still owed; below zero, what was paid of it and has to be given back."""
    return int(invoice.total) - credited(invoice) - paid(invoice) - written_off(invoice)


def due(invoice: Invoice) -> int:
    """Minor units still owed, never below zero."""
    return max(0, balance(invoice))


def payable(invoice: Invoice) -> int:
    """Minor units the client is asked for: what is due but the tax that they keep back."""
    left = due(invoice)
    if not (left and invoice.withholding):
        return left
    recorded = withholding.recorded(invoice)
    return left - withholding.kept_back(invoice, left, credited(invoice), recorded)


def record(
    invoice: Invoice,
    amount: int,
    received_on: date,
    key: str,
    by: Actor,
    now: datetime,
    method: str = "bank",
    reference: str = "",
    surplus: int | None = 0,
) -> Payment:
    """Book money received, in full or in part. A repeat with the same key books nothing more.

    It answers the client's open claim once nothing is due any more. Up to `surplus` minor units
    (None: any number of them) may be more than is due, and become credit of the client.

    Refuses NotPositive, NothingOwed, TooMuch, WrongState (a draft), WasWrittenOff,
    DayToCome, DayLongPast.
    """
    if amount <= 0:
        raise NotPositive
    key = f"{invoice.id}:{key}"
    with write(invoice.project):
        again: Payment | None = Payment.get_or_none(Payment.key == key)
        if again is not None:
            return again
        due_now = owed(invoice)
        if surplus is not None and amount - due_now > surplus:
            if due_now <= 0:
                raise WasWrittenOff if written_off(invoice) else NothingOwed
            raise TooMuch(due=format.money(due_now, invoice.currency))
        money_days.check(received_on, money_days.begun(now), "received_on")
        payment = _create(invoice, amount, received_on, method, reference.strip(), key, now)
        kept = _keep(payment, amount - due_now, now) if amount > due_now else None
        told("payment.recorded", payment, by, now)
        if kept is not None:
            told("credit.kept", kept, by, now)
        settled(payment, by, now)
    return payment


def _create(
    invoice: Invoice,
    amount: int,
    received_on: date,
    method: str,
    reference: str,
    key: str,
    now: datetime,
    reverses: Payment | None = None,
) -> Payment:
    made: Payment = Payment.create(
        invoice=invoice,
        amount=amount,
        received_on=received_on,
        method=method,
        reference=reference,
        reverses=reverses,
        key=key,
        recorded_at=now,
    )
    return made


def by_credit(invoice: Invoice, amount: int, day: date, key: str, now: datetime) -> Payment:
    """A payment from the client's credit, or below zero to it, and its mirror. Runs in the
    caller's write(). Refuses CreditSpent."""
    payment = _create(invoice, amount, day, credit_entries.METHOD, "", key, now)
    credit_entries.mirror(payment, now)
    return payment


def _keep(overpaid: Payment, surplus: int, now: datetime) -> Payment:
    """What of a payment is more than was due leaves the invoice for the client's credit."""
    invoice, key = overpaid.invoice, f"{overpaid.invoice_id}:kept:{overpaid.id}"
    day, method = overpaid.received_on, credit_entries.METHOD
    kept = _create(invoice, -surplus, day, method, "", key, now)
    credit_entries.mirror(kept, now, overpaid)
    return kept


def settled(payment: Payment, by: Actor, now: datetime) -> None:
    """What follows when an invoice is paid a little more. Runs in the caller's write()."""
    invoice = payment.invoice
    if not payable(invoice):
        # A part of what is due is not what the client says to have paid.
        Claim.update(answered_at=now, payment=payment).where(
            Claim.invoice == invoice.id, Claim.answered_at.is_null()
        ).execute()
    gates.open_next(invoice.project, by, now)
    projects.close_if_settled(invoice.project, by, now)


def is_bill(invoice: Invoice) -> bool:
    """Whether it asks for money: issued, and no credit note."""
    return invoice.state == InvoiceState.ISSUED and invoice.kind == InvoiceKind.INVOICE


def reverse(payment: Payment, by: User, now: datetime) -> Payment:
    """Take back a payment booked by mistake, as a row of its own, and its receipt if it waits.

    One by credit gives the credit back; of one that was more than was due, what was kept as
    credit goes too. Once only. Refuses WrongState for a reversal, PaidBack, CreditSpent,
    SurplusAlone, WasWrittenOff.
    """
    invoice = payment.invoice
    with write(invoice.project):
        again: Payment | None = Payment.get_or_none(Payment.reverses == payment.id)
        if again is not None:
            return again
        if payment.reverses_id is not None:
            raise WrongState(state="reversed")
        if credit_entries.is_surplus(payment):
            raise SurplusAlone
        kept = credit_entries.kept_of(payment)
        for each in (kept.payment, payment) if kept else (payment,):
            reversal = _reverse(each, by, now)
        if paid(invoice) < 0:
            raise PaidBack
        if balance(invoice) < 0 and written_off(invoice):
            raise WasWrittenOff
        projects.reopen_if_owed(invoice.project, by, now)
    return reversal


def _reverse(payment: Payment, by: User, now: datetime) -> Payment:
    """The row that takes one back. Runs in the caller's write()."""
    invoice = payment.invoice
    reversal = _create(
        invoice,
        -int(payment.amount),
        payment.received_on,
        payment.method,
        "",
        f"{invoice.id}:reversal:{payment.id}",
        now,
        payment,
    )
    mirrored = credit_entries.of_payment(payment)
    if mirrored is not None:
        credit_entries.reverse(mirrored, now, reversal)
    told("payment.reversed", reversal, by, now)
    outbox.withdraw("payment_recorded", payment.id)
    return reversal


def refund(invoice: Invoice, paid_on: date, key: str, by: User, now: datetime) -> Payment:
    """Book that all that was paid too much, because of a credit note, was paid back.

    A repeat with the same key books nothing more. Refuses NothingToRefund,
    DayToCome, DayLongPast.
    """
    project = invoice.project
    key = f"{invoice.id}:refund:{key}"
    with write(project):
        again: Payment | None = Payment.get_or_none(Payment.key == key)
        if again is not None:
            return again
        too_much = -balance(invoice)
        if too_much <= 0:
            raise NothingToRefund
        money_days.check(paid_on, money_days.begun(now))
        made = _create(invoice, -too_much, paid_on, "bank", "", key, now)
        told("payment.refunded", made, by, now)
    return made


def owed(invoice: Invoice) -> int:
    """What is due now of an invoice as it is stored. Refuses WrongState (a draft), NothingOwed."""
    stored: Invoice = Invoice.get_by_id(invoice.id)
    if stored.state != InvoiceState.ISSUED:
        raise WrongState(state=stored.state)
    if stored.kind != InvoiceKind.INVOICE:
        raise NothingOwed
    return due(stored)


def told(kind: str, payment: Payment, by: Actor, now: datetime) -> None:
    """Record an event about a payment. Runs in the caller's write()."""
    invoice = payment.invoice
    events.record(
        kind,
        invoice.project,
        by,
        now,
        invoice=invoice.id,
        number=invoice.number,
        payment=payment.id,
        amount=payment.amount,
        currency=invoice.currency,
        due=due(invoice),
    )

"""Payments: recorded by the owner, claimed by the client, taken back by reversal."""

from datetime import date, datetime

from peewee import fn

from billing import clock, events, format, outbox
from billing.accepting import gates
from billing.actors import Actor
from billing.planning import projects
from billing.refusals import (
    N_,
    AlreadyClaimed,
    Conflict,
    NothingOwed,
    NotPositive,
    NotYours,
    TooMuch,
    WrongState,
)
from models import (
    Claim,
    Contact,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Payment,
    User,
    write,
)


class ClaimAnswered(Conflict):
    sentence = N_("You have already answered this.")


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


def balance(invoice: Invoice) -> int:
    """Minor units still owed; below zero, what was paid of it and has to be given back."""
    return int(invoice.total) - credited(invoice) - paid(invoice)


def due(invoice: Invoice) -> int:
    """Minor units still owed, never below zero."""
    return max(0, balance(invoice))


def record(
    invoice: Invoice,
    amount: int,
    received_on: date,
    key: str,
    by: User,
    now: datetime,
    method: str = "bank",
    reference: str = "",
) -> Payment:
    """Book money received, in full or in part. A repeat with the same key books nothing more.

    It answers the client's open claim, if there is one.

    Refuses NotPositive, NothingOwed, TooMuch, WrongState (a draft).
    """
    if amount <= 0:
        raise NotPositive
    project = invoice.project
    key = f"{invoice.id}:{key}"
    with write(project):
        again: Payment | None = Payment.get_or_none(Payment.key == key)
        if again is not None:
            return again
        owed = _owed(invoice)
        if owed <= 0:
            raise NothingOwed
        if amount > owed:
            raise TooMuch(due=format.money(owed, invoice.currency))
        return _booked(invoice, amount, received_on, key, by, now, method, reference)


def take(
    invoice: Invoice, amount: int, received_on: date, key: str, by: Actor, now: datetime
) -> Payment:
    """Book money that a card has brought, be it more than is due: it is there, whatever we say.

    A repeat with the same key books nothing more. Refuses WrongState (a draft) and
    NotPositive.
    """
    if amount <= 0:
        raise NotPositive
    key = f"{invoice.id}:{key}"
    with write(invoice.project):
        again: Payment | None = Payment.get_or_none(Payment.key == key)
        if again is not None:
            return again
        if not is_bill(invoice):
            raise WrongState(state=invoice.state)
        return _booked(invoice, amount, received_on, key, by, now, "card", "")


def _booked(
    invoice: Invoice,
    amount: int,
    received_on: date,
    key: str,
    by: Actor,
    now: datetime,
    method: str,
    reference: str,
) -> Payment:
    """What record() and take() have in common. Runs in their write()."""
    payment: Payment = Payment.create(
        invoice=invoice,
        amount=amount,
        received_on=received_on,
        method=method,
        reference=reference.strip(),
        key=key,
        recorded_at=now,
    )
    _told("payment.recorded", invoice, payment, by, now)
    Claim.update(answered_at=now, payment=payment).where(
        Claim.invoice == invoice.id, Claim.answered_at.is_null()
    ).execute()
    gates.open_next(invoice.project, by, now)
    projects.close_if_settled(invoice.project, by, now)
    return payment


def is_bill(invoice: Invoice) -> bool:
    """Whether it asks for money: issued, and no credit note."""
    return invoice.state == InvoiceState.ISSUED and invoice.kind == InvoiceKind.INVOICE


def reverse(payment: Payment, by: User, now: datetime) -> Payment:
    """Take back a payment booked by mistake, as a row of its own, and its receipt if it waits.

    Once only. Refuses WrongState for a reversal.
    """
    invoice = payment.invoice
    with write(invoice.project):
        again: Payment | None = Payment.get_or_none(Payment.reverses == payment.id)
        if again is not None:
            return again
        if payment.reverses_id is not None:
            raise WrongState(state="reversed")
        reversal: Payment = Payment.create(
            invoice=invoice,
            amount=-payment.amount,
            received_on=payment.received_on,
            method=payment.method,
            reverses=payment,
            key=f"{invoice.id}:reversal:{payment.id}",
            recorded_at=now,
        )
        _told("payment.reversed", invoice, reversal, by, now)
        outbox.withdraw("payment_recorded", payment.id)
        projects.reopen_if_owed(invoice.project, by, now)
    return reversal


def refund(invoice: Invoice, paid_on: date, key: str, by: User, now: datetime) -> Payment:
    """Book that all that was paid too much, because of a credit note, was paid back.

    A repeat with the same key books nothing more. Refuses NothingToRefund.
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
        made: Payment = Payment.create(
            invoice=invoice, amount=-too_much, received_on=paid_on, key=key, recorded_at=now
        )
        _told("payment.refunded", invoice, made, by, now)
    return made


def claim(invoice: Invoice, reference: str, by: Contact, now: datetime) -> Claim:
    """The client says they have paid: one who pays, or anyone where nobody was named to.

    Refuses NotYours, NothingOwed, AlreadyClaimed, WrongState (a draft).
    """
    payers = [contact.name for contact in outbox.contacts(invoice.project, "payer")]
    if payers and not by.is_payer:
        raise NotYours(role=", ".join(payers))
    with write(invoice.project):
        if _owed(invoice) <= 0:
            raise NothingOwed
        if open_claim(invoice) is not None:
            raise AlreadyClaimed
        made: Claim = Claim.create(
            invoice=invoice, contact=by, reference=reference.strip(), claimed_at=now
        )
        events.record(
            "payment.claimed",
            invoice.project,
            by,
            now,
            invoice=invoice.id,
            number=invoice.number,
            claim=made.id,
            reference=made.reference,
        )
    return made


def open_claim(invoice: Invoice) -> Claim | None:
    """The client's word that waits for an answer."""
    found: Claim | None = Claim.get_or_none(
        (Claim.invoice == invoice.id) & Claim.answered_at.is_null()
    )
    return found


def confirm(claimed: Claim, zone: str, by: User, now: datetime) -> Payment:
    """The money is there: book what is owed, which answers the claim. Once only.

    Refuses ClaimAnswered for one that was declined or answered by another payment.
    """
    invoice = claimed.invoice
    key = f"claim:{claimed.id}"
    with write(invoice.project):
        again: Payment | None = Payment.get_or_none(Payment.key == f"{invoice.id}:{key}")
        if again is not None:
            return again
        stored: Claim = Claim.get_by_id(claimed.id)
        if stored.answered_at is not None:
            raise ClaimAnswered
        return record(
            invoice,
            due(invoice),
            clock.local_date(now, zone),
            key,
            by,
            now,
            reference=str(claimed.reference),
        )


def decline(claimed: Claim, by: User, now: datetime) -> None:
    """The money is not there: answer the claim, the invoice stays open. Once only."""
    invoice = claimed.invoice
    with write(invoice.project):
        answered = (
            Claim.update(answered_at=now)
            .where(Claim.id == claimed.id, Claim.answered_at.is_null())
            .execute()
        )
        if answered:
            events.record(
                "payment.claim_declined",
                invoice.project,
                by,
                now,
                invoice=invoice.id,
                number=invoice.number,
                claim=claimed.id,
            )


def _owed(invoice: Invoice) -> int:
    stored: Invoice = Invoice.get_by_id(invoice.id)
    if stored.state != InvoiceState.ISSUED:
        raise WrongState(state=stored.state)
    if stored.kind != InvoiceKind.INVOICE:
        raise NothingOwed
    return due(stored)


def _told(kind: str, invoice: Invoice, payment: Payment, by: Actor, now: datetime) -> None:
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

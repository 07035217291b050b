"""The client's word that they have paid, confirmed by the owner or not."""

from datetime import datetime

from billing import clock, events, outbox
from billing.paying import payments
from billing.refusals import N_, AlreadyClaimed, Conflict, NothingOwed, NotYours
from models import Claim, Contact, Invoice, Payment, User, write


class ClaimAnswered(Conflict):
    sentence = N_("You have already answered this.")


def claim(invoice: Invoice, reference: str, by: Contact, now: datetime) -> Claim:
    """The client says they have paid: one who pays, or anyone where nobody was named to.

    Refuses NotYours, NothingOwed, AlreadyClaimed, WrongState (a draft).
    """
    payers = [contact.name for contact in outbox.contacts(invoice.project, "payer")]
    if payers and not by.is_payer:
        raise NotYours(role=", ".join(payers))
    with write(invoice.project):
        if payments.owed(invoice) <= 0 or payments.payable(invoice) <= 0:
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
        return payments.record(
            invoice,
            payments.payable(invoice),
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

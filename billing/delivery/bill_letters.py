"""Letters that remind of an invoice, with what is due as they go out."""

from collections.abc import Callable
from datetime import datetime

from billing.delivery.occasion import Occasion, Said
from billing.dunning import reminders
from billing.invoicing import invoices
from models import Contact, Delivery, Invoice

INSISTING = 10
"""Days after the due date from which on the letter asks what stands in the way."""


def payment_reminder(at: Occasion) -> Said:
    """What is still to pay, since or until when, with the invoice itself."""
    invoice = at.invoice
    today = reminders.hours_of(invoice.client).day(at.now)
    document = invoices.document(invoice)
    late = (today - invoice.due_on).days
    facts = {**at.bill(), "late": late, "insists": late > INSISTING}
    return Said(at.portal(), facts, (document,) if document else ())


LETTERS: dict[str, Callable[[Occasion], Said]] = {"payment_reminder": payment_reminder}


def previewed(invoice: Invoice, contact: Contact, moment: datetime) -> Delivery:
    """The letter of a reminder that is not written, to be looked at only."""
    return Delivery(
        owner=invoice.owner,
        project=invoice.project,
        contact=contact,
        channel="mail",
        kind="payment_reminder",
        recipient=contact.email,
        facts={"invoice": invoice.id, "number": invoice.number},
        key="",
        created_at=moment,
        due_at=moment,
    )


def _is_answered(at: Occasion) -> bool:
    return reminders.is_overtaken(at.invoice, at.about["reminder"], at.now)


OVERTAKEN: dict[str, Callable[[Occasion], bool]] = {"payment_reminder": _is_answered}


def _at_work(at: Occasion) -> datetime:
    return reminders.hours_of(at.invoice.client).next_open(at.now)


IN_HOURS: dict[str, Callable[[Occasion], datetime]] = {"payment_reminder": _at_work}
"""Letters that wait for business hours where the client is, and how long they do."""

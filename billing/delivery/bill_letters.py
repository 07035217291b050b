"""Letters that remind of an invoice, with what is due as they go out."""

from collections.abc import Callable
from datetime import datetime

from billing.delivery.occasion import Occasion, Said, bill
from billing.dunning import reminders
from billing.invoicing import invoices
from models import Contact, Delivery, Invoice

INSISTING = 10
"""Days after the due date from which on the letter asks what stands in the way."""


def payment_reminder(at: Occasion) -> Said:
    """What is still to pay, since or until when, with the invoices themselves."""
    found = _told(at) or [at.invoice]
    today = reminders.hours_of(found[0].client).day(at.now)
    documents = [invoices.document(invoice) for invoice in found]
    late = (today - min(invoice.due_on for invoice in found)).days
    bills = [bill(invoice) for invoice in found]
    facts = {
        **bills[0],
        "due": sum(each["due"] for each in bills),
        "bills": bills,
        "late": late,
        "insists": late > INSISTING,
    }
    return Said(at.portal(), facts, tuple(each for each in documents if each))


def _told(at: Occasion) -> list[Invoice]:
    """What the letter is about as it goes out; of one that is only looked at, its invoice."""
    reminder = at.about.get("reminder")
    return reminders.told(reminder, at.now) if reminder else [at.invoice]


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
    return not _told(at)


OVERTAKEN: dict[str, Callable[[Occasion], bool]] = {"payment_reminder": _is_answered}


def _at_work(at: Occasion) -> datetime:
    return reminders.hours_of(at.invoice.client).next_open(at.now)


IN_HOURS: dict[str, Callable[[Occasion], datetime]] = {"payment_reminder": _at_work}
"""Letters that wait for business hours where the client is, and how long they do."""

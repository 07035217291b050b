"""A client who was reminded of what they owe, and no longer is."""

from datetime import date

from billing.dunning import pauses, plans, reminders, schemes
from models import Client, Invoice, User
from tests.cast import NOW, later


def told(owner: User, client: Client, invoice: Invoice) -> None:
    """Of one invoice the client was reminded once; now it rests, as all of theirs do."""
    plans.save(True, (3, 10), owner)
    reminders.remind([invoice], later(days=17, hours=6))
    pauses.pause_invoice(invoice, date(2027, 1, 31), NOW.date(), owner, NOW)
    pauses.pause_client(client, None, NOW.date(), NOW)
    plans.save(False, (3, 10), owner)
    schemes.choose("eu", True, owner)
    schemes.enter(schemes.Rate(date(2026, 7, 1), 2_150, "ECB, June 2026"), "ecb", owner)
    schemes.choose("", True, owner)

"""Which mails both sides of a story have chosen to get."""

from billing.mailing import paces
from models import Contact, Pace, Topic, User
from tests.cast import NOW


def told(owner: User, contact: Contact) -> None:
    """Each has turned one topic off."""
    paces.choose(owner, {Topic.PAYMENTS: Pace.OFF}, owner, NOW)
    paces.choose(contact, {Topic.REMINDERS: Pace.OFF}, contact, NOW)

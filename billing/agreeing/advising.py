"""What an agreement had better say, though it can be sent without: advice while it is composed."""

from billing.agreeing.composing import Missing
from billing.outbox import business_of
from billing.refusals import N_
from models import Agreement, Business, Client


def advice(agreement: Agreement) -> list[Missing]:
    """Sentences with where to act on them; nothing blocks sending.

    Source: New York's Freelance Isn't Free Act asks for both names and postal addresses, the
    services with their value, and when they are paid; the document has the last two always.
    """
    business, client = business_of(agreement.project), agreement.project.client
    if "US" not in (business.country, client.country):
        return []
    found = []
    if not _has_address(business):
        found.append(Missing(N_("Your postal address is missing in the document."), "business"))
    if not _has_address(client):
        sentence = N_("The postal address of %(client)s is missing in the document.")
        found.append(Missing(sentence, "client", {"client": client.name}))
    return found


def _has_address(party: Business | Client) -> bool:
    return bool(party.street.strip() and party.city.strip())

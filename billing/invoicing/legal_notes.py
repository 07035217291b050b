"""What the law of the seller's country wants every invoice to another business to say.

Each with the code (UNTDID 4451) under which an e-invoice carries it.
"""

from billing import languages
from billing.refusals import N_
from models import Business, Client, ClientKind

FRENCH = {
    "PMT": N_("Late payment: a fixed sum of 40 euro for recovery costs."),
    "PMD": N_("Late payment: interest at three times the French statutory rate."),
    "AAB": N_("No discount for early payment."),
}
"""Code de commerce, art. L441-9 and L441-10."""


def of(business: Business, client: Client, language: str) -> list[dict[str, str]]:
    """The notes in the reader's language; none where the law asks for none."""
    if business.country != "FR" or client.kind != ClientKind.BUSINESS:
        return []
    return [{"code": code, "text": languages.say(text, language)} for code, text in FRENCH.items()]

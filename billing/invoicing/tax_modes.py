"""Which tax a new project starts with; the owner may say otherwise on each project.

The usual rule for services between businesses (EU VAT directive, art. 44 and 196): taxed
where the client is. Categories are those of EN 16931: S standard, AE reverse charge, O
outside the scope. Starting values, not advice.
"""

from dataclasses import dataclass

from billing import languages
from billing.countries import EUROPEAN_UNION
from billing.refusals import N_
from models import Business, Client, ClientKind

REASON_CODES = {"AE": "VATEX-EU-AE", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}
"""Why no tax is charged, in the code list that EN 16931 refers to."""


@dataclass(frozen=True)
class Mode:
    """Category, rate in thousandths of a percent, and why in a sentence ("" where it is plain)."""

    category: str
    rate: int = 0
    note: str = ""


REVERSE_CHARGE = N_("Reverse charge")
NOT_TAXABLE = N_("Not taxable in the seller's country")


def reason(note: str, language: str) -> str:
    """Why no tax is charged, as a document says it: our own notes in its language."""
    return languages.say(note, language) if note in (REVERSE_CHARGE, NOT_TAXABLE) else note


def usual(business: Business, client: Client) -> Mode:
    """The mode that follows from both countries and from what the client is."""
    if not business.tax_registered or not business.tax_rate:
        return Mode("O")
    at_home = Mode("S", int(business.tax_rate))
    if not client.country or client.country == business.country:
        return at_home
    within_union = {business.country, client.country} <= EUROPEAN_UNION
    if within_union:
        can_reverse = client.kind == ClientKind.BUSINESS and client.tax_id
        return Mode("AE", 0, REVERSE_CHARGE) if can_reverse else at_home
    if client.kind == ClientKind.BUSINESS:
        return Mode("O", 0, NOT_TAXABLE)
    return at_home

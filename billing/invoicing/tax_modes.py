"""Which tax a new project starts with; the owner may say otherwise on each project and line.

The usual rule for services (EU VAT directive, art. 44, 45 and 196): between businesses taxed
where the client is, else where the seller is. Categories are those of EN 16931: S taxed, Z zero
rate, E exempt, AE reverse charge, G export, O outside the scope. Starting values, not advice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.countries import EUROPEAN_UNION
from billing.invoicing import tax_countries
from billing.invoicing.rates import Rate
from billing.refusals import N_
from models import Business, Client, ClientKind

REASON_CODES = {"AE": "VATEX-EU-AE", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}
"""Why no tax is charged, in the code list that EN 16931 refers to."""


@dataclass(frozen=True)
class Mode:
    """Category, rate in thousandths of a percent, and why in a sentence for the document ("" where
    it is plain); `why` says to the owner how that follows. `withholding` is what a client in
    business keeps back, in the same unit.
    """

    category: str
    rate: int = 0
    note: str = ""
    why: str = ""
    withholding: int = 0


UNREGISTERED = N_("You are not registered for tax, so none is charged.")
SMALL = N_("You are a small business, so no tax is charged.")
NO_RATE = N_("You have given no usual rate, so no tax is charged.")
AT_HOME = N_("A client in your own country: your usual rate.")
NOWHERE = N_("The client's country is not known yet, so your usual rate is taken.")
PROVINCE = N_("The rate of the client's province.")
OTHER_STATE = N_("The client is in another state, so no sales tax is charged.")
REVERSED = N_("A business with a VAT ID in another country of the European Union owes the tax.")
ID_OF_CLIENT = N_("The client has no VAT ID yet. With one, they would owe the tax themselves.")
ID_OF_SELLER = N_("You have no VAT ID yet. Reverse charge needs one, so your usual rate is taken.")
CONSUMER_ABROAD = N_("A consumer abroad is taxed where you are: your usual rate.")
BUSINESS_ABROAD = N_("A business abroad: not taxable in your country.")
CLIENT_ABROAD = N_("A client abroad: not taxable in your country.")
ZERO_ABROAD = N_("A client abroad: your country taxes that at zero.")


def reason(note: str, language: str) -> str:
    """Why no tax is charged, as a document says it: our own reasons in its language."""
    return tax_countries.say(note, language)


def usual(business: Business, client: Client, own: Sequence[Rate] = ()) -> Mode:
    """The mode that follows from both countries and from what both sides are.

    `own` is the owner's table of rates: its words for a category are preferred to ours.
    """
    mode = _usual(business, client)
    note = next((row.note for row in own if row.category == mode.category and row.note), "")
    is_ours = mode.category in {"AE", "E"} and mode.note
    return Mode(
        mode.category,
        mode.rate,
        note if is_ours and note else mode.note,
        mode.why,
        _withholding(business, client),
    )


def _usual(business: Business, client: Client) -> Mode:
    is_business = client.kind == ClientKind.BUSINESS
    within_union = {business.country, client.country} <= EUROPEAN_UNION
    is_abroad = bool(client.country) and client.country != business.country
    if business.small_business or not business.tax_registered:
        if is_abroad and within_union and is_business and client.tax_id and business.tax_id:
            return Mode("AE", 0, tax_countries.reason("reverse_charge"), REVERSED)
        return _untaxed(business)
    if not is_abroad:
        return _at_home(business, client)
    if within_union:
        return _within_union(business, client)
    there = tax_countries.of(str(business.country))
    if is_business or there.abroad_consumers:
        return Mode(there.abroad_category, 0, there.abroad, _why_abroad(there))
    return _taxed(business, CONSUMER_ABROAD)


def _why_abroad(there: tax_countries.Country) -> str:
    if there.abroad_category != "O":
        return ZERO_ABROAD
    return CLIENT_ABROAD if there.abroad_consumers else BUSINESS_ABROAD


def _untaxed(business: Business) -> Mode:
    known = tax_countries.of(str(business.country))
    if not business.small_business:
        return Mode("O", why=UNREGISTERED)
    if not known.small:
        return Mode("O", why=SMALL)
    return Mode(known.small_category, 0, known.small, SMALL)


def _taxed(business: Business, why: str, rate: int | None = None) -> Mode:
    at = int(business.tax_rate) if rate is None else rate
    return Mode("S", at, why=why) if at else Mode("O", why=NO_RATE)


def _at_home(business: Business, client: Client) -> Mode:
    known = tax_countries.of(str(business.country))
    theirs, ours = (str(each.region).strip().upper() for each in (client, business))
    if known.by_state and theirs and ours and theirs != ours:
        return Mode("O", 0, tax_countries.reason("other_state"), OTHER_STATE)
    if theirs in known.regions and theirs != ours and business.tax_rate:
        return _taxed(business, PROVINCE, known.regions[theirs])
    return _taxed(business, AT_HOME if client.country else NOWHERE)


def _within_union(business: Business, client: Client) -> Mode:
    if client.kind != ClientKind.BUSINESS:
        return _taxed(business, CONSUMER_ABROAD)
    if not client.tax_id:
        return _taxed(business, ID_OF_CLIENT)
    if not business.tax_id:
        return _taxed(business, ID_OF_SELLER)
    return Mode("AE", 0, tax_countries.reason("reverse_charge"), REVERSED)


def _withholding(business: Business, client: Client) -> int:
    """Kept back by businesses of the seller's own country, where the owner said that they do."""
    at_home = client.country == business.country and client.kind == ClientKind.BUSINESS
    return int(business.withholding_rate) if at_home else 0


def examples(business: Business, own: Sequence[Rate] = ()) -> list[tuple[str, Mode]]:
    """What clients of some kinds get, each kind in words (a message id)."""
    home = str(business.country)
    kinds = [(N_("A client in your country"), Client(country=home))]
    if home in EUROPEAN_UNION:
        near = "FR" if home != "FR" else "DE"
        kinds += [
            (N_("A business elsewhere in the EU, with a VAT ID"), Client(country=near, tax_id="1")),
            (N_("A consumer elsewhere in the EU"), Client(country=near, kind="consumer")),
        ]
    away = "US" if home != "US" else "GB"
    kinds += [
        (N_("A business in any other country"), Client(country=away)),
        (N_("A consumer in any other country"), Client(country=away, kind="consumer")),
    ]
    return [(who, usual(business, client, own)) for who, client in kinds]

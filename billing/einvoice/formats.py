"""Which e-invoices a frozen invoice makes, and in words what stands in the way of the others."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from billing.einvoice import identities, mapping
from billing.money import exponent
from billing.refusals import N_
from models import EInvoiceFormat

Content = dict[str, Any]


@dataclass(frozen=True)
class Obstacle:
    """Why a format cannot be made: a sentence, and the facts in it."""

    sentence: str
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def values(self) -> dict[str, str]:
        return dict(self.facts)

    def __str__(self) -> str:
        return self.sentence % self.values


DECIMALS = N_(
    "E-invoices know two decimals at most, and %(currency)s has three. This invoice is a PDF alone."
)
SELLER_ADDRESS = N_("Your country is missing. Fill in your address in the settings.")
SELLER_NUMBER = N_("Your tax number is missing. Fill it in in the settings.")
BUYER_COUNTRY = N_("The client's country is missing. Fill it in on the client's page.")
BUYER_NUMBER = N_(
    "The client's VAT ID is missing, and reverse charge needs it. Fill it in on the client's page."
)
SELLER_VAT = N_("Your VAT ID is missing, and reverse charge needs it. Fill it in in the settings.")
MIXED = N_("What is outside the scope of VAT cannot stand on one e-invoice with what is inside it.")
SUMS = N_("The amounts do not add up, so no e-invoice was made. Please report this.")
REFERENCE = N_(
    "XRechnung needs the client's reference (Leitweg-ID). Fill it in on the client's page."
)
CONTACT = N_("XRechnung needs your e-mail address and your phone number. See the settings.")
PLACES = N_("XRechnung needs town and postcode of both sides.")
MAILS = N_("XRechnung needs an electronic address of the client: a VAT ID or an e-mail address.")
ORDER = N_("Peppol needs the client's reference or purchase order number.")
SELLER_PEPPOL = N_("Peppol knows you by your VAT ID, which this invoice does not have.")
BUYER_PEPPOL = N_("Peppol knows your client by a VAT ID, which this invoice does not have.")

Asks = Callable[[Content], Iterator[str | Obstacle]]


def is_due(content: Content) -> bool:
    """Whether the seller is in the European Union, whose invoices are e-invoices as well."""
    return identities.is_in_union(content["seller"])


def obstacles(content: Content, wanted: EInvoiceFormat) -> list[Obstacle]:
    """What the invoice lacks for a format; none where it can be made."""
    found = [*_of_all(content), *ASKS[wanted](content)]
    return [each if isinstance(each, Obstacle) else Obstacle(each) for each in found]


def possible(content: Content) -> dict[str, dict[str, Any]]:
    """The terms of each format that this invoice can be; none for a seller outside the Union."""
    if not is_due(content):
        return {}
    return {
        each.value: terms(content, each) for each in EInvoiceFormat if not obstacles(content, each)
    }


def terms(content: Content, wanted: EInvoiceFormat) -> dict[str, Any]:
    """The invoice's terms with what the format adds to them."""
    said = mapping.terms(content)
    if wanted == EInvoiceFormat.FACTUR_X:
        # CII must have a delivery, which must not be empty where no day is said, as of a deposit.
        return said if "BT-72" in said else {**said, "BG-13": identities.delivered_to(content)}
    said["BT-23"] = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
    for term, who in (("BG-4", content["seller"]), ("BG-7", content["buyer"])):
        scheme, number = _address(who, wanted)
        said[term] |= {"einvoicing_addr": number, "einvoicing_addr_schemeid": scheme}
    if wanted == EInvoiceFormat.XRECHNUNG:
        for row in said["BG-23"]:
            # BR-DE-14 asks for a rate even where there is no tax to have one.
            row.setdefault("BT-119", "0")
    return said


def _address(who: dict[str, Any], wanted: EInvoiceFormat) -> tuple[str, str]:
    """XRechnung is sent by mail as well, Peppol by number alone."""
    scheme, number = identities.address(who)
    if wanted == EInvoiceFormat.XRECHNUNG and identities.mailbox(who):
        return identities.MAIL, identities.mailbox(who)
    return scheme, number


def _of_all(content: Content) -> Iterator[str | Obstacle]:
    if exponent(content["currency"]) > 2:
        yield Obstacle(DECIMALS, (("currency", content["currency"]),))
    if not content["seller"]["country"]:
        yield SELLER_ADDRESS
    if not content["buyer"]["country"]:
        yield BUYER_COUNTRY
    yield from _of_tax(content)
    if not adds_up(content):
        yield SUMS


def _of_tax(content: Content) -> Iterator[str]:
    categories = {row["category"] for row in content["taxes"]}
    seller = identities.seller(content)
    if not (seller.get("vat_identifier") or seller.get("identifiers")):
        yield SELLER_NUMBER
    if "AE" in categories and "vat_identifier" not in seller:
        yield SELLER_VAT
    if "AE" in categories and "vat_identifier" not in identities.buyer(content):
        yield BUYER_NUMBER
    if "O" in categories and len(categories) > 1:
        yield MIXED


def adds_up(content: Content) -> bool:
    """Whether lines, taxes and totals are one sum (BR-CO-10 to BR-CO-16), to the minor unit."""
    taxes, off = content["taxes"], content.get("allowances", [])
    net = sum(row["net"] for row in content["lines"]) - sum(row["amount"] for row in off)
    per_rate = all(
        row["net"] == _base(content, row["category"], row["rate"]) for row in content["taxes"]
    )
    return (
        per_rate
        and net == content["net"] == sum(row["net"] for row in taxes)
        and content["tax"] == sum(row["tax"] for row in taxes)
        and content["net"] + content["tax"] == content["total"]
    )


def _base(content: Content, category: str, rate: int) -> int:
    """What the lines of one category and rate come to, less what is off them all."""
    signed = [(row, row["net"]) for row in content["lines"]]
    signed += [(row, -row["amount"]) for row in content.get("allowances", ())]
    key = (category, rate)
    return sum(net for row, net in signed if (row["tax_category"], row["tax_rate"]) == key)


def _factur_x(_content: Content) -> Iterator[str]:
    yield from ()


def _xrechnung(content: Content) -> Iterator[str]:
    """BR-DE-1 to BR-DE-15 of XRechnung 3.0, and the addresses that it took over from Peppol."""
    seller, buyer = content["seller"], content["buyer"]
    if not content.get("buyer_reference"):
        yield REFERENCE
    if not (seller["email"] and seller["phone"]):
        yield CONTACT
    if not all(who.get("city") and who.get("postcode") for who in (seller, buyer)):
        yield PLACES
    if not _address(buyer, EInvoiceFormat.XRECHNUNG)[1]:
        yield MAILS


def _peppol(content: Content) -> Iterator[str]:
    """PEPPOL-EN16931-R003, R010 and R020 of Peppol BIS Billing 3."""
    if not (content.get("buyer_reference") or content.get("purchase_order")):
        yield ORDER
    if not identities.address(content["seller"])[1]:
        yield SELLER_PEPPOL
    if not identities.address(content["buyer"])[1]:
        yield BUYER_PEPPOL


ASKS: dict[EInvoiceFormat, Asks] = {
    EInvoiceFormat.FACTUR_X: _factur_x,
    EInvoiceFormat.XRECHNUNG: _xrechnung,
    EInvoiceFormat.PEPPOL: _peppol,
}

"""QR codes that fill in a bank transfer: the EPC code of SEPA, and the Swiss QR code."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import segno
from segno.helpers import make_epc_qr

from billing import format
from billing.invoicing import invoice_content
from billing.money import to_decimal
from models import Invoice

SWISS_ACCOUNTS = ("CH", "LI")
QUIET = 4  # modules of white around a code

CROSS = (
    '<g class="cross" transform="translate({at} {at}) scale({scale})">'
    '<path fill="#fff" d="M0 0h20v20H0z"/><path fill="#000" d="M1.4 1.4h17.2v17.2H1.4z"/>'
    '<path fill="#fff" d="M8.35 4.5h3.3v11h-3.3zM4.5 8.35h11v3.3h-11z"/></g>'
)
"""20 units across, white edge and all, which the style guide makes 7 mm of the code's 46."""


@dataclass(frozen=True)
class TransferCode:
    """One code; `kind` is *swiss* or *epc*."""

    kind: str
    svg: bytes


def of(content: dict[str, Any], due: int) -> TransferCode | None:
    """The code for `due` minor units of an invoice that says `content`.

    None where no scheme fits: another currency, no IBAN, or a Swiss account whose holder's
    postal address is not known in parts, or that wants references we do not give (a QR-IBAN).
    """
    iban = content["bank"]["iban"].replace(" ", "").upper()
    if due <= 0 or not iban or content["currency"] not in ("EUR", "CHF"):
        return None
    try:
        if iban.startswith(SWISS_ACCOUNTS):
            return TransferCode("swiss", _swiss(content, iban, due))
        if content["currency"] == "EUR":
            return TransferCode("epc", _epc(content, iban, due))
    except ValueError:
        # Longer or stranger than the standard takes; the details are there to copy.
        return None
    return None


def of_invoice(invoice: Invoice, due: int) -> TransferCode | None:
    """The same of an invoice; none of a draft."""
    return of(invoice_content.said(invoice), due) if invoice.content else None


def _epc(content: dict[str, Any], iban: str, due: int) -> bytes:
    """EPC069-12: a SEPA credit transfer with the invoice's number as its text."""
    bank = content["bank"]
    code = make_epc_qr(
        bank["holder"],
        iban,
        to_decimal(due, "EUR"),
        text=content["number"],
        bic=bank["bic"] or None,
        encoding="utf-8",
    )
    return _drawn(code)


def _swiss(content: dict[str, Any], iban: str, due: int) -> bytes:
    """The Swiss QR code of SIX (version 2.3): the creditor's address in its parts, no reference."""
    seller = content["seller"]
    # It brings an XML library along, so only a process that draws such a code pays for it.
    from qrbill import QRBill  # type: ignore[import-untyped]

    bill = QRBill(
        account=iban,
        creditor={
            "name": content["bank"]["holder"],
            "street": " ".join(seller.get("street", "").split()),
            "pcode": seller.get("postcode", ""),
            "city": seller.get("city", ""),
            "country": seller["country"],
        },
        amount=format.plain(due, content["currency"]),
        currency=content["currency"],
        additional_information=content["number"],
    )
    code = segno.make_qr(bill.qr_data(), error="m", boost_error=False, encoding="utf-8")
    side = code.symbol_size(border=0)[0]
    scale = side * 7 / 46 / 20
    cross = CROSS.format(at=f"{QUIET + side / 2 - 10 * scale:.3f}", scale=f"{scale:.5f}")
    return _drawn(code).replace(b"</svg>", cross.encode() + b"</svg>")


def _drawn(code: segno.QRCode) -> bytes:
    """Black on white, in the dark too: what a camera reads best."""
    drawn = BytesIO()
    code.save(drawn, kind="svg", border=QUIET, light="#fff", omitsize=True, xmldecl=False)
    return drawn.getvalue()

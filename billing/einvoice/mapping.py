"""A frozen invoice in the business terms of EN 16931 (BT and BG numbers), as factur-x takes them.

Every amount is one that was frozen. Where prices are gross, EN 16931 still wants net lines, so
the line's frozen `net` counts and its net price follows from it.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from billing import format, languages
from billing.einvoice import identities
from billing.invoicing.tax import net_of
from billing.money import exponent, share, to_decimal
from billing.refusals import N_

Content = dict[str, Any]

ONE = "C62"
"""UN/ECE Recommendation 20: one, where a line says no unit."""

DISCOUNT = "95"
"""UNTDID 5189: discount."""

REASONS = {
    "AE": "VATEX-EU-AE",
    "G": "VATEX-EU-G",
    "K": "VATEX-EU-IC",
    "O": "VATEX-EU-O",
}
"""The code of why no tax is charged, where its category has one (CEF VATEX list)."""

ADVANCE = N_("Advance payment. Later invoices bill only what remains.")


def terms(content: Content) -> dict[str, Any]:
    """All that the invoice says, keyed by business term; what it does not say is left out."""
    currency, is_note = content["currency"], content["kind"] == "credit_note"
    said = {
        "BT-1": content["number"],
        "BT-2": content["issue_date"],
        "BT-3": "381" if is_note else "380",
        "BT-5": currency,
        "BT-6": (content.get("tax_stated") or {}).get("currency"),
        "BT-9": None if is_note else content["due_date"],
        "BT-10": content.get("buyer_reference"),
        "BT-11": content["project"]["title"],
        "BT-13": content.get("purchase_order"),
        "BT-72": content.get("supply_date"),
        "BG-1": list(_notes(content)),
        "BG-3": list(_credited(content)),
        "BG-4": identities.seller(content),
        "BG-7": identities.buyer(content),
        "BG-20": [_allowance(row, currency) for row in content.get("allowances", ())],
        "BG-23": [_tax(row, content) for row in content["taxes"]],
        "BG-25": [_line(row, content) for row in content["lines"]],
        **_payment(content),
        **_sums(content),
    }
    return {term: value for term, value in said.items() if value not in (None, "", [])}


def amount(minor: int, currency: str) -> str:
    """Minor units as EN 16931 writes them: ``1234.50``, yen without decimals."""
    return f"{to_decimal(minor, currency):f}"


def percent(thousandths: int) -> str:
    """A rate without needless zeros: ``19``, ``5.5``."""
    return f"{Decimal(thousandths).scaleb(-3).normalize():f}"


def _notes(content: Content) -> Iterator[dict[str, str]]:
    """What is said beside the lines; notes that a law asks for carry their code (UNTDID 4451)."""
    if content["note"]:
        yield {"BT-22": content["note"]}
    if content.get("document_type") == "deposit":
        yield {"BT-22": languages.say(ADVANCE, content["language"])}
    if content.get("withholding"):
        yield {"BT-22": withheld(content)}
    for note in content.get("legal_notes", ()):
        yield {"BT-21": note["code"], "BT-22": note["text"]}


def withheld(content: Content) -> str:
    """The tax that the buyer pays for the seller, in words: EN 16931 has no term for it."""
    held, language = content["withholding"], content["language"]
    money = format.money(-held["amount"], content["currency"], language)
    return f"{held['label']} {format.rate(held['rate'], language)}: {money}"


def _credited(content: Content) -> Iterator[dict[str, str]]:
    if content.get("credits"):
        yield {"BT-25": content["credits"]["number"], "BT-26": content["credits"]["issue_date"]}


def _payment(content: Content) -> dict[str, Any]:
    """How to pay (UNTDID 4461): 58 SEPA, 30 another transfer, 1 unsaid, 97 for credits."""
    if content["kind"] == "credit_note":
        return {"BT-81": "97"}
    bank = content["bank"]
    iban = bank["iban"].replace(" ", "")
    account = iban or bank["account"]
    if not account:
        return {"BT-81": "1"}
    return {
        "BT-81": "58" if iban and content["currency"] == "EUR" else "30",
        "BT-83": content["number"],
        "BT-84": account,
        "BT-85": bank["holder"],
        "BT-86": bank["bic"].replace(" ", "") if iban else None,
    }


def _sums(content: Content) -> dict[str, str | None]:
    """The sums (BG-22). What was withheld is a way of settling, so it is due like the rest."""
    currency = content["currency"]
    off = sum(row["amount"] for row in content.get("allowances", ()))
    lines = sum(row["net"] for row in content["lines"])
    own = content.get("tax_stated")
    return {
        "BT-106": amount(lines, currency),
        "BT-107": amount(off, currency) if off else None,
        "BT-109": amount(content["net"], currency),
        "BT-110": amount(content["tax"], currency),
        "BT-111": amount(own["tax"], own["currency"]) if own else None,
        "BT-112": amount(content["total"], currency),
        "BT-115": amount(content["total"], currency),
    }


def _allowance(row: dict[str, Any], currency: str) -> dict[str, str]:
    return {
        "amount": amount(row["amount"], currency),
        "reason": row["reason"] or "Discount",
        "reason_code": DISCOUNT,
        "vat_category_code": row["tax_category"],
        **_rate("vat_rate", row["tax_category"], row["tax_rate"]),
    }


def _tax(row: dict[str, Any], content: Content) -> dict[str, str]:
    currency, category = content["currency"], row["category"]
    said = {
        "BT-116": amount(row["net"], currency),
        "BT-117": amount(row["tax"], currency),
        "BT-118": category,
        "BT-120": row.get("note", "") if category != "S" else "",
        "BT-121": row.get("reason_code") or _reason(category, content["seller"]["country"]),
        **_rate("BT-119", category, row["rate"]),
    }
    return {term: value for term, value in said.items() if value}


def _reason(category: str, country: str) -> str:
    if category == "E" and country == "FR":
        return "VATEX-FR-FRANCHISE"
    return REASONS.get(category, "")


def _rate(term: str, category: str, rate: int) -> dict[str, str]:
    """The rate, which outside the scope of VAT must not even be zero (BR-O-05)."""
    return {} if category == "O" else {term: percent(rate)}


def _line(row: dict[str, Any], content: Content) -> dict[str, Any]:
    currency, category = content["currency"], row["tax_category"]
    discount = _net_discount(row, content["prices"] == "gross")
    said = {
        "BT-126": str(row["position"]),
        "BT-129": str(row["quantity"]),
        "BT-130": row.get("unit") or ONE,
        "BT-131": amount(row["net"], currency),
        # The day of acceptance: EN 16931 dates a line by its period alone.
        "BT-134": row["accepted_on"],
        "BT-135": row["accepted_on"],
        "BT-146": _price(row["net"] + discount, Decimal(str(row["quantity"])), currency),
        "BT-151": category,
        **_rate("BT-152", category, row["tax_rate"]),
        "BT-153": row["description"],
        "BT-154": row["detail"],
        "BG-27": _line_allowance(discount, currency),
    }
    return {term: value for term, value in said.items() if value not in (None, "", [])}


def _net_discount(row: dict[str, Any], gross: bool) -> int:
    """What was taken off a line, net; with gross prices in proportion to the line's own net."""
    discount: int = row.get("discount") or 0
    if not gross or not discount:
        return discount
    if not row["amount"]:
        return net_of(discount, row["tax_rate"])
    return share(row["net"], row["amount"] + discount, row["amount"]) - int(row["net"])


def _line_allowance(discount: int, currency: str) -> list[dict[str, str]]:
    if not discount:
        return []
    return [
        {
            "amount": amount(discount, currency),
            "reason": "Discount",
            "reason_code": DISCOUNT,
        }
    ]


FINEST = 6
"""Decimals of a unit price that no amount of money expresses."""


def _price(net: int, quantity: Decimal, currency: str) -> str:
    """The net price of one: exact where it can be, else finer than the line's own rounding."""
    whole = to_decimal(net, currency)
    price = (whole / quantity).quantize(Decimal(1).scaleb(-FINEST), ROUND_HALF_UP)
    exact = Decimal(1).scaleb(-exponent(currency))
    shortest = price.normalize()
    return f"{price.quantize(exact):f}" if shortest == shortest.quantize(exact) else f"{shortest:f}"

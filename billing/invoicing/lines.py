"""The lines of an invoice: quantity times price less a discount, with their tax, and their sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing.invoicing import tax
from billing.invoicing.units import PIECE
from billing.money import round_half_up, share
from models import Charge, Invoice, InvoiceLine, Milestone, Project
from models.once import Once


@dataclass(frozen=True)
class Taxed:
    """The tax on a line: category of EN 16931, thousandths of a percent, and why in words."""

    category: str
    rate: int
    note: str = ""


@dataclass(frozen=True)
class Line:
    """One line to bill. Money in minor units, net or gross as the project's prices are.

    `amount` is what the line comes to, its own `discount` taken off; `unit_price` is the amount
    where nothing else is said, and `tax` the project's.
    """

    description: str
    amount: int
    detail: str = ""
    milestone: Milestone | None = None
    accepted_on: date | None = None
    charges: Sequence[Charge] = ()
    quantity: Decimal = Decimal(1)
    unit: str = PIECE
    unit_price: int | None = None
    discount: int = 0
    discount_rate: int = 0
    tax: Taxed | None = None

    def columns(self, usual: Taxed) -> dict[str, Any]:
        """What stands in the line's own row, its net and place excepted."""
        taxed = self.tax or usual
        return {
            "milestone": self.milestone,
            "description": self.description,
            "detail": self.detail,
            "accepted_on": self.accepted_on,
            "quantity": plain(self.quantity),
            "unit": self.unit,
            "unit_price": self.amount if self.unit_price is None else self.unit_price,
            "discount": self.discount,
            "discount_rate": self.discount_rate,
            "amount": self.amount,
            "tax_category": taxed.category,
            "tax_rate": taxed.rate,
            "tax_note": taxed.note,
        }


def plain(quantity: Decimal) -> str:
    """A quantity as it is kept and frozen: ``1``, ``2.5``."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def times(quantity: Decimal, unit_price: int) -> int:
    """round(quantity × price), in minor units, halves away from zero."""
    return round_half_up(quantity * unit_price)


def usual_tax(project: Project) -> Taxed:
    """The tax on what is billed for a project, where a line says nothing else."""
    return Taxed(str(project.tax_category), int(project.tax_rate), str(project.tax_note))


_LINES = Once(
    lambda invoice: (
        InvoiceLine.select().where(InvoiceLine.invoice == invoice).order_by(InvoiceLine.position)
    )
)


def of(invoice: Invoice) -> list[InvoiceLine]:
    """The lines of an invoice, in order."""
    return _LINES.models(invoice.id)


def count(lines: Sequence[Taxed], amounts: Sequence[int], gross: bool, discount: int) -> tax.Totals:
    """The sums of lines with a discount on the whole."""
    taxable = [
        tax.Taxable(amount, line.category, line.rate)
        for line, amount in zip(lines, amounts, strict=True)
    ]
    return tax.totals(taxable, gross, discount)


def sums_of(invoice: Invoice, rows: Sequence[InvoiceLine]) -> tax.Totals:
    """What an invoice comes to by its lines and its discount."""
    taxed = [Taxed(str(row.tax_category), int(row.tax_rate)) for row in rows]
    amounts = [int(row.amount) for row in rows]
    return count(taxed, amounts, bool(invoice.project.prices_gross), discount_on(invoice, amounts))


def discount_on(invoice: Invoice, amounts: Sequence[int]) -> int:
    """The discount on the whole, never more than that; a share of it follows the lines."""
    whole = sum(amounts)
    if invoice.discount_rate:
        return share(whole, int(invoice.discount_rate), tax.WHOLE)
    return min(int(invoice.discount), max(0, whole))


def columns(sums: tax.Totals, keys: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """What an invoice keeps of its sums; `keys` are category and rate of each line."""
    return {
        "net": sums.net,
        "tax": sums.tax,
        "total": sums.total,
        "taxes": [row.__dict__ for row in sums.rows],
        "allowances": allowances(sums, keys),
    }


def allowances(sums: tax.Totals, keys: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """A discount on the whole as documents state it: net, by category and rate."""
    parts: dict[tuple[str, int], int] = {}
    for key, part in zip(keys, sums.net_shares, strict=True):
        parts[key] = parts.get(key, 0) + part
    return [
        {"tax_category": category, "tax_rate": rate, "amount": amount}
        for (category, rate), amount in parts.items()
        if amount
    ]


def key_of(row: InvoiceLine) -> tuple[str, int]:
    """What lines are added up by."""
    return str(row.tax_category), int(row.tax_rate)


def withheld(rate: int, net: int) -> Mapping[str, int] | None:
    """The memo of tax that the client keeps back and pays in the seller's name, if any is."""
    return {"rate": rate, "amount": share(net, rate, tax.WHOLE)} if rate else None

"""The books as CSV: a file of documents, one of lines, one of payments. Amounts in major units."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from billing import csv_files
from billing.books import records
from billing.books.records import Issued, Period
from billing.csv_files import Cell
from billing.money import to_decimal
from models import CreditEntry, User, WriteOff

DOCUMENTS = (
    "Number", "Kind", "Issued", "Supplied", "Due", "Client", "Client's tax number", "Country",
    "Project", "Purchase order", "Currency", "Net", "Tax", "Total", "Credits", "Tax stated",
    "Stated in", "Exchange rate",
)  # fmt: skip
LINES = (
    "Number", "Issued", "Client", "Line", "Description", "Detail", "Accepted", "Quantity", "Unit",
    "Unit price", "Amount", "Net", "Tax category", "Tax rate %", "Currency",
)  # fmt: skip
WRITE_OFFS = ("Day", "Invoice", "Client", "Amount", "Currency", "Reason")
PAYMENTS = (
    "Received", "Invoice", "Client", "Amount", "Currency", "Net", "Tax", "Method", "Reference",
)  # fmt: skip


def documents(owner: User, period: Period) -> bytes:
    """One row for each invoice and credit note; a credit note's amounts are below zero."""
    return csv_files.written(DOCUMENTS, map(_document, records.issued(owner, period)))


def _document(issued: Issued) -> list[Cell]:
    row, said = issued.invoice, issued.content
    credits = said.get("credits") or {}
    amounts: list[Cell] = [
        _amount(issued.sign * int(each), row.currency) for each in (row.net, row.tax, row.total)
    ]
    return [
        row.number, row.kind, row.issued_on, row.supplied_on, row.due_on, said["buyer"]["name"],
        _number_of(said["buyer"]), said["buyer"].get("country", ""),
        said["project"]["title"], said.get("purchase_order", ""), row.currency, *amounts,
        credits.get("number", ""), *_stated(issued),
    ]  # fmt: skip


def _stated(issued: Issued) -> list[Cell]:
    """The tax in the seller's own currency where the document had to say it, and at which rate."""
    own = issued.tax_stated
    if not own:
        return ["", "", ""]
    return [_amount(own["tax"], own["currency"]), own["currency"], Decimal(own["rate"])]


def _number_of(buyer: dict[str, Any]) -> str:
    return str(buyer.get("vat_id") or buyer.get("tax_id") or buyer.get("tax_number", ""))


def lines(owner: User, period: Period) -> bytes:
    """One row for each line of each document, and one by tax rate for a discount on the whole.

    They add up to the documents. A credit note's quantities are below zero, as its amounts are.
    """
    rows = (row for issued in records.issued(owner, period) for row in _lines(issued))
    return csv_files.written(LINES, rows)


def _lines(issued: Issued) -> Iterator[list[Cell]]:
    row, currency, said = issued.invoice, issued.invoice.currency, issued.content
    head: list[Cell] = [row.number, row.issued_on, said["buyer"]["name"]]
    for line in said["lines"]:
        prices = [_amount(issued.sign * int(line[key]), currency) for key in ("amount", "net")]
        yield [
            *head, line["position"], line["description"], line["detail"], line["accepted_on"],
            issued.sign * Decimal(str(line["quantity"])), line.get("unit", "C62"),
            _amount(int(line["unit_price"]), currency), *prices, *_taxed(line), currency,
        ]  # fmt: skip
    for off in said.get("allowances", ()):
        net = _amount(-issued.sign * int(off["amount"]), currency)
        yield [*head, "", off["reason"], "", "", "", "", "", "", net, *_taxed(off), currency]


def _taxed(row: dict[str, Any]) -> tuple[Cell, Cell]:
    return row["tax_category"], Decimal(row["tax_rate"]) / 1000


def payments(owner: User, period: Period) -> bytes:
    """One row for each payment, and for each taken back or paid back, below zero.

    Those by the method "credit" move no money: they are to or from a client's credit.
    """
    rows = [
        *map(_payment, records.received(owner, period)),
        *map(_credit_refund, records.credit_paid_back(owner, period)),
    ]
    return csv_files.written(PAYMENTS, sorted(rows, key=lambda row: str(row[0])))


def _credit_refund(entry: CreditEntry) -> list[Cell]:
    """No invoice is behind it, so it has no net and no tax."""
    none, currency = _amount(0, entry.currency), entry.currency
    amount = _amount(int(entry.amount), currency)
    return [
        entry.moved_on, "", entry.client.name, amount, currency, none, none, "credit refund",
        entry.reference,
    ]  # fmt: skip


def write_offs(owner: User, period: Period) -> bytes:
    """One row for each write-off, and below zero for each that is expected again."""
    return csv_files.written(WRITE_OFFS, map(_write_off, records.written_off(owner, period)))


def _write_off(made: WriteOff) -> list[Cell]:
    invoice = made.invoice
    return [
        made.written_on, invoice.number, invoice.client.name,
        _amount(int(made.amount), invoice.currency), invoice.currency, made.reason,
    ]  # fmt: skip


def _payment(received: records.Received) -> list[Cell]:
    payment, invoice = received.payment, received.issued.invoice
    tax = sum(part.tax for part in received.parts)
    amounts: list[Cell] = [
        _amount(each, invoice.currency) for each in (int(payment.amount), received.net, tax)
    ]
    return [
        payment.received_on, invoice.number, invoice.client.name, amounts[0], invoice.currency,
        *amounts[1:], payment.method, payment.reference,
    ]  # fmt: skip


def _amount(minor: int, currency: str) -> Decimal:
    return to_decimal(minor, currency)

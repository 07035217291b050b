"""Invoices as they are frozen, one for each way of billing, their sums worked out by hand here."""

import io
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from unicodedata import normalize

from pypdf import PdfReader

from tests.billing import documents

Content = dict[str, Any]

VAT = {"DE": "DE123456789", "FR": "FR40303265045", "ES": "ESB12345674", "NL": "NL123456782B90"}


def printed(document: bytes) -> str:
    """What a PDF says, on one line."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(document)).pages]
    return normalize("NFKC", " ".join(" ".join(pages).split()))


def half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def party(country: str, name: str = "Müller & Söhne", **other: Any) -> dict[str, Any]:
    vat = VAT.get(country, "")
    said = {
        "address": ["Hauptstraße 5", "10115 Berlin", country],
        "street": "Hauptstraße 5",
        "postcode": "10115",
        "city": "Berlin",
        "region": "",
        "phone": "+49 30 901820",
        "vat_id": vat,
        "tax_id": "",
        "tax_number": "",
        "legal_name": name,
        "tax_ids": [{"label": "VAT ID", "value": vat}] if vat else [],
    }
    return documents.party(name, country, **{**said, **other})


def line(
    net: int,
    rate: int = 19000,
    category: str = "S",
    quantity: str = "1",
    discount: int = 0,
    gross: bool = False,
    **other: Any,
) -> dict[str, Any]:
    """`net` is the price of one in the prices' basis; halves of a cent are rounded up."""
    amount = half_up(Decimal(quantity) * net) - discount
    taken = half_up(Decimal(amount) * 100_000 / (100_000 + rate)) if gross else amount
    return {
        "quantity": quantity,
        "unit": "C62",
        "unit_price": net,
        "discount": discount,
        "amount": amount,
        "net": taken,
        "tax_category": category,
        "tax_rate": rate,
        **other,
    }


def allowance(amount: int, rate: int, category: str = "S") -> dict[str, Any]:
    return {
        "reason": "Loyalty",
        "amount": amount,
        "tax_category": category,
        "tax_rate": rate,
    }


def invoice(*lines: dict[str, Any], note_of_tax: str = "", **other: Any) -> Content:
    """An invoice of a German seller to a French business, in euro, its totals from its lines."""
    gross, off = other.get("prices") == "gross", other.get("allowances", [])
    rows = [
        {**documents.line(number), **row, "position": number} for number, row in enumerate(lines, 1)
    ]
    taxes = []
    for category, rate in dict.fromkeys((row["tax_category"], row["tax_rate"]) for row in rows):
        mine = [row for row in rows if (row["tax_category"], row["tax_rate"]) == (category, rate)]
        net = sum(row["net"] for row in mine) - sum(
            row["amount"] for row in off if row["tax_rate"] == rate
        )
        tax = half_up(Decimal(net) * rate / 100_000)
        if gross:
            tax = sum(row["amount"] for row in mine) - net
        row = {"category": category, "rate": rate, "net": net, "tax": tax, "label": "VAT"}
        taxes.append({**row, "note": note_of_tax, "reason_code": ""})
    net, tax = sum(row["net"] for row in taxes), sum(row["tax"] for row in taxes)
    bank = {**documents.invoice()["bank"], "iban": "DE89 3704 0044 0532 0130 00", "account": ""}
    return documents.invoice(
        **{
            "currency": "EUR",
            "document_type": "milestone",
            "seller": party("DE"),
            "buyer": party("FR", "Société Générale d'Éclairage"),
            "bank": {**bank, "bic": "COBADEFFXXX"},
            "buyer_reference": "04011000-12345-03",
            "allowances": [],
            "withholding": None,
            "credits": None,
            "lines": rows,
            "taxes": taxes,
            "net": net,
            "tax": tax,
            "total": net + tax,
            **other,
        }
    )


def scenarios() -> dict[str, Content]:
    """Every way of billing that issue and law tell apart."""
    plain = {"vat_id": "", "tax_ids": [], "tax_number": "12/345/67890"}
    consumer = party("DE", "Jan Nowak", vat_id="", tax_ids=[], kind="consumer")
    of = {"number": "INV-0001", "issue_date": "2026-10-01", "total": 119_000}
    held = {"label": "IRPF", "rate": 15000, "amount": 15_000}
    small = "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet."
    return {
        "standard": invoice(line(100_000)),
        "two rates with discount": invoice(
            line(100_000, discount=10_000),
            line(50_000, 7000, quantity="2"),
            allowances=[allowance(9_000, 19000), allowance(10_000, 7000)],
        ),
        "three rates": invoice(line(10_000), line(5_000, 7000), line(2_500, 0, "Z")),
        "thirds": invoice(line(3333, quantity="3")),
        "cents": invoice(*[line(1) for _ in range(100)]),
        "a half": invoice(line(5050, 5000)),
        "gross": invoice(line(999, gross=True), prices="gross", buyer=consumer),
        "gross with discount": invoice(
            line(5_000, gross=True, quantity="3", discount=1_500), prices="gross", buyer=consumer
        ),
        "small business": invoice(
            line(100_000, 0, "E"), seller=party("DE", **plain), note_of_tax=small
        ),
        "reverse charge": invoice(line(100_000, 0, "AE"), note_of_tax="Reverse charge"),
        "outside scope": invoice(
            line(100_000, 0, "O"),
            buyer=party("US", "Northwind Trading Inc."),
            note_of_tax="Not taxable in the seller's country",
        ),
        "deposit": invoice(line(30_000), document_type="deposit", supply_date=None),
        "remainder": invoice(line(70_000), document_type="remainder"),
        "credit note": invoice(
            line(25_000), kind="credit_note", document_type="credit_note", credits=of
        ),
        "yen": invoice(line(150_000, 0, "AE"), currency="JPY", note_of_tax="Reverse charge"),
        "withholding": invoice(
            line(100_000, 21000), seller=party("ES", "Ana Núñez"), withholding=held
        ),
        "by the hour": invoice(line(3_333, quantity="2.75", unit="HUR")),
    }

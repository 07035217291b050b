"""What an invoice costs in the worker's child process, once it is warm: PDF/A with its XML."""

import os
from datetime import date

from bench.processes import cpu_seconds
from billing.delivery import pdf
from billing.einvoice import formats

COUNT = 12


def milliseconds() -> float:
    """CPU milliseconds per invoice of five lines, the child's and the caller's together.

    With all three e-invoices: Factur-X in the PDF/A-3b, XRechnung and Peppol beside it.
    """
    _make(0)
    before = _spent()
    for number in range(1, COUNT + 1):
        _make(number)
    return 1000 * (_spent() - before) / COUNT


def _make(number: int) -> None:
    content = _content(number)
    written, _document = pdf.archive("invoice.html", content, "en", formats.possible(content))
    assert len(written) == 3


def _spent() -> float:
    child = pdf.press.pid
    assert child is not None
    return cpu_seconds(os.getpid()) + cpu_seconds(child)


def _content(number: int) -> dict[str, object]:
    party = {
        "name": "Łódź Lighting GmbH",
        "address": ["Hauptstraße 5", "10115 Berlin", "Germany"],
        "street": "Hauptstraße 5",
        "postcode": "10115",
        "city": "Berlin",
        "country": "DE",
        "email": "zofia@example.com",
        "phone": "+49 30 901820",
        "tax_ids": [{"label": "VAT ID", "value": "DE136695976"}],
        "kind": "business",
    }
    line = {
        "description": "Strategy document approved",
        "detail": "",
        "accepted_on": "2026-11-20",
        "quantity": 1,
        "unit_price": 100_000,
        "amount": 100_000,
        "net": 100_000,
        "tax_category": "S",
        "tax_rate": 20_000,
    }
    tax = {"category": "S", "rate": 20_000, "net": 500_000, "tax": 100_000, "label": "VAT"}
    return {
        "format": "milepost-invoice-1",
        "kind": "invoice",
        "number": f"INV-{number:04d}",
        "issue_date": date(2026, 11, 22).isoformat(),
        "supply_date": None,
        "due_date": "2026-12-06",
        "terms_days": 14,
        "currency": "EUR",
        "language": "en",
        "seller": party,
        "buyer": party,
        "bank": dict.fromkeys(("holder", "bank", "iban", "bic", "account", "routing"), ""),
        "project": {"id": 1, "title": "Content strategy"},
        "agreement": {"version": 1, "active_on": "2026-10-01"},
        "purchase_order": "",
        "buyer_reference": "04011000-12345-03",
        "prices": "net",
        "lines": [{**line, "position": position} for position in range(1, 6)],
        "taxes": [{**tax, "note": ""}],
        "net": 500_000,
        "tax": 100_000,
        "total": 600_000,
        "note": "",
    }

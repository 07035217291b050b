"""What an invoice's PDF costs in the worker's child process, once it is warm."""

import os
from datetime import date

from bench.processes import cpu_seconds
from billing.delivery import pdf

COUNT = 12


def milliseconds() -> float:
    """CPU milliseconds per invoice of five lines, the child's and the caller's together."""
    pdf.render("invoice.html", _content(0), "en")
    before = _spent()
    for number in range(1, COUNT + 1):
        pdf.render("invoice.html", _content(number), "en")
    return 1000 * (_spent() - before) / COUNT


def _spent() -> float:
    child = pdf.press.pid
    assert child is not None
    return cpu_seconds(os.getpid()) + cpu_seconds(child)


def _content(number: int) -> dict[str, object]:
    party = {
        "name": "Łódź Lighting Ltd",
        "address": ["5 Mill Lane", "Leeds, LS1 4DY", "United Kingdom"],
        "country": "GB",
        "email": "zofia@example.com",
        "phone": "",
        "tax_ids": [],
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
        "currency": "GBP",
        "language": "en",
        "seller": party,
        "buyer": party,
        "bank": dict.fromkeys(("holder", "bank", "iban", "bic", "account", "routing"), ""),
        "project": {"id": 1, "title": "Content strategy"},
        "agreement": {"version": 1, "active_on": "2026-10-01"},
        "purchase_order": "",
        "prices": "net",
        "lines": [{**line, "position": position} for position in range(1, 6)],
        "taxes": [{**tax, "note": ""}],
        "net": 500_000,
        "tax": 100_000,
        "total": 600_000,
        "note": "",
    }

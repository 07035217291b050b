"""Contents of documents as the verbs freeze them, made by hand so that layout can be tested."""

from typing import Any

TITLES = ("Strategy document approved", "Campaign launched", "Performance report delivered")
SCRIPTS = {
    "polish": "Łódź",
    "vietnamese": "Đường",
    "turkish": "Işık Şeyma",
    "greek": "Ελλάδα",
    "cyrillic": "Кириллица",
    "japanese": "株式会社",
    "hebrew": "עברית",
    "arabic": "العربية",
    "thai": "บริษัท",
}
CLAUSE = (
    "The client provides access, material and answers within five working days of being asked. "
    "Where that does not happen, the dates in this agreement move by the same number of days. "
)


def party(name: str, country: str = "US", **other: Any) -> dict[str, Any]:
    return {
        "name": name,
        "address": ["412 Hawthorne Boulevard", "Portland, OR 97214"],
        "country": country,
        "email": "post@example.com",
        "phone": "",
        "tax_ids": [],
        **other,
    }


def line(number: int, **other: Any) -> dict[str, Any]:
    return {
        "position": number,
        "description": f"{TITLES[number % 3]}, part {number}",
        "detail": "",
        "accepted_on": "2026-11-20",
        "quantity": 1,
        "unit_price": 500000,
        "amount": 500000,
        "net": 500000,
        "tax_category": "O",
        "tax_rate": 0,
        **other,
    }


def invoice(count: int = 1, **other: Any) -> dict[str, Any]:
    """An invoice of a seller in the US who charges no tax, 5,000.00 USD a line."""
    net = 500000 * count
    return {
        "format": "milepost-invoice-1",
        "kind": "invoice",
        "number": "INV-0001",
        "issue_date": "2026-11-22",
        "supply_date": "2026-11-20",
        "due_date": "2026-12-06",
        "terms_days": 14,
        "currency": "USD",
        "language": "en",
        "seller": party("Ana Lima Studio"),
        "buyer": party("Northwind Trading Ltd."),
        "bank": {
            "holder": "Ana Lima",
            "bank": "First Bank",
            "iban": "",
            "bic": "",
            "account": "000123456789",
            "routing": "021000021",
        },
        "project": {"id": 1, "title": "Content strategy for a product launch"},
        "agreement": {"version": 1, "active_on": "2026-10-02"},
        "purchase_order": "PO-7781",
        "prices": "net",
        "lines": [line(number) for number in range(1, count + 1)],
        "taxes": [
            {"category": "O", "rate": 0, "net": net, "tax": 0, "label": "VAT", "note": ""},
        ],
        "net": net,
        "tax": 0,
        "total": net,
        "note": "",
        **other,
    }


def taxed(lines: int = 2) -> dict[str, Any]:
    """An invoice of a seller in Germany, 19 % and 7 % in turn."""
    rates = [19000 if number % 2 else 7000 for number in range(1, lines + 1)]
    taxes = [
        {
            "category": "S",
            "rate": rate,
            "net": 500000 * rates.count(rate),
            "tax": 5 * rate * rates.count(rate),
            "label": "USt",
            "note": "",
        }
        for rate in dict.fromkeys(rates)
    ]
    tax = sum(row["tax"] for row in taxes)
    return invoice(
        lines,
        currency="EUR",
        seller=party("Müller & Söhne", "DE", tax_ids=[{"label": "USt-IdNr.", "value": "DE123"}]),
        lines=[
            line(number, tax_category="S", tax_rate=rate) for number, rate in enumerate(rates, 1)
        ],
        taxes=taxes,
        tax=tax,
        total=500000 * lines + tax,
    )


def milestone(number: int, criteria: int = 3) -> dict[str, Any]:
    trigger = {"id": 1, "kind": "on_signing", "share": 3000, "amount": 150000, "on": None}
    return {
        "id": number,
        "position": number,
        "title": f"Outcome {number}",
        "deliverable": "A written strategy of twenty pages.\n\nAs a PDF and as a document to edit.",
        "criteria": [
            {"id": row, "text": f"Criterion {number}.{row} is met", "weight": row}
            for row in range(1, criteria + 1)
        ],
        "price": 500000,
        "due_on": "2026-12-15",
        "review_days": 5,
        "rounds": 2,
        "triggers": [
            {**trigger, "delivery": "send"},
            {
                **trigger,
                "kind": "on_acceptance",
                "share": 7000,
                "amount": 350000,
                "delivery": "send",
            },
        ],
    }


def agreement(milestones: int = 4, criteria: int = 3, clauses: int = 12, **other: Any) -> dict:
    """An agreement of some pages: 5,000.00 USD a milestone, no tax."""
    net = 500000 * milestones
    return {
        "format": "milepost-agreement-1",
        "kind": "agreement",
        "version": 1,
        "project": {"id": 1, "title": "Content strategy for a product launch"},
        "language": "en",
        "currency": "USD",
        "sent_on": "2026-11-22",
        "expires_on": "2026-12-06",
        "seller": party("Ana Lima Studio", phone="+1 503 555 0100"),
        "client": party("Northwind Trading Ltd.", kind="business"),
        "signer": {"name": "Dana Whitfield", "email": "dana@example.com", "title": "Director"},
        "prices": "net",
        "tax": {"category": "O", "rate": 0, "label": "VAT", "note": ""},
        "terms_days": 14,
        "milestones": [milestone(number, criteria) for number in range(1, milestones + 1)],
        "totals": {"net": net, "tax": 0, "total": net},
        "clauses": [
            {
                "key": f"clause{row}",
                "heading": f"Heading {row}",
                "body": CLAUSE * 4 + "\n\n" + CLAUSE,
            }
            for row in range(1, clauses + 1)
        ],
        **other,
    }

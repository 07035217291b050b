"""What an invoice says: seller, buyer, lines, tax and where to pay, frozen when it is issued."""

import json
from collections.abc import Sequence
from typing import Any

from billing import clock, languages
from billing.invoicing import legal_notes, tax_currencies, tax_modes
from billing.invoicing import lines as rows
from billing.invoicing.units import PIECE
from billing.people import parties
from billing.refusals import N_
from models import (
    Agreement,
    AgreementState,
    Business,
    Contact,
    DocumentType,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    Project,
)
from models.once import Once

DISCOUNT = N_("Discount")
WITHHOLDING = N_("Withholding tax")


def freeze(invoice: Invoice, project: Project, business: Business) -> dict[str, Any]:
    """All that the invoice says, in the client's language; frozen as canonical JSON."""
    return {
        "format": "milepost-invoice-1",
        "number": invoice.number,
        "issue_date": invoice.issued_on.isoformat(),
        "due_date": invoice.due_on.isoformat(),
        **proposed(invoice, project, business),
    }


def proposed(invoice: Invoice, project: Project, business: Business) -> dict[str, Any]:
    """What a draft says already: all but its number and dates."""
    client, lines = project.client, rows.of(invoice)
    language = languages.spoken(str(client.language))
    return {
        "kind": invoice.kind,
        "document_type": invoice.document_type,
        "credits": _credited(invoice),
        "supply_date": invoice.supplied_on.isoformat() if invoice.supplied_on else None,
        "terms_days": invoice.terms_days,
        "currency": invoice.currency,
        "language": language,
        "seller": parties.billing_seller(business, language),
        "buyer": {**parties.billing_buyer(client, language), "billing_email": _payer(client.id)},
        "bank": parties.bank(business),
        "project": {"id": project.id, "title": project.title},
        "agreement": _agreement_of(project, str(business.timezone)),
        "purchase_order": invoice.purchase_order,
        "buyer_reference": client.buyer_reference,
        "prices": "gross" if project.prices_gross else "net",
        "lines": [line(row) for row in lines],
        "allowances": _allowances(invoice, language),
        "taxes": _taxes(invoice, lines, business, language),
        "net": invoice.net,
        "tax": invoice.tax,
        "total": invoice.total,
        "tax_stated": tax_currencies.stated(invoice, business),
        "withholding": _withholding(invoice, language),
        "note": invoice.note,
        "legal_notes": legal_notes.of(business, client, language),
    }


_PAYERS = Once(
    lambda client: (
        Contact.select(Contact.email)
        .where(Contact.client == client, Contact.is_payer, Contact.removed_at.is_null())
        .order_by(Contact.id)
        .limit(1)
    )
)


def _payer(client_id: int) -> str:
    """Where the client's invoices go, "" if nobody there pays any."""
    found = _PAYERS.first(client_id)
    return str(found[0]) if found else ""


def _allowances(invoice: Invoice, language: str) -> list[dict[str, Any]]:
    """A discount on the whole by category and rate, net."""
    reason = str(invoice.discount_reason) or languages.say(DISCOUNT, language)
    return [{"reason": reason, **row} for row in invoice.allowances]


def _taxes(
    invoice: Invoice, lines: Sequence[InvoiceLine], business: Business, language: str
) -> list[dict[str, Any]]:
    """The tax by category and rate, each with what it is called and why it is so."""
    notes: dict[tuple[str, int], str] = {}
    for row in lines:
        notes[rows.key_of(row)] = notes.get(rows.key_of(row)) or str(row.tax_note)
    return [
        {
            **row,
            "label": parties.tax_label(business, language),
            "note": tax_modes.reason(notes.get((row["category"], row["rate"]), ""), language),
            "reason_code": tax_modes.REASON_CODES.get(row["category"], ""),
        }
        for row in invoice.taxes
    ]


def _withholding(invoice: Invoice, language: str) -> dict[str, Any] | None:
    """Tax that the client keeps back and pays in the seller's name: a memo under the total."""
    if not invoice.withholding:
        return None
    return {"label": languages.say(WITHHOLDING, language), **invoice.withholding}


def said(invoice: Invoice) -> dict[str, Any]:
    """What an issued invoice says, also one that an earlier release froze with less in it."""
    content: dict[str, Any] = json.loads(str(invoice.content))
    is_note = content["kind"] == InvoiceKind.CREDIT_NOTE
    usual = DocumentType.CREDIT_NOTE if is_note else invoice.document_type
    return {
        "document_type": str(usual),
        "buyer_reference": "",
        "allowances": [],
        "withholding": None,
        "tax_stated": None,
        "legal_notes": [],
        **content,
        "seller": {**parties.UNSAID, **content["seller"]},
        "buyer": {**parties.UNSAID, **content["buyer"]},
        "taxes": [{"reason_code": "", **row} for row in content["taxes"]],
        "lines": [
            {"unit": PIECE, "discount": 0, **row, "quantity": str(row["quantity"])}
            for row in content["lines"]
        ],
    }


def _credited(invoice: Invoice) -> dict[str, Any] | None:
    """The invoice that a credit note takes back from."""
    of: Invoice | None = invoice.credits
    if of is None:
        return None
    return {"number": of.number, "issue_date": of.issued_on.isoformat(), "total": of.total}


def line(row: InvoiceLine) -> dict[str, Any]:
    """One line as the document says it; amounts in minor units."""
    return {
        "position": row.position + 1,
        "description": row.description,
        "detail": row.detail,
        "accepted_on": row.accepted_on.isoformat() if row.accepted_on else None,
        "quantity": row.quantity,
        "unit": row.unit,
        "unit_price": row.unit_price,
        "discount": row.discount,
        "amount": row.amount,
        "net": row.net,
        "tax_category": row.tax_category,
        "tax_rate": row.tax_rate,
    }


_IN_FORCE = Once(
    lambda project: Agreement.select(Agreement.version, Agreement.active_at).where(
        Agreement.project == project, Agreement.state == AgreementState.ACTIVE
    )
)


def _agreement_of(project: Project, zone: str) -> dict[str, Any] | None:
    found = _IN_FORCE.first(project.id)
    if found is None:
        return None
    version, active_at = found
    return {"version": version, "active_on": clock.local_date(active_at, zone).isoformat()}

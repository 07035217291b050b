"""What an invoice says: seller, buyer, lines, tax and where to pay, frozen when it is issued."""

from typing import Any

from billing import clock, languages
from billing.invoicing import tax_modes
from billing.people import parties
from models import Agreement, AgreementState, Business, Invoice, InvoiceLine, Project
from models.once import Once


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
    client = project.client
    language = languages.spoken(str(client.language))
    return {
        "kind": invoice.kind,
        "credits": _credited(invoice),
        "supply_date": invoice.supplied_on.isoformat() if invoice.supplied_on else None,
        "terms_days": invoice.terms_days,
        "currency": invoice.currency,
        "language": language,
        "seller": parties.seller(business, language),
        "buyer": parties.buyer(client, language),
        "bank": parties.bank(business),
        "project": {"id": project.id, "title": project.title},
        "agreement": _agreement_of(project, str(business.timezone)),
        "purchase_order": "",
        "prices": "gross" if project.prices_gross else "net",
        "lines": [line(row) for row in lines(invoice)],
        "taxes": [
            {
                **row,
                "label": parties.tax_label(business, language),
                "note": tax_modes.reason(str(project.tax_note), language),
            }
            for row in invoice.taxes
        ],
        "net": invoice.net,
        "tax": invoice.tax,
        "total": invoice.total,
        "note": invoice.note,
    }


def _credited(invoice: Invoice) -> dict[str, Any] | None:
    """The invoice that a credit note takes back from."""
    of: Invoice | None = invoice.credits
    if of is None:
        return None
    return {"number": of.number, "issue_date": of.issued_on.isoformat(), "total": of.total}


_LINES = Once(
    lambda invoice: (
        InvoiceLine.select().where(InvoiceLine.invoice == invoice).order_by(InvoiceLine.position)
    )
)


def lines(invoice: Invoice) -> list[InvoiceLine]:
    """The lines of an invoice, in order."""
    return _LINES.models(invoice.id)


def line(row: InvoiceLine) -> dict[str, Any]:
    """One line as the document says it; amounts in minor units."""
    return {
        "position": row.position + 1,
        "description": row.description,
        "detail": row.detail,
        "accepted_on": row.accepted_on.isoformat() if row.accepted_on else None,
        "quantity": 1,
        "unit_price": row.amount,
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

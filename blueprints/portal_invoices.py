"""An invoice as the client sees it: what to pay, where to, and what was received."""

from typing import Any

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import StringField

from billing import clock, format
from billing.einvoice import stored
from billing.invoicing import credit_notes, invoice_content
from billing.paying import cards, claims, payments, settlement, transfer_codes
from billing.reading import engagements, next_steps
from billing.refusals import Conflict
from blueprints.web import visiting
from blueprints.web.downloads import download, drawing
from blueprints.web.errors import words
from blueprints.web.forms import Form, at_most, optional
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from blueprints.web.visiting import Visit
from models import Invoice

routes = Blueprint("portal_invoices", __name__)
visiting.keep_private(routes)


class ClaimForm(Form):
    reference = StringField(
        lazy_gettext("Reference of your transfer"), validators=[optional(), at_most(200)]
    )


@routes.get("/p/<key>/invoices/<int:invoice_id>")
def show(key: str, invoice_id: int) -> Response:
    visit = visiting.enter(key)
    invoice = _invoice(visit, invoice_id)
    return page("portal/invoice.html", **_told(visit, invoice, ClaimForm()))


@routes.post("/p/<key>/invoices/<int:invoice_id>/claim")
def claim(key: str, invoice_id: int) -> Response:
    visit = visiting.enter(key)
    invoice, form = _invoice(visit, invoice_id), ClaimForm()
    if not form.validate():
        return refuse("portal/invoice.html", **_told(visit, invoice, form))
    here = url_for(".show", key=key, invoice_id=invoice_id)
    try:
        claims.claim(invoice, form.reference.data or "", visit.contact, clock.now())
    except Conflict as said:
        return go(here, words(said), "info")
    return go(here, _("Thank you. %(name)s looks for the money.", name=visit.business.name))


@routes.get("/p/<key>/invoices/<int:invoice_id>/invoice.pdf")
def pdf(key: str, invoice_id: int) -> Response:
    visit = visiting.enter(key)
    made = _invoice(visit, invoice_id).renditions.first() or abort(404)
    return download(made.document)


@routes.get("/p/<key>/invoices/<int:invoice_id>/<einvoice>.xml")
def xml(key: str, invoice_id: int, einvoice: str) -> Response:
    visit = visiting.enter(key)
    return download(stored.one(_invoice(visit, invoice_id), einvoice) or abort(404))


@routes.get("/p/<key>/invoices/<int:invoice_id>/transfer.svg")
def transfer(key: str, invoice_id: int) -> Response:
    """The code for what is due now, nothing where none fits. The query is for caches alone."""
    visit = visiting.enter(key)
    invoice = _invoice(visit, invoice_id)
    code = transfer_codes.of_invoice(invoice, payments.payable(invoice))
    return drawing(code.svg) if code else Response(status=204)


def _invoice(visit: Visit, invoice_id: int) -> Invoice:
    found: Invoice = find(engagements.invoices_of(visit.project), invoice_id)
    return found


def _told(visit: Visit, invoice: Invoice, form: ClaimForm) -> dict[str, Any]:
    today = clock.local_date(clock.now(), visit.business.timezone)
    standing, content = settlement.of(invoice, today), invoice_content.said(invoice)
    return {
        "form": form,
        "invoice": invoice,
        "standing": standing,
        "content": content,
        "bank": _bank(content, standing),
        "by_card": standing.is_asked and cards.offers(invoice, standing.payable),
        "scannable": transfer_codes.of(content, standing.payable) is not None,
        "einvoices": list(stored.of(invoice)),
        "notes": credit_notes.notes_of(invoice),
        "claimed": next_steps.claim_of(standing),
        "payers": [row for row in engagements.contacts_of(visit.project) if row.is_payer],
    }


def _bank(content: dict[str, Any], standing: settlement.Settlement) -> list[dict[str, str]]:
    """What to type into a transfer: each with its label, as it is shown and as it is copied.

    Empty where the seller gave no account.
    """
    bank, currency = content["bank"], content["currency"]
    if not (bank["iban"] or bank["account"]):
        return []
    # Pasted into a bank's form, "100.34" could be ten thousand where a comma parts the cents.
    amount = format.typed(standing.payable, currency, content["language"])
    iban = bank["iban"].replace(" ", "")
    rows = [
        (_("Account holder"), bank["holder"], bank["holder"]),
        (_("IBAN"), format.iban(iban), iban),
        (_("BIC"), bank["bic"], bank["bic"]),
        (_("Account number"), bank["account"], bank["account"]),
        (_("Routing number"), bank["routing"], bank["routing"]),
        (_("Bank"), bank["bank"], bank["bank"]),
        (_("Amount"), f"{amount} {currency}", amount),
        (_("Reference"), content["number"], content["number"]),
    ]
    return [
        {"label": label, "shown": shown, "copied": copied}
        for label, shown, copied in rows
        if copied
    ]

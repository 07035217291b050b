"""E-invoices: the files of an invoice, and what they cover in which country."""

from typing import Any

from flask import Blueprint, Response, abort
from flask_login import current_user, login_required

from billing.einvoice import coverage, shelf, stored
from billing.people import accounts
from billing.people.parties import country_name
from blueprints.web.downloads import download
from blueprints.web.hypermedia import page
from blueprints.web.scoping import find
from models import EInvoiceFormat, Invoice

routes = Blueprint("einvoices", __name__)


@routes.app_template_global()
def einvoices_of(invoice: Invoice, said: dict[str, Any]) -> shelf.Shelf | None:
    """What the invoice's page says of its e-invoices."""
    return shelf.of(invoice, said)


@routes.get("/invoices/<int:invoice_id>/<einvoice>.xml")
@login_required
def show(invoice_id: int, einvoice: str) -> Response:
    invoice = find(Invoice.of(current_user.user), invoice_id)
    return download(stored.one(invoice, einvoice) or abort(404))


@routes.get("/settings/e-invoices")
@login_required
def settings() -> Response:
    return page(
        "einvoices/settings.html",
        rows=[*coverage.COVERAGE, coverage.ELSEWHERE],
        business=accounts.business(current_user.user),
        formats=list(EInvoiceFormat),
        names={row.country: country_name(row.country) for row in coverage.COVERAGE},
    )

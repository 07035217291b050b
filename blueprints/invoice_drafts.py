"""A draft of an invoice, edited: lines, discounts, terms and words, added up as they are typed."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.invoicing import revising
from billing.people import accounts
from billing.refusals import Refusal
from blueprints.web.draft_form import DraftForm, texts_of
from blueprints.web.fields import alter
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import Invoice, InvoiceState

routes = Blueprint("invoice_drafts", __name__, url_prefix="/invoices/<int:invoice_id>/edit")


@routes.get("")
@login_required
def edit(invoice_id: int) -> Response:
    invoice = _draft(invoice_id)
    form = DraftForm(formdata=None, data=texts_of(invoice)).about(invoice, _business())
    return page("invoices/edit.html", **_told(invoice, form))


@routes.post("")
@login_required
def save(invoice_id: int) -> Response:
    invoice = _draft(invoice_id)
    form = DraftForm().about(invoice, _business())
    if "change" in request.form:
        alter(form.lines, request.form["change"])
        form.about(invoice, _business())
        told = _told(invoice, form)
        return refuse("invoices/edit.html", 200, "invoices/_draft_lines.html", **told)
    if not form.validate():
        return refuse("invoices/edit.html", **_told(invoice, form))
    try:
        revising.revise(invoice, form.draft, form.seen.data or "", current_user.user, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("invoices/edit.html", refusal.status, **_told(invoice, form))
    return go(url_for("invoices.show", invoice_id=invoice.id), _("The draft is saved."))


def _business() -> Any:
    return accounts.business(current_user.user)


def _draft(invoice_id: int) -> Invoice:
    scope = Invoice.of(current_user.user).where(Invoice.state == InvoiceState.DRAFT)
    found: Invoice = find(scope, invoice_id)
    return found


def _told(invoice: Invoice, form: DraftForm) -> dict[str, Any]:
    """The form, and what it comes to where it can be added up."""
    return {
        "invoice": invoice,
        "form": form,
        "currency": invoice.currency,
        "sums": form.sums(invoice),
        "is_gross": bool(invoice.project.prices_gross),
        "client": invoice.client,
    }

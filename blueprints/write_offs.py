"""What the owner no longer expects of an invoice: written off, or expected again."""

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock, format
from billing.paying import write_offs
from billing.people import accounts
from billing.refusals import Refusal
from blueprints.web import invoice_page
from blueprints.web.hypermedia import go
from blueprints.web.invoice_page import WriteOffForm
from blueprints.web.scoping import find
from models import Invoice

routes = Blueprint("write_offs", __name__, url_prefix="/invoices/<int:invoice_id>/write-offs")


@routes.post("")
@login_required
def write_off(invoice_id: int) -> Response:
    invoice, form, owner = _invoice(invoice_id), WriteOffForm(prefix="off-"), current_user.user
    form.amount.understand(invoice.currency, accounts.business(owner).country)
    if not form.validate():
        return invoice_page.show(invoice, 422, off=form)
    what = form.amount.minor or 0, form.reason.data, form.key.data
    try:
        write_offs.write_off(invoice, *what, invoice_page.today(), owner, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return invoice_page.show(invoice, refusal.status, off=form)
    told = format.money(form.amount.minor or 0, invoice.currency)
    return go(_here(invoice), _("%(amount)s is written off.", amount=told))


@routes.post("/<int:write_off_id>/reversal")
@login_required
def reverse(invoice_id: int, write_off_id: int) -> Response:
    invoice = _invoice(invoice_id)
    made = find(invoice.write_offs, write_off_id)
    write_offs.reverse(made, invoice_page.today(), current_user.user, clock.now())
    told = format.money(abs(made.amount), invoice.currency)
    return go(_here(invoice), _("You expect %(amount)s again.", amount=told))


def _invoice(invoice_id: int) -> Invoice:
    found: Invoice = find(Invoice.of(current_user.user), invoice_id)
    return found


def _here(invoice: Invoice) -> str:
    return url_for("invoices.show", invoice_id=invoice.id)

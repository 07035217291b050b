"""Payments of an invoice: recorded, taken back, and the client's word confirmed or refused."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock, format
from billing.paying import claims, payments, transfer_codes
from billing.people import accounts
from billing.refusals import Refusal
from blueprints.web import invoice_page
from blueprints.web.downloads import drawing
from blueprints.web.formatting import zone
from blueprints.web.hypermedia import go
from blueprints.web.invoice_page import PaymentForm
from blueprints.web.scoping import find
from models import Invoice

routes = Blueprint("payments", __name__, url_prefix="/invoices/<int:invoice_id>")


@routes.post("/payments")
@login_required
def record(invoice_id: int) -> Response:
    invoice, form = _invoice(invoice_id), PaymentForm()
    form.amount.understand(invoice.currency, accounts.business(current_user.user).country)
    if not form.validate():
        return invoice_page.show(invoice, 422, form)
    who_when = current_user.user, clock.now()
    how = form.method.data, form.reference.data or "", _agreed_surplus()
    try:
        payments.record(
            invoice,
            form.amount.minor or 0,
            form.received_on.data,
            form.key.data,
            *who_when,
            *how,
        )
    except Refusal as refusal:
        form.refused(refusal)
        return invoice_page.show(invoice, refusal.status, form)
    told = format.money(form.amount.minor or 0, invoice.currency)
    return go(_here(invoice), _("%(amount)s is recorded.", amount=told))


@routes.get("/transfer.svg")
@login_required
def transfer(invoice_id: int) -> Response:
    """The code for what is due now, nothing where none fits. The query is for caches alone."""
    invoice = _invoice(invoice_id)
    code = transfer_codes.of_invoice(invoice, payments.payable(invoice))
    return drawing(code.svg) if code else Response(status=204)


@routes.post("/refunds")
@login_required
def refund(invoice_id: int) -> Response:
    invoice, key = _invoice(invoice_id), request.form.get("key", "")[:64]
    today = invoice_page.today()
    booked = payments.refund(invoice, today, key, current_user.user, clock.now())
    told = format.money(abs(booked.amount), invoice.currency)
    return go(_here(invoice), _("%(amount)s is recorded as paid back.", amount=told))


@routes.post("/payments/<int:payment_id>/reversal")
@login_required
def reverse(invoice_id: int, payment_id: int) -> Response:
    invoice = _invoice(invoice_id)
    payment = find(invoice.payments, payment_id)
    payments.reverse(payment, current_user.user, clock.now())
    told = format.money(abs(payment.amount), invoice.currency)
    return go(_here(invoice), _("The payment of %(amount)s is taken back.", amount=told))


@routes.post("/claims/<int:claim_id>/confirmation")
@login_required
def confirm(invoice_id: int, claim_id: int) -> Response:
    invoice = _invoice(invoice_id)
    claimed = find(invoice.claims, claim_id)
    booked = claims.confirm(claimed, zone(), current_user.user, clock.now())
    told = format.money(booked.amount, invoice.currency)
    return go(_here(invoice), _("%(amount)s is recorded.", amount=told))


@routes.post("/claims/<int:claim_id>/refusal")
@login_required
def decline(invoice_id: int, claim_id: int) -> Response:
    invoice = _invoice(invoice_id)
    claims.decline(find(invoice.claims, claim_id), current_user.user, clock.now())
    return go(_here(invoice), _("Noted. The invoice stays open, and your client's page says so."))


def _agreed_surplus() -> int:
    """How much more than is due the owner has agreed to keep as the client's credit."""
    agreed = request.form.get("surplus", "")
    return int(agreed) if agreed.isdecimal() and len(agreed) < 16 else 0


def _invoice(invoice_id: int) -> Invoice:
    found: Invoice = find(Invoice.of(current_user.user), invoice_id)
    return found


def _here(invoice: Invoice) -> str:
    return url_for("invoices.show", invoice_id=invoice.id)

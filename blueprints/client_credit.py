"""A client's credit: its page, refunds of it, and what of it settles an invoice."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from billing import clock, format
from billing.paying import client_credit
from billing.paying.client_credit import Standing
from billing.people import accounts
from billing.refusals import Refusal
from blueprints.web import invoice_page
from blueprints.web.fields import DayField, choices
from blueprints.web.forms import Form, KeyField, MoneyField, at_most, optional, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import Client, CreditEntry, Invoice

routes = Blueprint("client_credit", __name__)


class RefundForm(Form):
    """Credit that was paid back to the client."""

    currency = SelectField(_l("Currency"))
    amount = MoneyField(_l("Amount"), [required(_l("Enter the amount you paid back."))])
    paid_on = DayField(_l("Paid back on"), [InputRequired(_l("Say when you paid it back."))])
    reference = StringField(_l("Reference"), [optional(), at_most(200)])
    key = KeyField()

    def validate_paid_on(self, field: DayField) -> None:
        invoice_page.refuse_other_days(field)

    def about(self, standing: list[Standing]) -> "RefundForm":
        """Offer the currencies in which there is credit."""
        held = [each.currency for each in standing if each.left]
        self.currency.choices = choices({each: each for each in held})
        return self


@routes.get("/clients/<int:client_id>/credit")
@login_required
def show(client_id: int) -> Response:
    client = _client(client_id)
    standing = client_credit.of_client(client)
    held = next((each for each in standing if each.left), None)
    amount = format.plain(held.left, held.currency) if held else ""
    form = RefundForm(formdata=None, amount=amount, paid_on=invoice_page.today())
    return page("client_credit/show.html", **_told(client, form.about(standing)))


@routes.post("/clients/<int:client_id>/credit/refunds")
@login_required
def refund(client_id: int) -> Response:
    client, owner = _client(client_id), current_user.user
    form = RefundForm().about(client_credit.of_client(client))
    form.amount.understand(form.currency.data or client.currency, accounts.business(owner).country)
    if not form.validate():
        return refuse("client_credit/show.html", **_told(client, form))
    what = form.currency.data, form.amount.minor or 0, form.paid_on.data, form.key.data
    try:
        made = client_credit.refund(client, *what, clock.now(), form.reference.data or "")
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("client_credit/show.html", refusal.status, **_told(client, form))
    told = format.money(abs(made.amount), made.currency)
    return go(_here(client), _("%(amount)s is recorded as paid back.", amount=told))


@routes.post("/clients/<int:client_id>/credit/<int:entry_id>/reversal")
@login_required
def take_back(client_id: int, entry_id: int) -> Response:
    client = _client(client_id)
    entry = find(CreditEntry.of(client), entry_id)
    client_credit.take_back(entry, current_user.user, clock.now())
    return go(_here(client), _("It is taken back."))


@routes.post("/invoices/<int:invoice_id>/client-credit")
@login_required
def use(invoice_id: int) -> Response:
    invoice, typed = _invoice(invoice_id), request.form.get("amount", "")
    amount = int(typed) if typed.isdecimal() and len(typed) < 16 else 0
    key, today = request.form.get("key", "")[:64], invoice_page.today()
    client_credit.use(invoice, amount, key, today, current_user.user, clock.now())
    told = format.money(amount, invoice.currency)
    there = url_for("invoices.show", invoice_id=invoice.id)
    return go(there, _("%(amount)s of credit is used.", amount=told))


@routes.post("/invoices/<int:invoice_id>/surplus")
@login_required
def keep(invoice_id: int) -> Response:
    invoice, key = _invoice(invoice_id), request.form.get("key", "")[:64]
    today = invoice_page.today()
    kept = client_credit.keep(invoice, key, today, current_user.user, clock.now())
    told = format.money(abs(kept.amount), invoice.currency)
    there = url_for("invoices.show", invoice_id=invoice.id)
    return go(there, _("%(amount)s is kept as credit.", amount=told))


def _client(client_id: int) -> Client:
    found: Client = find(Client.of(current_user.user), client_id)
    return found


def _invoice(invoice_id: int) -> Invoice:
    found: Invoice = find(Invoice.of(current_user.user), invoice_id)
    return found


def _told(client: Client, form: RefundForm) -> dict[str, Any]:
    return {"client": client, "standing": client_credit.of_client(client), "form": form}


def _here(client: Client) -> str:
    return url_for(".show", client_id=client.id)

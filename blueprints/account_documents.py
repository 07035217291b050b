"""Statements of account, receipts and dunning letters: drawn up, made by the worker, kept."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import SelectField
from wtforms.validators import InputRequired

from billing import clock
from billing.paying import account_documents, account_letters
from billing.refusals import Refusal
from blueprints.web import invoice_page
from blueprints.web.downloads import download
from blueprints.web.fields import DayField, choices
from blueprints.web.forms import Form
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import AccountDocument, Client, Invoice

routes = Blueprint("account_documents", __name__)


class StatementForm(Form):
    """A period and a currency that the client was billed in."""

    currency = SelectField(_l("Currency"))
    first = DayField(_l("First day"), [InputRequired(_l("Say from which day."))])
    last = DayField(_l("Last day"), [InputRequired(_l("Say to which day."))])

    def about(self, client: Client) -> "StatementForm":
        """Offer the currencies there is something to say of."""
        known = account_documents.currencies_of(client) or [str(client.currency)]
        self.currency.choices = choices({each: each for each in known})
        return self


@routes.get("/clients/<int:client_id>/statements")
@login_required
def statements(client_id: int) -> Response:
    client, today = _client(client_id), invoice_page.today()
    form = StatementForm(formdata=None, first=date(today.year, 1, 1), last=today).about(client)
    return page("account_documents/index.html", **_told(client, form))


@routes.post("/clients/<int:client_id>/statements")
@login_required
def state(client_id: int) -> Response:
    client = _client(client_id)
    form = StatementForm().about(client)
    if not form.validate():
        return refuse("account_documents/index.html", **_told(client, form))
    wanted = form.currency.data, form.first.data, form.last.data
    try:
        made = account_documents.statement(client, *wanted, current_user.user, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("account_documents/index.html", **_told(client, form))
    return go(_here(made), _("The statement is drawn up."))


@routes.post("/invoices/<int:invoice_id>/payments/<int:payment_id>/receipt")
@login_required
def receipt(invoice_id: int, payment_id: int) -> Response:
    payment = find(_invoice(invoice_id).payments, payment_id)
    made = account_documents.receipt(payment, current_user.user, clock.now())
    return go(_here(made))


@routes.post("/invoices/<int:invoice_id>/dunning")
@login_required
def dun(invoice_id: int) -> Response:
    made = account_documents.dunning(_invoice(invoice_id), current_user.user, clock.now())
    return go(_here(made), _("The letter is drawn up. It is not sent by itself."))


@routes.get("/documents/<int:document_id>")
@login_required
def show(document_id: int) -> Response:
    made = _document(document_id)
    said = account_documents.said(made)
    readers = account_letters.recipients(made)
    told = {"said": said, "client": made.client, "readers": readers}
    return page("account_documents/show.html", made=made, **told)


@routes.post("/documents/<int:document_id>/sending")
@login_required
def send(document_id: int) -> Response:
    made = _document(document_id)
    readers = account_letters.send(made, clock.now())
    told = _("It goes to %(who)s.", who=", ".join(row.email for row in readers))
    return go(_here(made), told)


@routes.get("/documents/<int:document_id>/document.pdf")
@login_required
def pdf(document_id: int) -> Response:
    made = _document(document_id)
    if made.document is None:
        return go(_here(made))
    return download(made.document)


def _client(client_id: int) -> Client:
    found: Client = find(Client.of(current_user.user), client_id)
    return found


def _invoice(invoice_id: int) -> Invoice:
    found: Invoice = find(Invoice.of(current_user.user), invoice_id)
    return found


def _document(document_id: int) -> AccountDocument:
    found: AccountDocument = find(AccountDocument.of(current_user.user), document_id)
    return found


def _told(client: Client, form: StatementForm) -> dict[str, Any]:
    return {"client": client, "form": form, "made": account_documents.of_client(client)}


def _here(made: AccountDocument) -> str:
    return url_for("account_documents.show", document_id=made.id)

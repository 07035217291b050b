"""Credit notes by hand: how much of each line, why, and what exactly that does."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import TextAreaField

from billing import clock, format, outbox
from billing.invoicing import credit_notes, numbering
from billing.invoicing.credit_notes import CreditReasonMissing
from billing.paying import settlement
from billing.people import accounts
from billing.refusals import Refusal
from blueprints.web import invoice_page
from blueprints.web.forms import Form, KeyField, MoneyField, at_most, optional, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import Invoice, InvoiceKind, InvoiceLine

routes = Blueprint("credit_notes", __name__, url_prefix="/invoices/<int:invoice_id>/credit")


class CreditForm(Form):
    """Why, and an amount for each line, in fields called line_<id>."""

    reason = TextAreaField(_l("Why"), [required(_l(CreditReasonMissing.sentence)), at_most(1000)])
    key = KeyField()

    @property
    def lines(self) -> list[MoneyField]:
        return [each for each in self if each.name.startswith("line_")]

    @property
    def amounts(self) -> dict[int, int]:
        """Minor units by line id; a line left blank is not credited."""
        return {int(each.name.removeprefix("line_")): each.minor or 0 for each in self.lines}


def credit_form(invoice: Invoice, left: dict[InvoiceLine, int], posted: bool) -> CreditForm:
    """With a field for each line that has something left, all of it to begin with."""

    class Composed(CreditForm):
        pass

    currency, known = str(invoice.currency), {}
    for line in (line for line, rest in left.items() if rest):
        setattr(Composed, f"line_{line.id}", MoneyField(line.description, [optional()]))
        known[f"line_{line.id}"] = format.plain(left[line], currency)
    form = Composed() if posted else Composed(formdata=None, data=known)
    country = accounts.business(current_user.user).country
    for each in form.lines if posted else ():
        each.understand(currency, country)
    return form


@routes.get("")
@login_required
def new(invoice_id: int) -> Response:
    invoice = _invoice(invoice_id)
    form = credit_form(invoice, credit_notes.left_of(invoice), posted=False)
    return page("credit_notes/new.html", **_told(invoice, form))


@routes.post("")
@login_required
def issue(invoice_id: int) -> Response:
    invoice = _invoice(invoice_id)
    form = credit_form(invoice, credit_notes.left_of(invoice), posted=True)
    if not form.validate():
        return refuse("credit_notes/new.html", **_told(invoice, form))
    owner, now = current_user.user, clock.now()
    try:
        if "sure" not in request.form:
            credit_notes.check(invoice, form.amounts)
            return page("credit_notes/sure.html", **_told(invoice, form, form.amounts))
        note = credit_notes.issue(
            invoice, form.amounts, form.reason.data, form.key.data, owner, now
        )
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("credit_notes/new.html", refusal.status, **_told(invoice, form))
    here = url_for("invoices.show", invoice_id=note.id)
    return go(here, _("%(number)s is issued.", number=note.number))


def _told(
    invoice: Invoice, form: CreditForm, amounts: dict[int, int] | None = None
) -> dict[str, Any]:
    """What both pages show; with amounts also what crediting them does."""
    standing = settlement.of(invoice, invoice_page.today())
    sums = credit_notes.totals(invoice, amounts) if amounts else None
    after = standing.due - standing.to_refund - sums.total if sums else 0
    return {
        "form": form,
        "invoice": invoice,
        "standing": standing,
        "left": credit_notes.left_of(invoice),
        "sums": sums,
        "due": max(0, after),
        "to_refund": max(0, -after),
        "number": numbering.following(invoice.owner, invoice_page.today(), InvoiceKind.CREDIT_NOTE),
        "payers": [contact.email for contact in outbox.contacts(invoice.project, "payer")],
    }


def _invoice(invoice_id: int) -> Invoice:
    scope = Invoice.of(current_user.user).where(
        Invoice.kind == InvoiceKind.INVOICE, Invoice.number.is_null(False)
    )
    found: Invoice = find(scope, invoice_id)
    return found

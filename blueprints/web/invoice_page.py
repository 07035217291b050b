"""The page of one invoice, with whatever form on it was refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, g
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from billing import clock, format
from billing.paying import account_documents, money_days, transfer_codes
from billing.reading import invoice_overview
from billing.refusals import Refusal
from blueprints.web.errors import words
from blueprints.web.fields import DayField
from blueprints.web.formatting import zone
from blueprints.web.forms import Form, KeyField, MoneyField, at_most, optional, required
from blueprints.web.hypermedia import page, refuse
from models import Invoice

METHODS = (
    SelectChoice("bank", _l("Bank transfer")),
    SelectChoice("card", _l("Card")),
    SelectChoice("cash", _l("Cash")),
    SelectChoice("cheque", _l("Cheque")),
    SelectChoice("withheld", _l("Tax withheld by the client")),
    SelectChoice("other", _l("Something else")),
)


class PaymentForm(Form):
    """Money received, as the owner found it on their account."""

    amount = MoneyField(_l("Amount"), [required(_l("Enter the amount you received."))])
    received_on = DayField(_l("Received on"), [InputRequired(_l("Say when the money came."))])
    method = SelectField(_l("How"), choices=METHODS, default="bank")
    reference = StringField(_l("Reference"), [optional(), at_most(200)])
    key = KeyField()

    def validate_received_on(self, field: Any) -> None:
        refuse_other_days(field)


class WriteOffForm(Form):
    """What the owner no longer expects, and why."""

    amount = MoneyField(_l("Amount"), [required(_l("Enter the amount to write off."))])
    reason = StringField(_l("Reason"), [required(_l("Say why you write it off.")), at_most(300)])
    key = KeyField()


def today() -> date:
    """The owner's calendar day."""
    return clock.local_date(clock.now(), zone())


def refuse_other_days(field: Any, check: Callable[..., None] = money_days.check) -> None:
    """What was paid was paid by today, and not ages ago."""
    if field.data:
        try:
            check(field.data, today())
        except Refusal as refusal:
            raise ValidationError(words(refusal)) from refusal


def show(
    invoice: Invoice,
    status: int = 200,
    form: PaymentForm | None = None,
    off: WriteOffForm | None = None,
) -> Response:
    """The page; a refused form comes along as it was typed."""
    seen = invoice_overview.read(invoice, clock.now())
    g.zone = str(seen.business.timezone)
    answer = page if form is None and off is None else refuse
    return answer(
        "invoices/show.html",
        status,
        invoice=invoice,
        seen=seen,
        standing=seen.standing,
        form=form or _offered(seen),
        surplus=_surplus(form, seen) if form else 0,
        off=off or _offered_off(seen),
        scannable=transfer_codes.of_invoice(invoice, seen.standing.payable) is not None,
        is_disputed=seen.standing.is_overdue and account_documents.is_disputed(invoice),
        methods={choice.value: choice.label for choice in METHODS},
    )


def _offered(seen: invoice_overview.Overview) -> PaymentForm:
    """A payment of all that is due, today: what is most often the case.

    Tax that the client keeps back comes last, as what it is.
    """
    due, kept_back = seen.standing.due, seen.withheld_due
    is_rest = bool(kept_back) and due == kept_back
    amount = due if is_rest else due - kept_back
    return PaymentForm(
        formdata=None,
        amount=format.plain(amount, str(seen.standing.invoice.currency)),
        received_on=today(),
        method="withheld" if is_rest else "bank",
    )


def _surplus(form: PaymentForm, seen: invoice_overview.Overview) -> int:
    """What of a typed payment is more than is due, and would be credit (minor units)."""
    return max(0, (form.amount.minor or 0) - seen.standing.due)


def _offered_off(seen: invoice_overview.Overview) -> WriteOffForm:
    """All that is left: what is most often written off."""
    currency = str(seen.standing.invoice.currency)
    amount = format.plain(seen.standing.due, currency)
    return WriteOffForm(formdata=None, prefix="off-", amount=amount)

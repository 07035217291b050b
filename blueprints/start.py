"""The first run: one page to a project ready to offer, or to an issued invoice."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from billing import clock, countries
from billing.people import accounts
from billing.planning import beginnings
from billing.refusals import Refusal
from blueprints.web.choices import CountryField, CurrencyField
from blueprints.web.config import installation
from blueprints.web.fields import DayField
from blueprints.web.forms import Form, KeyField, MoneyField, at_most, email, optional, required
from blueprints.web.hypermedia import go, page, refuse, swap
from models import Business

routes = Blueprint("start", __name__, url_prefix="/start")

PROJECT, INVOICE = "project", "invoice"


class StartForm(Form):
    way = RadioField(
        _l("What comes first?"),
        choices=[
            SelectChoice(PROJECT, _l("Start a project")),
            SelectChoice(INVOICE, _l("Bill finished work")),
        ],
        default=PROJECT,
    )
    business_name = StringField(
        _l("Your name or your business's"), [required(_l("Enter your name.")), at_most(200)]
    )
    country = CountryField(_l("Your country"), [required(_l("Choose your country."))])
    client_name = StringField(
        _l("Client"), [required(_l("Enter your client's name.")), at_most(200)]
    )
    client_email = StringField(_l("Client's e-mail"), email())
    outcome = StringField(_l("Outcome"), [required(_l("Say what your client gets.")), at_most(200)])
    done_when = StringField(_l("Done when"), [at_most(500)])
    price = MoneyField(_l("Price"), [required(_l("Enter the price."))])
    currency = CurrencyField(_l("Currency"))
    due_on = DayField(_l("Due"), [optional()])
    asked = HiddenField()
    key = KeyField()

    def validate_done_when(self, field: StringField) -> None:
        if self.way.data == PROJECT and not field.data:
            raise StopValidation(_("Say how both of you will see that it is done."))

    @classmethod
    def of(cls, business: Business) -> "StartForm":
        """What is still unknown of the business is asked; the rest is taken from it."""
        form = cls(data={"currency": business.currency if business.country else ""})
        form.currency.choices = [SelectChoice("", _("Your country's")), *form.currency.choices]
        form.home = form.country.data or str(business.country)
        form.terms_days, form.is_taxed = int(business.terms_days), bool(business.tax_registered)
        if beginnings.is_introduced(business):
            form.home = str(business.country)
            del form.business_name, form.country
        form.price.understand(form.currency.data or countries.currency_of(form.home), form.home)
        return form

    def suit_country(self) -> None:
        """Offer the currency of the country chosen, unless another was chosen by hand."""
        if self.currency.data in {"", countries.currency_of(self.asked.data or "")}:
            self.currency.data = countries.currency_of(self.home) if self.home else ""

    @property
    def said(self) -> beginnings.Said:
        return beginnings.Said(
            business_name=self.business_name.data if "business_name" in self else "",
            country=self.home,
            client_name=self.client_name.data,
            client_email=self.client_email.data,
            outcome=self.outcome.data,
            done_when=self.done_when.data,
            price=self.price.minor,
            currency=self.price.currency,
            due_on=self.due_on.data,
            key=self.key.data,
        )


@routes.route("", methods=["GET", "POST"])
@login_required
def index() -> Response:
    form = StartForm.of(accounts.business(current_user.user))
    if not form.validate_on_submit():
        return _shown(form, refuse if form.is_submitted() else page)
    try:
        return _project(form) if form.way.data == PROJECT else _invoice(form)
    except Refusal as refusal:
        form.refused(refusal)
        return _shown(form, refuse)


@routes.post("/amount")
@login_required
def amount() -> Response:
    """The price's fields in the currency of the country chosen. Changes nothing."""
    form = StartForm.of(accounts.business(current_user.user))
    form.suit_country()
    return swap("start/_amount.html", url_for("start.index"), form=form)


def _project(form: StartForm) -> Response:
    project = beginnings.start_project(form.said, current_user.user, clock.now())
    told = _("Your project is ready. Look it over, then send the agreement.")
    return go(url_for("projects.show", project_id=project.id), told)


def _invoice(form: StartForm) -> Response:
    invoice = beginnings.bill_finished_work(form.said, current_user.user, clock.now())
    facts = {"number": invoice.number, "email": form.client_email.data}
    told = (
        _("Invoice %(number)s is issued and on its way to %(email)s.", **facts)
        if installation().sends_mail
        else _(
            "Invoice %(number)s is issued. This server sends no mail, so pass it on yourself:"
            " the message waits in the outbox.",
            **facts,
        )
    )
    return go(url_for("invoices.show", invoice_id=invoice.id), told)


def _shown(form: StartForm, answer: Any) -> Response:
    return answer("start/index.html", form=form, sends_mail=installation().sends_mail)

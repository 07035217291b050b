"""The owner's own table of tax rates, and which of them their clients get, with the reason."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import FormField, SelectField, StringField
from wtforms.validators import InputRequired

from billing.invoicing import rates, tax_currencies, tax_modes
from billing.invoicing.rates import Rate
from billing.people import accounts
from billing.refusals import Refusal
from blueprints.web.business_form import RateField
from blueprints.web.choices import CurrencyField
from blueprints.web.fields import DayField, Rows, alter, choices
from blueprints.web.forms import Form, at_most, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.project_forms import TAXES
from models import Invoice, Project

routes = Blueprint("tax_rates", __name__, url_prefix="/settings/tax")


class RateForm(Form):
    """One row; without a name it is left out."""

    class Meta:
        csrf = False

    name = StringField(_l("Name"), [at_most(80)])
    category = SelectField(_l("Kind"), choices=choices(TAXES), default="S")
    rate = RateField(_l("Rate"))
    note = StringField(_l("What the invoice says"), [at_most(300)])


class TableForm(Form):
    rates = Rows(FormField(RateForm))

    def table(self) -> list[Rate]:
        """The rows as they were typed, in the verb's units."""
        rows = (entry.form for entry in self.rates)
        return [
            Rate(row.name.data, row.category.data, row.rate.data or 0, row.note.data or "")
            for row in rows
            if row.name.data
        ]


class ExchangeForm(Form):
    """What a foreign currency is in the owner's, for the tax on invoices in it."""

    currency = CurrencyField(_l("Currency"))
    rate = StringField(_l("What 1 of it is worth"), [required(_l("Enter the rate.")), at_most(40)])
    day = DayField(_l("On which day"), [InputRequired(_l("Say on which day it held."))])
    source = StringField(
        _l("Where it stands"), [required(_l("Say where it stands.")), at_most(100)]
    )

    @property
    def entered(self) -> tax_currencies.Rate:
        return tax_currencies.Rate(
            self.currency.data, self.rate.data or "", self.day.data, self.source.data or ""
        )


@routes.get("")
@login_required
def show() -> Response:
    return page("settings/tax.html", **_told(_known()))


@routes.post("")
@login_required
def save() -> Response:
    form = TableForm()
    if "change" in request.form:
        alter(form.rates, request.form["change"])
        return refuse("settings/tax.html", 200, "settings/_rates.html", **_told(form))
    if not form.validate():
        return refuse("settings/tax.html", **_told(form))
    try:
        rates.save(form.table(), current_user.user)
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("settings/tax.html", **_told(form))
    return go(url_for(".show"), _("Your rates are saved."))


@routes.post("/exchange-rates")
@login_required
def enter() -> Response:
    owner, form = current_user.user, ExchangeForm(prefix="exchange-")
    try:
        if form.validate():
            tax_currencies.enter(form.entered, owner, accounts.business(owner))
            return go(url_for(".show", _anchor="about-exchange"), _("The rate is entered."))
    except Refusal as refusal:
        form.refused(refusal)
    return refuse("settings/tax.html", **_told(_known(), form))


@routes.app_template_global()
def tax_unstated(invoice: Invoice, said: dict[str, Any]) -> str:
    """The currency that an invoice should state its tax in and does not, or ""."""
    return tax_currencies.missing(invoice, accounts.business(current_user.user), said)


@routes.app_template_global()
def exchange_rate_wanted(project: Project) -> str:
    """The currency that the tax on a project's invoices could not be stated in today, or ""."""
    business = accounts.business(current_user.user)
    return tax_currencies.wanted(business, str(project.currency), int(project.tax_rate))


@routes.post("/reset")
@login_required
def reset() -> Response:
    rates.begin_again(current_user.user)
    return go(url_for(".show"), _("The table has the usual rates of your country again."))


def _known() -> TableForm:
    known = rates.of(accounts.business(current_user.user))
    return TableForm(formdata=None, data={"rates": [_row(each) for each in known]})


def _row(rate: Rate) -> dict[str, Any]:
    return {"name": rate.name, "category": rate.category, "rate": rate.rate, "note": rate.note}


def _told(form: TableForm, exchange: ExchangeForm | None = None) -> dict[str, Any]:
    business = accounts.business(current_user.user)
    own = tax_currencies.own(business)
    likely = "USD" if own == "EUR" else "EUR"
    return {
        "form": form,
        "exchange": exchange or ExchangeForm(formdata=None, prefix="exchange-", currency=likely),
        "own_currency": own,
        "exchange_rates": list(tax_currencies.of(business)),
        "business": business,
        "is_own": rates.is_own(current_user.user),
        "modes": tax_modes.examples(business, rates.of(business)),
    }

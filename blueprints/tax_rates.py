"""The owner's own table of tax rates, and which of them their clients get, with the reason."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import FormField, SelectField, StringField

from billing.invoicing import rates, tax_modes
from billing.invoicing.rates import Rate
from billing.people import accounts
from billing.refusals import Refusal
from blueprints.web.business_form import RateField
from blueprints.web.fields import Rows, alter, choices
from blueprints.web.forms import Form, at_most
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.project_forms import TAXES

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


@routes.get("")
@login_required
def show() -> Response:
    known = rates.of(accounts.business(current_user.user))
    return page("settings/tax.html", **_told(TableForm(data={"rates": [_row(r) for r in known]})))


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


@routes.post("/reset")
@login_required
def reset() -> Response:
    rates.begin_again(current_user.user)
    return go(url_for(".show"), _("The table has the usual rates of your country again."))


def _row(rate: Rate) -> dict[str, Any]:
    return {"name": rate.name, "category": rate.category, "rate": rate.rate, "note": rate.note}


def _told(form: TableForm) -> dict[str, Any]:
    business = accounts.business(current_user.user)
    return {
        "form": form,
        "business": business,
        "is_own": rates.is_own(current_user.user),
        "modes": tax_modes.examples(business, rates.of(business)),
    }

"""Late payment: which claims the owner's letters make, and the base rates they follow from."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired

from billing.dunning import late, schemes
from billing.refusals import Refusal
from blueprints.web import invoice_page
from blueprints.web.business_form import RateField
from blueprints.web.fields import DayField, choices
from blueprints.web.forms import Form, at_most, required
from blueprints.web.hypermedia import go, page, refuse
from models import Invoice

routes = Blueprint("late_payment", __name__, url_prefix="/settings/late-payment")

LAWS = {
    "": _l("Claim nothing"),
    "eu": _l("European Union: base rate of the ECB + 8 points, €40"),
    "de": _l("Germany: Basiszinssatz + 9 points, €40"),
    "uk": _l("United Kingdom: Bank Rate + 8 points, £40 to £100"),
}


class PlanForm(Form):
    scheme = SelectField(_l("By which law"), choices=choices(LAWS), default="")
    fixed = BooleanField(_l("Claim the fixed sum too"))


class RateForm(Form):
    since = DayField(_l("Since"), [InputRequired(_l("Say since when it holds."))])
    rate = RateField(_l("Base rate"))
    source = StringField(
        _l("Where it stands"), [required(_l("Say where it stands.")), at_most(200)]
    )


@routes.get("")
@login_required
def show() -> Response:
    return page("settings/late_payment.html", **_told())


@routes.post("")
@login_required
def save() -> Response:
    form = PlanForm()
    if not form.validate():
        return refuse("settings/late_payment.html", **_told(form=form))
    schemes.choose(form.scheme.data, form.fixed.data, current_user.user)
    return go(url_for(".show"), _("Saved."))


@routes.post("/rates")
@login_required
def enter() -> Response:
    plan, form = schemes.plan_of(current_user.user), RateForm(prefix="rate-")
    if plan.scheme is None or not form.validate():
        return refuse("settings/late_payment.html", **_told(rate=form))
    entered = schemes.Rate(form.since.data, form.rate.data or 0, form.source.data)
    try:
        schemes.enter(entered, plan.scheme.reference, current_user.user)
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("settings/late_payment.html", refusal.status, **_told(rate=form))
    return go(url_for(".show"), _("The base rate is entered."))


@routes.app_template_global()
def late_claim_of(invoice: Invoice) -> dict[str, Any]:
    """What may be claimed of an overdue invoice today, or which rate is missing for that."""
    try:
        return {"claim": late.claim(invoice, invoice_page.today()), "missing": ""}
    except late.BaseRateMissing as refusal:
        return {"claim": None, "missing": refusal.facts["since"]}


def _told(form: PlanForm | None = None, rate: RateForm | None = None) -> dict[str, Any]:
    owner = current_user.user
    plan = schemes.plan_of(owner)
    key = plan.scheme.key if plan.scheme else ""
    rates = schemes.rates_of(owner, plan.scheme.reference) if plan.scheme else []
    return {
        "form": form or PlanForm(formdata=None, scheme=key, fixed=plan.fixed),
        "rate": rate or RateForm(formdata=None, prefix="rate-"),
        "plan": plan,
        "rates": rates[::-1],
    }

"""How invoices and credit notes are numbered: patterns, the year, and where it goes on."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from billing import clock
from billing.invoicing import numbering
from billing.refusals import Refusal
from blueprints.web.fields import CountField
from blueprints.web.forms import Form, at_most, optional, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.invoice_page import today
from models import InvoiceKind

routes = Blueprint("numbering", __name__, url_prefix="/settings/numbers")

KINDS = {InvoiceKind.INVOICE: _l("Invoices"), InvoiceKind.CREDIT_NOTE: _l("Credit notes")}


class SeriesForm(Form):
    pattern = StringField(_l("Pattern"), [required(_l("Write a pattern.")), at_most(40)])
    restart = RadioField(
        _l("Numbers"),
        choices=[
            SelectChoice("running", _l("run on and on")),
            SelectChoice("yearly", _l("begin at 1 each year")),
        ],
    )
    next_number = CountField(
        _l("Next number"), [NumberRange(1, 10**8, _l("Write a whole number, like 42."))]
    )
    reason = StringField(_l("Why numbers are left out"), [optional(), at_most(300)])

    @property
    def wanted(self) -> numbering.Wanted:
        yearly = self.restart.data == "yearly"
        return numbering.Wanted(
            self.pattern.data, yearly, self.next_number.data, self.reason.data or ""
        )

    def named_for(self, kind: InvoiceKind) -> "SeriesForm":
        """Two of them stand on one page, so their ids carry the kind."""
        for each in self:
            each.id = each.label.field_id = f"{kind}-{each.name}"
        return self


@routes.get("")
@login_required
def show() -> Response:
    return page("settings/numbers.html", **_told())


@routes.post("/<kind>")
@login_required
def save(kind: str) -> Response:
    kind = InvoiceKind(kind) if kind in set(InvoiceKind) else abort(404)
    form, owner = SeriesForm().named_for(kind), current_user.user
    if not form.validate():
        return refuse("settings/numbers.html", **_told(kind, form))
    try:
        if "preview" in request.form:
            following = numbering.check(owner, kind, form.wanted, today())
            return page("settings/numbers.html", **_told(kind, form, following))
        numbering.revise(owner, kind, form.wanted, today(), clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("settings/numbers.html", **_told(kind, form))
    return go(url_for(".show"), _("Saved. Nothing that was issued changes its number."))


def _told(
    kind: InvoiceKind | None = None, form: SeriesForm | None = None, following: str = ""
) -> dict[str, Any]:
    """Both kinds as they are numbered; of one, what was typed and what it would give."""
    known = {each: numbering.of(current_user.user, each, today()) for each in KINDS}
    forms = {each: _form(each, known[each]) for each in KINDS if each != kind}
    return {
        "kinds": KINDS,
        "known": known,
        "forms": {**forms, **({kind: form} if form else {})},
        "form": form,
        "previewed": {kind: following} if following else {},
        "gaps": numbering.gaps(current_user.user),
    }


def _form(kind: InvoiceKind, known: numbering.Numbering) -> SeriesForm:
    form = SeriesForm(
        formdata=None,
        pattern=known.pattern,
        restart="yearly" if known.yearly else "running",
        next_number=known.next_number,
    )
    return form.named_for(kind)

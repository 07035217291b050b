"""Billing details as the client's payer completes them: name, number, order, address, mailbox."""

from dataclasses import asdict

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import Email

from billing import clock
from billing.people import payers
from billing.refusals import Refusal
from blueprints.web import visiting
from blueprints.web.choices import CountryField
from blueprints.web.forms import Form, at_most, optional
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.visiting import Visit
from models import Business, Client, Contact

routes = Blueprint("portal_payer", __name__)
visiting.keep_private(routes)


class PayerForm(Form):
    """All of it may stay empty."""

    legal_name = StringField(_l("Legal name"), [optional(), at_most(200)])
    tax_id = StringField(_l("VAT or tax number"), [optional(), at_most(40)])
    purchase_order = StringField(_l("Purchase order"), [optional(), at_most(100)])
    buyer_reference = StringField(_l("Buyer reference"), [optional(), at_most(100)])
    billing_street = TextAreaField(_l("Street and number"), [optional(), at_most(300)])
    billing_postcode = StringField(_l("Postcode"), [optional(), at_most(20)])
    billing_city = StringField(_l("Town"), [optional(), at_most(100)])
    billing_region = StringField(_l("State or region"), [optional(), at_most(100)])
    billing_country = CountryField(_l("Country"), [optional()])
    email = EmailField(
        _l("Invoices also go to"),
        [
            optional(),
            Email(_l("Enter an e-mail address, like name@example.com.")),
            at_most(254),
        ],
    )

    @property
    def details(self) -> payers.Details:
        names = payers.Details.__dataclass_fields__
        return payers.Details(**{name: self[name].data or "" for name in names})


@routes.app_template_global()
def billing_missing(business: Business, client: Client, reader: Contact) -> list[str] | None:
    """What invoices still need of the client, for a reader who may say it; else None."""
    found = payers.missing(business, client)
    return found if found and payers.may_complete(client, reader) else None


@routes.get("/p/<key>/billing")
def show(key: str) -> Response:
    visit = visiting.enter(key)
    form = PayerForm(formdata=None, data=asdict(payers.of(visit.project)))
    return page("portal/billing.html", **_told(visit, form))


@routes.post("/p/<key>/billing")
def save(key: str) -> Response:
    visit, form = visiting.enter(key), PayerForm()
    if not form.validate():
        return refuse("portal/billing.html", **_told(visit, form))
    try:
        payers.complete(visit.project, form.details, visit.contact, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("portal/billing.html", refusal.status, **_told(visit, form))
    return go(url_for("portal.show", key=key), _("Thank you. Invoices to come say it like this."))


def _told(visit: Visit, form: PayerForm) -> dict[str, object]:
    client = visit.project.client
    return {
        "form": form,
        "client": client,
        "missing": payers.missing(visit.business, client),
        "may": payers.may_complete(client, visit.contact),
    }

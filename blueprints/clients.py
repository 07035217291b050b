"""Clients: the list with its search, one client's page, and what is known of them."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, StopValidation

from billing import clock, identifiers
from billing.invoicing import tax_countries
from billing.mailing import paces
from billing.paying import client_credit
from billing.people import accounts, clients, contacts
from billing.people.parties import address
from blueprints.web.choices import (
    CountryField,
    CurrencyField,
    LanguageField,
    country,
    language,
    zones_or_usual,
)
from blueprints.web.formatting import zone
from blueprints.web.forms import Form, at_most, obey, optional, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import Client, ClientKind, Project

routes = Blueprint("clients", __name__, url_prefix="/clients")

LONGEST_SEARCH = 100


class ClientForm(Form):
    name = StringField(_l("Name"), [required(_l("Enter the client's name.")), at_most(200)])
    kind = RadioField(
        _l("They buy as"),
        choices=[
            SelectChoice(ClientKind.BUSINESS, _l("A business")),
            SelectChoice(ClientKind.CONSUMER, _l("A consumer")),
        ],
        default=ClientKind.BUSINESS,
    )
    country = CountryField(_l("Country"), [required(_l("Choose the client's country."))])
    language = LanguageField(_l("Language"))
    currency = CurrencyField(_l("Currency"))
    street = TextAreaField(_l("Street and number"), [optional(), at_most(300)])
    postcode = StringField(_l("Postcode"), [optional(), at_most(20)])
    city = StringField(_l("Town"), [optional(), at_most(100)])
    region = StringField(_l("State or region"), [optional(), at_most(100)])
    timezone = SelectField(_l("Time zone"), choices=zones_or_usual, validators=[optional()])
    tax_id = StringField(_l("VAT or tax number"), [optional(), at_most(40)])
    legal_name = StringField(_l("Legal name"), [optional(), at_most(200)])
    tax_number = StringField(_l("Other tax number"), [optional(), at_most(40)])
    buyer_reference = StringField(_l("Buyer reference"), [optional(), at_most(100)])
    billing_street = TextAreaField(_l("Street and number"), [optional(), at_most(300)])
    billing_postcode = StringField(_l("Postcode"), [optional(), at_most(20)])
    billing_city = StringField(_l("Town"), [optional(), at_most(100)])
    billing_region = StringField(_l("State or region"), [optional(), at_most(100)])
    billing_country = CountryField(_l("Country"), [optional()])

    def validate_tax_id(self, field: StringField) -> None:
        if self.kind.data == ClientKind.BUSINESS:
            field.data = obey(identifiers.tax_id, field.data or "", self.country.data, True)

    def validate_tax_number(self, field: StringField) -> None:
        if self.kind.data == ClientKind.BUSINESS:
            field.data = obey(identifiers.tax_number, field.data or "", self.country.data)

    @property
    def known(self) -> tax_countries.Country:
        """How numbers are written in the client's country."""
        return tax_countries.of(self.country.data or "")

    @property
    def profile(self) -> clients.Profile:
        names = clients.Profile.__dataclass_fields__
        return clients.Profile(**{name: self[name].data or "" for name in names})


class TogetherWith:
    """A field that may stay empty, unless the other one of its pair is filled in."""

    field_flags = {"optional": True}

    def __init__(self, other: str, message: Any) -> None:
        self.other, self.message = other, message

    def __call__(self, form: Form, field: Any) -> None:
        if not field.data:
            raise StopValidation(self.message if form[self.other].data else "")


class NewClientForm(ClientForm):
    """A client, and whom one deals with there."""

    contact_name = StringField(
        _l("Contact's name"),
        [TogetherWith("contact_email", _l("Say whose e-mail address this is.")), at_most(200)],
    )
    contact_email = StringField(
        _l("Contact's e-mail"),
        [
            TogetherWith("contact_name", _l("Enter the contact's e-mail address too.")),
            Email(_l("Enter an e-mail address, like name@example.com.")),
            at_most(254),
        ],
    )

    @property
    def contact(self) -> contacts.Person | None:
        if not self.contact_email.data:
            return None
        return contacts.Person(self.contact_name.data, self.contact_email.data)


@routes.get("")
@login_required
def index() -> Response:
    words = request.args.get("q", "")[:LONGEST_SEARCH]
    archived = "archived" in request.args
    number = request.args.get("page", 1, type=int)
    listed = clients.listed(current_user.user, words, archived, number)
    return page(
        "clients/index.html", listed=listed, words=words, archived=archived, country=country
    )


@routes.route("/new", methods=["GET", "POST"])
@login_required
def new() -> Response:
    business = accounts.business(current_user.user)
    form = NewClientForm(data={"country": business.country, "currency": business.currency})
    if not form.validate_on_submit():
        return _form("clients/new.html", form)
    client = clients.add(form.profile, current_user.user, clock.now(), form.contact)
    return go(_show(client), _("%(name)s was added.", name=client.name))


@routes.get("/<int:client_id>")
@login_required
def show(client_id: int) -> Response:
    client = find(Client.of(current_user.user), client_id)
    present, removed = clients.contacts_of(client)
    return page(
        "clients/show.html",
        client=client,
        contacts=present,
        removed=removed,
        vacant=contacts.vacant(present),
        quieter=paces.quieter(client),
        projects=clients.projects(client),
        credit=client_credit.of_client(client),
        begun=_begun,
        address=address(client),
        country=country(client.country),
        language=language(client.language),
    )


@routes.route("/<int:client_id>/edit", methods=["GET", "POST"])
@login_required
def edit(client_id: int) -> Response:
    client = find(Client.of(current_user.user), client_id)
    form = ClientForm(obj=client)
    if not form.validate_on_submit():
        return _form("clients/edit.html", form, client=client)
    clients.revise(client, form.profile)
    return go(_show(client), _("Saved."))


@routes.post("/<int:client_id>/archive")
@login_required
def archive(client_id: int) -> Response:
    client = find(Client.of(current_user.user), client_id)
    clients.archive(client, clock.now())
    return go(_show(client))


@routes.post("/<int:client_id>/restoration")
@login_required
def restore(client_id: int) -> Response:
    client = find(Client.of(current_user.user), client_id)
    clients.restore(client)
    return go(_show(client), _("%(name)s is back among your clients.", name=client.name))


def _begun(project: Project) -> date:
    """The owner's day on which a project came into being."""
    return clock.local_date(project.created_at, zone())


def _show(client: Client) -> str:
    return url_for("clients.show", client_id=client.id)


def _form(template: str, form: Form, **context: Any) -> Response:
    if form.is_submitted():
        return refuse(template, form=form, **context)
    return page(template, form=form, **context)

"""Contacts of a client: added, edited, removed and brought back."""

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import BooleanField, StringField

from billing import clock
from billing.people import contacts
from billing.refusals import Refusal
from blueprints.web.errors import words
from blueprints.web.forms import Form, at_most, email, optional, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.mail_form import MailForm
from blueprints.web.scoping import find
from models import Client, Contact

routes = Blueprint("contacts", __name__, url_prefix="/clients/<int:client_id>/contacts")


class ContactForm(Form):
    name = StringField(_l("Name"), [required(_l("Enter the contact's name.")), at_most(200)])
    email = StringField(_l("E-mail"), email())
    title = StringField(_l("Position"), [optional(), at_most(100)])
    is_signer = BooleanField(_l("Signs"), default=True)
    is_approver = BooleanField(_l("Approves"), default=True)
    is_payer = BooleanField(_l("Pays"), default=True)

    @property
    def person(self) -> contacts.Person:
        names = contacts.Person.__dataclass_fields__
        return contacts.Person(**{name: self[name].data or "" for name in names})


@routes.route("/new", methods=["GET", "POST"])
@login_required
def new(client_id: int) -> Response:
    client = find(Client.of(current_user.user), client_id)
    form = ContactForm()
    if form.validate_on_submit():
        try:
            contact = contacts.add(client, form.person, current_user.user, clock.now())
            return go(_client(client), _("%(name)s was added.", name=contact.name))
        except Refusal as refusal:
            form.refused(refusal)
    return _form("contacts/new.html", form, client)


@routes.route("/<int:contact_id>", methods=["GET", "POST"])
@login_required
def edit(client_id: int, contact_id: int) -> Response:
    contact = _find(client_id, contact_id, removed=False)
    form = ContactForm(obj=contact)
    if form.validate_on_submit():
        try:
            contacts.revise(contact, form.person, current_user.user, clock.now())
            return go(_client(contact.client), _("Saved."))
        except Refusal as refusal:
            form.refused(refusal)
    return _form("contacts/edit.html", form, contact.client, contact=contact)


@routes.post("/<int:contact_id>/removal")
@login_required
def remove(client_id: int, contact_id: int) -> Response:
    contact = _find(client_id, contact_id, removed=False)
    try:
        contacts.remove(contact, current_user.user, clock.now())
    except Refusal as refusal:
        form = ContactForm(formdata=None, obj=contact)
        answer = {"client": contact.client, "contact": contact, "refused": words(refusal)}
        return refuse("contacts/edit.html", refusal.status, form=form, **answer)
    return go(_client(contact.client), _("%(name)s was removed.", name=contact.name))


@routes.post("/<int:contact_id>/restoration")
@login_required
def restore(client_id: int, contact_id: int) -> Response:
    contact = _find(client_id, contact_id, removed=True)
    contacts.restore(contact, current_user.user, clock.now())
    return go(_client(contact.client), _("%(name)s is back.", name=contact.name))


@routes.route("/<int:contact_id>/mails", methods=["GET", "POST"])
@login_required
def mails(client_id: int, contact_id: int) -> Response:
    contact = _find(client_id, contact_id, removed=False)
    form = MailForm.of(contact)
    if form.validate_on_submit():
        try:
            form.choose(contact, current_user.user, clock.now())
            return go(_client(contact.client), _("Saved."))
        except Refusal as refusal:
            form.refused(refusal)
    return _form("contacts/mails.html", form, contact.client, contact=contact)


def _find(client_id: int, contact_id: int, removed: bool) -> Contact:
    """The owner's contact of this client; one that was removed can only be brought back."""
    scope = Contact.of(current_user.user).where(
        Contact.client == client_id, Contact.removed_at.is_null(not removed)
    )
    found: Contact = find(scope, contact_id)
    return found


def _client(client: Client) -> str:
    return url_for("clients.show", client_id=client.id, _anchor="contacts")


def _form(template: str, form: ContactForm, client: Client, **context: object) -> Response:
    if form.is_submitted():
        return refuse(template, form=form, client=client, **context)
    return page(template, form=form, client=client, **context)

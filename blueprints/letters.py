"""A letter to a client about another way of working: written, looked at, sent or copied."""

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.outcomes import client_letters
from billing.refusals import Refusal
from blueprints.web import letter_page
from blueprints.web.hypermedia import go, page, refuse, swap
from blueprints.web.letter_page import LetterForm, PastNameForm
from blueprints.web.scoping import find
from models import Client, ClientLetter, Contact, LetterWay

routes = Blueprint("letters", __name__, url_prefix="/clients/<int:client_id>/letter")


@routes.get("")
@login_required
def index(client_id: int) -> Response:
    client = _client(client_id)
    return page("letters/index.html", **letter_page.told(client, letter_page.fresh(client)))


@routes.post("")
@login_required
def keep(client_id: int) -> Response:
    client = _client(client_id)
    form = LetterForm().offer(letter_page.present(client))
    form.validate()
    if form.contact.errors:
        return refuse("letters/index.html", **letter_page.told(client, form))
    client_letters.keep(client, form.words, clock.now())
    told = letter_page.told(client, form)
    return swap("letters/_preview.html", url_for(".index", client_id=client.id), **told)


@routes.post("/anew")
@login_required
def begin_anew(client_id: int) -> Response:
    client = _client(client_id)
    client_letters.begin_anew(client, PastNameForm().name.data or "", clock.now())
    return go(url_for(".index", client_id=client.id), _("The letter is written anew."))


@routes.post("/sending")
@login_required
def send(client_id: int) -> Response:
    return _let_go(_client(client_id), LetterWay.MAIL)


@routes.post("/copy")
@login_required
def copy(client_id: int) -> Response:
    return _let_go(_client(client_id), LetterWay.COPIED)


@routes.get("/<int:letter_id>")
@login_required
def show(client_id: int, letter_id: int) -> Response:
    client = _client(client_id)
    sent = find(ClientLetter.of(current_user.user).where(Client.id == client.id), letter_id)
    letter = letter_page.sent_letter(sent.contact, sent.id)
    is_on_record = client_letters.is_on_record(client)
    return page(
        "letters/show.html", client=client, sent=sent, letter=letter, is_on_record=is_on_record
    )


def _let_go(client: Client, way: LetterWay) -> Response:
    form = LetterForm().offer(letter_page.present(client))
    if not form.validate():
        return refuse("letters/index.html", **letter_page.told(client, form))
    contact, owner = find(Contact.of(current_user.user), form.contact.data), current_user.user
    try:
        made = client_letters.send(contact, form.words, form.key.data, way, owner, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("letters/index.html", refusal.status, **letter_page.told(client, form))
    return go(url_for(".show", client_id=client.id, letter_id=made.id))


def _client(client_id: int) -> Client:
    found: Client = find(Client.of(current_user.user), client_id)
    return found

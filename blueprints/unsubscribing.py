"""Fewer mails, by the link in the foot of one: its signed token is all that is needed."""

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _

from billing import clock
from billing.mailing import opting_out
from billing.mailing.opting_out import Asked
from billing.people import accounts
from blueprints.web.config import installation
from blueprints.web.formatting import speak
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.mail_form import MailForm
from blueprints.web.security import csrf
from models import Contact

routes = Blueprint("unsubscribing", __name__, url_prefix="/mails")


@routes.get("/<token>")
def show(token: str) -> Response:
    asked = _asked(token)
    return page("mails/unsubscribe.html", **_told(token, asked, MailForm.of(asked.reader)))


@routes.post("/<token>")
@csrf.exempt
def stop(token: str) -> Response:
    """One click, of a person or of their mail program, which follows no redirect (RFC 8058)."""
    asked = _asked(token)
    opting_out.stop(asked, clock.now())
    form = MailForm.afresh(asked.reader)
    return page("mails/unsubscribe.html", **_told(token, asked, form))


@routes.post("/<token>/choice")
def choose(token: str) -> Response:
    asked = _asked(token)
    form = MailForm.of(asked.reader)
    if not form.validate():
        return refuse("mails/unsubscribe.html", **_told(token, asked, form))
    form.choose(asked.reader, asked.reader, clock.now())
    return go(url_for(".show", token=token), _("Saved."))


def _asked(token: str) -> Asked:
    asked = opting_out.read(token, installation().secret) or abort(404)
    if isinstance(asked.reader, Contact):
        speak(str(asked.reader.client.language))
    return asked


def _told(token: str, asked: Asked, form: MailForm) -> dict[str, object]:
    reader = asked.reader
    client = reader.client if isinstance(reader, Contact) else None
    seller = accounts.business(client.owner).name or client.owner.email if client else ""
    return {"token": token, "asked": asked, "form": form, "client": client, "seller": seller}

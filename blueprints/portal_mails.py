"""Which mails a client's contact gets, as they choose on their own page."""

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from billing import clock
from blueprints.web import visiting
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.mail_form import MailForm

routes = Blueprint("portal_mails", __name__)
visiting.keep_private(routes)


@routes.get("/p/<key>/mails")
def show(key: str) -> Response:
    visit = visiting.enter(key)
    return page("portal/mails.html", form=MailForm.of(visit.contact))


@routes.post("/p/<key>/mails")
def save(key: str) -> Response:
    visit = visiting.enter(key)
    form = MailForm.of(visit.contact)
    if not form.validate():
        return refuse("portal/mails.html", form=form)
    form.choose(visit.contact, visit.contact, clock.now())
    return go(url_for("portal.show", key=key), _("Saved."))

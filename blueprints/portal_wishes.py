"""What a signer may ask for instead of signing: paper, another person; or an objection."""

from typing import Any

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _

from billing import clock
from billing.agreeing import forwarding, paper, wishes
from billing.refusals import Refusal
from blueprints.web import visiting
from blueprints.web.forms import Form
from blueprints.web.hypermedia import go, refuse
from blueprints.web.signing_page import ForwardForm, ObjectionForm, PaperForm, shown, versions
from blueprints.web.visiting import Visit
from models import Agreement

routes = Blueprint("portal_wishes", __name__, url_prefix="/p/<key>/agreement")
visiting.keep_private(routes)


@routes.post("/paper")
def paper_please(key: str) -> Response:
    visit = visiting.enter(key)
    agreement, form = _newest(visit), PaperForm()
    if not form.validate():
        return _refused(visit, agreement, paper_form=form)
    paper.ask(agreement, form.paper_note.data or "", visit.contact, clock.now())
    return _told(key, _("%(name)s is told that you would like to sign on paper.", **_seller(visit)))


@routes.post("/forwarding")
def forward(key: str) -> Response:
    visit = visiting.enter(key)
    agreement, form = _newest(visit), ForwardForm()
    if not form.validate():
        return _refused(visit, agreement, forward_form=form)
    named = form.person.data, form.email.data, form.forward_note.data or ""
    try:
        forwarding.ask(agreement, *named, visit.contact, clock.now())
    except (forwarding.SamePerson, wishes.AskedTooOften) as refusal:
        form.refused(refusal)
        return _refused(visit, agreement, forward_form=form)
    return _told(key, _("%(name)s is told who signs, and sends it to them.", **_seller(visit)))


@routes.post("/objection")
def object_to(key: str) -> Response:
    visit = visiting.enter(key)
    agreement, form = _newest(visit), ObjectionForm()
    if not form.validate():
        return _refused(visit, agreement, objection_form=form)
    try:
        wishes.object_to(agreement, form.objection.data, visit.contact, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return _refused(visit, agreement, refusal.status, objection_form=form)
    return _told(key, _("Your objection is on record, and %(name)s is told.", **_seller(visit)))


def _newest(visit: Visit) -> Agreement:
    return next(iter(versions(visit)), None) or abort(404)


def _seller(visit: Visit) -> dict[str, str]:
    return {"name": str(visit.business.name)}


def _told(key: str, words: str) -> Response:
    return go(url_for("portal_agreement.show", key=key), words)


def _refused(visit: Visit, agreement: Agreement, status: int = 422, **sent: Form) -> Response:
    told: dict[str, Any] = shown(visit, agreement, **sent)
    return refuse("portal/agreement.html", status, **told)

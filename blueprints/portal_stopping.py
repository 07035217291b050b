"""Stopping a project from the client's page: what it costs today and why, by who signs."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from billing import clock, outbox
from billing.ending import stopping
from billing.refusals import Refusal
from blueprints.web import visiting
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.stop_form import StopForm
from blueprints.web.visiting import Visit

routes = Blueprint("portal_stopping", __name__)
visiting.keep_private(routes)


@routes.get("/p/<key>/stopping")
def show(key: str) -> Response:
    visit = visiting.enter(key)
    price = stopping.price(visit.project, clock.now())
    return page("portal/stopping.html", **_told(visit, price, StopForm(formdata=None)))


@routes.post("/p/<key>/stopping")
def stop(key: str) -> Response:
    visit, form, now = visiting.enter(key), StopForm(), clock.now()
    price = stopping.price(visit.project, now)
    if not form.validate():
        return refuse("portal/stopping.html", **_told(visit, price, form))
    try:
        stopping.stop(
            visit.project, form.reason.data or "", form.seen.data or "", visit.contact, now
        )
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("portal/stopping.html", refusal.status, **_told(visit, price, form))
    told = _("The project is stopped. %(name)s is told so.", name=visit.business.name)
    return go(url_for("portal.show", key=key), told)


def _told(visit: Visit, price: stopping.Price | None, form: StopForm) -> dict[str, Any]:
    return {
        "form": form.showing(price),
        "price": price,
        "signers": list(outbox.contacts(visit.project, "signer")),
    }

"""Choosing from an offer: tiers and add-ons, their total, and the choice made to be signed."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from billing import clock
from billing.agreeing import agreements, picking
from billing.refusals import Refusal
from blueprints.web import choosing_page, visiting
from blueprints.web.errors import words
from blueprints.web.hypermedia import go, is_partial, page, swap
from models import Agreement

routes = Blueprint("portal_options", __name__)
visiting.keep_private(routes)


@routes.get("/p/<key>/agreement/options")
def show(key: str) -> Response:
    visit = visiting.enter(key)
    standing = agreements.standing(visit.project)
    offer = picking.offer_of(standing) if standing else None
    if standing is None or offer is None or not choosing_page.may_choose(visit, standing):
        return go(_agreement(key))
    choice = choosing_page.posted()
    if choice == picking.Choice() and "asked" not in request.args:
        # Nothing is chosen beforehand, but what was chosen before is still chosen.
        choice = picking.choice_in(agreements.read(standing))
    told = choosing_page.shown(visit, standing, offer, choice)
    if is_partial():
        return swap("portal/_choice.html", "", **told)
    return page("portal/options.html", **told)


@routes.post("/p/<key>/agreement/choice")
def pick(key: str) -> Response:
    visit, choice = visiting.enter(key), choosing_page.posted()
    seen = agreements.version(visit.project, request.form.get("version", type=int))
    try:
        if seen is None or seen.payload is None:
            raise picking.ChosenMeanwhile
        picking.pick(seen, choice, visit.contact, clock.now())
    except Refusal as refusal:
        return go(url_for(".show", key=key), words(refusal), "warn")
    return go(url_for(".making", key=key))


@routes.get("/p/<key>/agreement/making")
def making(key: str) -> Response:
    visit = visiting.enter(key)
    standing: Agreement | None = agreements.standing(visit.project)
    if standing is None or not picking.is_being_made(standing):
        return go(_agreement(key), None if is_partial() else _("Your choice is ready to sign."))
    if is_partial():
        return Response(status=204)
    return page("portal/choice_making.html", payload=agreements.read(standing))


def _agreement(key: str) -> str:
    return url_for("portal_agreement.show", key=key)

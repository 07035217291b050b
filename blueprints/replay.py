"""The replay: past hours under each model of pricing, as their owner assumes."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing.outcomes import replay_assumptions
from blueprints.web.hypermedia import go, is_partial, page, refuse, swap
from blueprints.web.replay_page import Page

routes = Blueprint("replay", __name__, url_prefix="/outcomes/replay")


@routes.get("")
@login_required
def index() -> Response:
    visit = Page(current_user.user, request.args if "longer" in request.args else None)
    if not visit.is_typed:
        return page("replay/index.html", **visit.told())
    if not visit.form.validate():
        return refuse("replay/index.html", **visit.told())
    return page("replay/index.html", **visit.told(visit.form.assumptions))


@routes.post("")
@login_required
def keep() -> Response:
    visit = Page(current_user.user, request.form)
    if not visit.form.validate():
        return refuse("replay/index.html", partial="replay/_replay.html", **visit.told())
    replay_assumptions.keep(current_user.user, visit.form.assumptions)
    told = Page(current_user.user).told()
    toast = None if is_partial() else _("Your assumptions are kept.")
    return swap("replay/_replay.html", url_for(".index"), toast=toast, **told)


@routes.post("/restart")
@login_required
def start_over() -> Response:
    replay_assumptions.start_over(current_user.user)
    return go(url_for(".index"), _("Everything is assumed as at first again."))

"""Repeating work: what is prepared again each month, and its end."""

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.planning import retainers
from billing.reading import months_to_send
from blueprints.web.hypermedia import go, page
from blueprints.web.scoping import find
from models import Retainer

routes = Blueprint("retainers", __name__, url_prefix="/retainers")
routes.add_app_template_global(months_to_send.retainer_of, "retainer_of")


@routes.get("")
@login_required
def index() -> Response:
    return page("retainers/index.html", shown=retainers.shown(current_user.user))


@routes.post("/<int:retainer_id>/ending")
@login_required
def end(retainer_id: int) -> Response:
    retainer = find(Retainer.of(current_user.user), retainer_id)
    retainers.end(retainer, clock.now())
    return go(url_for(".index"), _("“%(title)s” no longer repeats.", title=retainer.title))

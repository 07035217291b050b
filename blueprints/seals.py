"""The owner's way on where a timestamp authority keeps a seal waiting."""

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock, sealing
from billing.agreeing import agreements
from blueprints.web.errors import words
from blueprints.web.hypermedia import go
from blueprints.web.scoping import find
from models import Project

routes = Blueprint("seals", __name__)


@routes.post("/projects/<int:project_id>/agreement/sealing")
@login_required
def do_without(project_id: int) -> Response:
    project = find(Project.of(current_user.user), project_id)
    agreement = agreements.current(project) or abort(404)
    here = url_for("agreements.show", project_id=project.id)
    try:
        sealing.do_without(agreement, current_user.user, clock.now())
    except sealing.TooEarly as refusal:
        return go(here, words(refusal), "warn")
    return go(here, _("It is sealed without a timestamp from outside."))

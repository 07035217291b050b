"""What clients supply, for the owner: noted as arrived, or said not to be complete."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.accepting import supplies
from billing.planning import plan
from blueprints.web.hypermedia import go
from blueprints.web.scoping import find
from models import Milestone, Project

routes = Blueprint("duties", __name__, url_prefix="/projects/<int:project_id>")


def _home(milestone: Milestone) -> str:
    anchor = f"milestone_{milestone.id}"
    return url_for("projects.show", project_id=milestone.project_id, _anchor=anchor)


@routes.post("/milestones/<int:milestone_id>/duties")
@login_required
def supply(project_id: int, milestone_id: int) -> Response:
    milestone = plan.row(current_user.user, project_id, milestone_id) or abort(404)
    duty, note = request.form.get("duty", ""), request.form.get("note", "")[:1000]
    # A page that is kept holds no random key; what was returned before makes it another deed.
    key = f"arrived:{request.form.get('after', 0, type=int)}:{duty}"
    supplies.supply(milestone, duty, current_user.user, clock.now(), key, note)
    return go(_home(milestone), _("“%(duty)s” is noted as arrived.", duty=duty))


@routes.post("/supplies/<int:supply_id>/reopening")
@login_required
def reopen(project_id: int, supply_id: int) -> Response:
    project: Project = find(Project.of(current_user.user), project_id)
    row = supplies.of(project, supply_id) or abort(404)
    reason = request.form.get("reason", "")[:1000]
    supplies.reopen(row, reason, current_user.user, clock.now())
    return go(_home(row.milestone), _("Your client is told what is missing."))

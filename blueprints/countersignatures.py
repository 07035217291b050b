"""The owner's signature under a version that the client has signed."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import agreements, clock, signing
from billing.refusals import Conflict
from blueprints.web.errors import words
from blueprints.web.hypermedia import go, refuse
from blueprints.web.scoping import find
from blueprints.web.standing import CountersignForm, standing
from models import Project

routes = Blueprint("countersignatures", __name__)


@routes.post("/projects/<int:project_id>/agreement/countersignature")
@login_required
def countersign(project_id: int) -> Response:
    project = find(Project.of(current_user.user), project_id)
    agreement = agreements.version(project, request.form.get("version", type=int))
    if agreement is None or agreement.document is None:
        abort(404)
    form = CountersignForm().about(agreement)
    if not form.validate():
        return refuse("agreements/show.html", **standing(project, form))
    try:
        signing.countersign(agreement, form.intent, current_user.user, clock.now())
    except Conflict as refusal:
        return _reread(project, form, refusal)
    told = _("Both sides have signed. The agreement is in force.")
    return go(url_for("agreements.show", project_id=project.id), told)


def _reread(project: Project, form: CountersignForm, refusal: Conflict) -> Response:
    """The version as it stands, to be read again: the boxes are empty, the name is kept."""
    fresh = CountersignForm(formdata=None, name=form.name.data)
    fresh.form_errors.append(words(refusal))
    return refuse("agreements/show.html", refusal.status, **standing(project, fresh))

"""The owner's signature under a version that the client has signed."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.agreeing import agreements, signing
from billing.refusals import Conflict, WrongPassword
from blueprints.web import tries
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
    user, password = current_user.user, form.password.data
    tries.count_sign_in(user.email)
    try:
        signing.countersign(agreement, form.intent, user, clock.now(), password)
    except WrongPassword as refusal:
        form.refused(refusal)
        return refuse("agreements/show.html", **standing(project, form))
    except Conflict as refusal:
        return _reread(project, form, refusal)
    tries.forget_sign_ins(user.email)
    told = _("Both have signed. The sealed copy is being made.")
    return go(url_for("agreements.show", project_id=project.id), told)


def _reread(project: Project, form: CountersignForm, refusal: Conflict) -> Response:
    """The version as it stands, to be read again: the boxes are empty, the name is kept."""
    fresh = CountersignForm(formdata=None, name=form.name.data)
    fresh.form_errors.append(words(refusal))
    return refuse("agreements/show.html", refusal.status, **standing(project, fresh))

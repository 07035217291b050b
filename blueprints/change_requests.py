"""What clients wish to be different: taken up as a change order, or declined with a reason."""

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.changes import requests
from billing.refusals import Refusal
from blueprints.web import change_page
from blueprints.web.change_forms import AnswerForm
from blueprints.web.hypermedia import go, refuse
from blueprints.web.scoping import find
from models import ChangeRequest

routes = Blueprint("change_requests", __name__, url_prefix="/change-requests")


@routes.post("/<int:request_id>/taking-up")
@login_required
def take_up(request_id: int) -> Response:
    wish = _wish(request_id)
    requests.take_up(wish, current_user.user, clock.now())
    if wish.points:
        here = url_for("changes.add", project_id=wish.project_id, wish=wish.id)
        return go(here, _("Give it a price, then send it. Your client signs before you begin."))
    if wish.milestone_id:
        where = {"project_id": wish.project_id, "milestone_id": wish.milestone_id}
        return go(url_for("changes.alter", **where), _("Write down what is to change."))
    here = url_for("changes.show", project_id=wish.project_id)
    return go(here, _("Write down what is to change, then send it."))


@routes.post("/<int:request_id>/refusal")
@login_required
def decline(request_id: int) -> Response:
    wish = _wish(request_id)
    form = AnswerForm.of(wish)
    if not form.validate():
        return _refused(wish, form)
    try:
        requests.decline(wish, form.answer.data, current_user.user, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return _refused(wish, form, refusal.status)
    told = _("%(name)s reads your answer on their page.", name=wish.contact.name)
    return go(url_for("projects.show", project_id=wish.project_id), told)


def _wish(request_id: int) -> ChangeRequest:
    found: ChangeRequest = find(ChangeRequest.of(current_user.user), request_id)
    return found


def _refused(wish: ChangeRequest, form: AnswerForm, status: int = 422) -> Response:
    told = change_page.composed(wish.project)
    told["wishes"] = [
        (row, form if row.id == wish.id else answer) for row, answer in told["wishes"]
    ]
    return refuse("changes/compose.html", status, **{**told, "form": form})

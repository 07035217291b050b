"""What both sides say of a milestone, as the owner reads and writes it."""

from typing import Any

from flask import Blueprint, Response, abort, url_for
from flask_login import current_user, login_required

from billing import clock
from billing.accepting import comments
from billing.planning import plan
from billing.refusals import Refusal
from blueprints.web import handing
from blueprints.web.commenting import CommentForm, ErasureForm, answer, thread
from blueprints.web.forms import Form
from models import Milestone, ProjectState

routes = Blueprint("comments", __name__, url_prefix="/projects/<int:project_id>/milestones")

PAGE = "comments/show.html"


@routes.url_value_preprocessor
def _take_files(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    handing.take_one()


def _milestone(project_id: int, milestone_id: int) -> Milestone:
    found = plan.row(current_user.user, project_id, milestone_id) or abort(404)
    if found.project.state in (ProjectState.DRAFT, ProjectState.OFFERED):
        abort(404)
    return found


def _here(milestone: Milestone) -> str:
    return url_for(".show", project_id=milestone.project_id, milestone_id=milestone.id)


@routes.get("/<int:milestone_id>/comments")
@login_required
def show(project_id: int, milestone_id: int) -> Response:
    milestone = _milestone(project_id, milestone_id)
    return answer(PAGE, _thread(milestone))


def _thread(milestone: Milestone, form: Form | None = None) -> dict[str, Any]:
    return thread(milestone, _here(milestone), current_user.user, form)


@routes.post("/<int:milestone_id>/comments")
@login_required
def say(project_id: int, milestone_id: int) -> Response:
    milestone, form = _milestone(project_id, milestone_id), CommentForm()
    here = _here(milestone)
    if not form.validate():
        return answer(PAGE, _thread(milestone, form), 422)
    try:
        by, now = current_user.user, clock.now()
        comments.say(milestone, by=by, now=now, **form.said())
    except Refusal as refusal:
        form.refused(refusal)
        return answer(PAGE, _thread(milestone, form), refusal.status)
    return answer(PAGE, _thread(milestone), done=here)


@routes.post("/<int:milestone_id>/comments/reading")
@login_required
def read(project_id: int, milestone_id: int) -> Response:
    milestone = _milestone(project_id, milestone_id)
    comments.read(milestone)
    return answer(PAGE, _thread(milestone), done=_here(milestone))


@routes.post("/<int:milestone_id>/comments/erasure")
@login_required
def erase(project_id: int, milestone_id: int) -> Response:
    milestone, form = _milestone(project_id, milestone_id), ErasureForm()
    try:
        comments.erase(form.chosen(milestone), current_user.user, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return answer(PAGE, _thread(milestone, form), refusal.status)
    return answer(PAGE, _thread(milestone), done=_here(milestone))

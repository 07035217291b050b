"""What both sides say of a milestone, as the client reads and writes it."""

from typing import Any

from flask import Blueprint, Response, abort, url_for

from billing import clock
from billing.accepting import comments, reviews
from billing.refusals import Refusal
from blueprints.web import handing, visiting
from blueprints.web.commenting import CommentForm, ErasureForm, answer, thread
from blueprints.web.forms import Form
from blueprints.web.visiting import Visit
from models import Milestone, MilestoneState

routes = Blueprint("portal_comments", __name__)
visiting.keep_private(routes)

PAGE = "portal/comments.html"


@routes.url_value_preprocessor
def _take_files(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    handing.take_one()


def _milestone(visit: Visit, milestone_id: int) -> Milestone:
    found: Milestone = reviews.milestone(visit.project, milestone_id) or abort(404)
    if found.state == MilestoneState.DRAFT:
        abort(404)
    return found


def _here(visit: Visit, milestone: Milestone) -> str:
    return url_for(".show", key=visit.key, milestone_id=milestone.id)


@routes.get("/p/<key>/milestones/<int:milestone_id>/comments")
def show(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    milestone = _milestone(visit, milestone_id)
    return answer(PAGE, _thread(visit, milestone))


def _thread(visit: Visit, milestone: Milestone, form: Form | None = None) -> dict[str, Any]:
    return thread(milestone, _here(visit, milestone), visit.contact, form)


@routes.post("/p/<key>/milestones/<int:milestone_id>/comments")
def say(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    milestone, form = _milestone(visit, milestone_id), CommentForm()
    here = _here(visit, milestone)
    if not form.validate():
        return answer(PAGE, _thread(visit, milestone, form), 422)
    try:
        comments.say(milestone, by=visit.contact, now=clock.now(), **form.said())
    except Refusal as refusal:
        form.refused(refusal)
        return answer(PAGE, _thread(visit, milestone, form), refusal.status)
    return answer(PAGE, _thread(visit, milestone), done=here)


@routes.post("/p/<key>/milestones/<int:milestone_id>/comments/erasure")
def erase(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    milestone, form = _milestone(visit, milestone_id), ErasureForm()
    try:
        comments.erase(form.chosen(milestone), visit.contact, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return answer(PAGE, _thread(visit, milestone, form), refusal.status)
    return answer(PAGE, _thread(visit, milestone), done=_here(visit, milestone))

"""Milestones: rows of a draft plan as they are typed, and the owner's work on agreed ones."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required

from billing import clock
from billing.accepting import gates, submissions
from billing.people import accounts
from billing.planning import options, plan
from billing.reading import overview
from billing.refusals import EditedElsewhere, Refusal
from blueprints.web import handing, project_page
from blueprints.web.hypermedia import go, is_partial, swap
from blueprints.web.plan_rows import DELIVERIES, MilestoneForm, Row, parts, row_of
from blueprints.web.project_forms import SplitForm, SubmissionForm, submission_form
from blueprints.web.scoping import find
from models import Milestone, Project

routes = Blueprint("milestones", __name__, url_prefix="/projects/<int:project_id>")

FOLLOWING = ("milestones/_plan_sum.html", "projects/_next.html")
"""Parts of the page that follow every save."""


@routes.url_value_preprocessor
def _take_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "milestones.submit":
        handing.take_several()


def _project(project_id: int) -> Project:
    found: Project = find(Project.of(current_user.user), project_id)
    return found


def _milestone(project_id: int, milestone_id: int) -> Milestone:
    """One of the project's milestones, deleted ones included."""
    return plan.row(current_user.user, project_id, milestone_id) or abort(404)


def _page(project_id: int, milestone: Milestone | None = None) -> str:
    anchor = f"milestone_{milestone.id}" if milestone is not None else "plan"
    return url_for("projects.show", project_id=project_id, _anchor=anchor)


@routes.post("/milestones")
@login_required
def add(project_id: int) -> Response:
    project = _project(project_id)
    milestone = plan.add(project, key=request.form.get("key", "")[:64] or None)
    if "title" not in request.form:
        return go(_page(project_id, milestone))
    return _save(_milestone(project_id, milestone.id))


@routes.post("/milestones/<int:milestone_id>")
@login_required
def save(project_id: int, milestone_id: int) -> Response:
    return _save(_milestone(project_id, milestone_id))


def _save(milestone: Milestone) -> Response:
    form = MilestoneForm(milestone, accounts.business(current_user.user).country)
    if not form.validate():
        return _refused(form.row(), form)
    try:
        plan.revise(milestone, form.terms(), *form.began_from())
    except EditedElsewhere as refusal:
        form.refused(refusal)
        return _refused(form.row_beside(refusal), form, refusal.status)
    except Refusal as refusal:
        form.refused(refusal)
        return _refused(form.row(), form, refusal.status)
    return _swap("milestones/_answer.html", milestone)


def _refused(row: Row, form: MilestoneForm, status: int = 422) -> Response:
    if not is_partial():
        return project_page.show(row.milestone.project, status, row=row, form=form)
    project = row.milestone.project
    known = parts(options.of(project))
    context = {"row": row, "project": project, "deliveries": DELIVERIES, "parts": known}
    return swap("milestones/_answer.html", "", status=status, **context)


def _swap(partial: str, milestone: Milestone, *more: str, gone: bool = False) -> Response:
    """A part of the editor with what follows it; the page itself without JavaScript."""
    home = _page(milestone.project_id, None if gone else milestone)
    if not is_partial():
        return go(home)
    seen = overview.read(milestone.project, clock.now())
    ids = [0, *(row.id for row in seen.milestones)]
    place = ids.index(milestone.id) if milestone.id in ids else 0
    stored = seen.milestones[place - 1] if place else _milestone(milestone.project_id, milestone.id)
    return swap(
        partial,
        home,
        also=(*FOLLOWING, *more),
        **project_page.answer(seen),
        row=row_of(stored),
        told=milestone if gone else None,
        before=ids[place - 1] if place else 0,
    )


@routes.post("/milestones/<int:milestone_id>/place")
@login_required
def place(project_id: int, milestone_id: int) -> Response:
    milestone = _milestone(project_id, milestone_id)
    answer = _typed(milestone)
    if answer is not None and answer.status_code >= 400:
        return answer
    direction = request.form.get("direction", "")
    if direction:
        plan.step(milestone, -1 if direction == "up" else 1)
    else:
        plan.place(milestone, request.form.get("position", 0, type=int))
    return _swap("milestones/_answer.html", milestone)


def _typed(milestone: Milestone) -> Response | None:
    """Keep what was typed in the row when a button beside it was pressed without JavaScript."""
    return _save(milestone) if "title" in request.form else None


@routes.post("/milestones/<int:milestone_id>/deletion")
@login_required
def delete(project_id: int, milestone_id: int) -> Response:
    milestone = _milestone(project_id, milestone_id)
    _typed(milestone)
    plan.delete(milestone, clock.now())
    return _swap("milestones/_deleted.html", milestone, gone=True)


@routes.post("/milestones/<int:milestone_id>/restoration")
@login_required
def restore(project_id: int, milestone_id: int) -> Response:
    milestone = _milestone(project_id, milestone_id)
    plan.restore(milestone)
    return _swap("milestones/_milestone.html", milestone, "milestones/_deleted.html")


@routes.post("/split")
@login_required
def split(project_id: int) -> Response:
    project = _project(project_id)
    form = SplitForm()
    form.total.understand(project.currency, accounts.business(current_user.user).country)
    if not form.validate():
        return project_page.show(project, 422, split=form, form=form)
    try:
        prices = plan.split(project, form.total.minor, form.points)
    except Refusal as refusal:
        form.refused(refusal)
        return project_page.show(project, refusal.status, split=form, form=form)
    told = ngettext(
        "The total is split over %(num)s milestone.",
        "The total is split over %(num)s milestones.",
        len(prices),
    )
    return go(_page(project_id), told)


@routes.post("/milestones/<int:milestone_id>/start")
@login_required
def start(project_id: int, milestone_id: int) -> Response:
    milestone = _milestone(project_id, milestone_id)
    reason = request.form.get("reason", "")[:500]
    gates.override(milestone, current_user.user, clock.now(), reason)
    told = _("Work on “%(title)s” has begun.", title=milestone.title)
    return go(_page(project_id, milestone), told)


@routes.post("/milestones/<int:milestone_id>/submission")
@login_required
def submit(project_id: int, milestone_id: int) -> Response:
    milestone = _milestone(project_id, milestone_id)
    told = handing.gather(milestone, take_out=request.form.get("take_out", type=int))[0]
    form = submission_form(milestone)
    if "take_out" in request.form or "add" in request.form:
        form.files.errors = told
        return _typed_on(milestone, form, 422 if told else 200)
    if not form.validate() or told:
        form.files.errors = told
        return _typed_on(milestone, form)
    try:
        submissions.submit(milestone, *form.handed(), current_user.user, clock.now(), form.left_out)
    except Refusal as refusal:
        form.refused(refusal)
        return _typed_on(milestone, form, refusal.status)
    said = _("“%(title)s” is submitted.", title=milestone.title)
    return go(_page(project_id, milestone), said)


def _typed_on(milestone: Milestone, form: SubmissionForm, status: int = 422) -> Response:
    """The page with the round as it was typed, and the files that have arrived."""
    submission = (milestone, form)
    refused = form if form.errors else None
    return project_page.show(milestone.project, status, submission=submission, form=refused)

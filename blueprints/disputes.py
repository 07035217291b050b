"""Disputes of a milestone, by its owner."""

from flask import Blueprint, Response, abort, url_for
from flask_login import current_user, login_required

from billing.accepting import reviews
from blueprints.web import dispute_page
from blueprints.web.dispute_page import Place
from blueprints.web.scoping import find
from models import Project

HERE = "/projects/<int:project_id>/milestones/<int:milestone_id>/dispute"

routes = Blueprint("disputes", __name__, url_prefix=HERE)


def _place(project_id: int, milestone_id: int) -> Place:
    project = find(Project.of(current_user.user), project_id)
    milestone = reviews.milestone(project, milestone_id) or abort(404)
    home = url_for("projects.show", project_id=project_id, _anchor=f"milestone_{milestone_id}")
    arguments = {"project_id": project_id, "milestone_id": milestone_id}
    return Place(current_user.user, milestone, arguments, home, may=True)


@routes.get("")
@login_required
def show(project_id: int, milestone_id: int) -> Response:
    return dispute_page.show(_place(project_id, milestone_id))


@routes.post("")
@login_required
def dispute(project_id: int, milestone_id: int) -> Response:
    return dispute_page.dispute(_place(project_id, milestone_id))


@routes.get("/offer")
@login_required
def compose(project_id: int, milestone_id: int) -> Response:
    return dispute_page.compose(_place(project_id, milestone_id))


@routes.post("/offer")
@login_required
def make(project_id: int, milestone_id: int) -> Response:
    return dispute_page.make(_place(project_id, milestone_id))


@routes.post("/offers/<int:offer_id>/taking")
@login_required
def take(project_id: int, milestone_id: int, offer_id: int) -> Response:
    return dispute_page.answer(_place(project_id, milestone_id), offer_id, takes=True)


@routes.post("/offers/<int:offer_id>/refusal")
@login_required
def decline(project_id: int, milestone_id: int, offer_id: int) -> Response:
    return dispute_page.answer(_place(project_id, milestone_id), offer_id, takes=False)


@routes.post("/withdrawal")
@login_required
def withdraw(project_id: int, milestone_id: int) -> Response:
    return dispute_page.withdraw(_place(project_id, milestone_id))


@routes.get("/summary.pdf")
@login_required
def summary(project_id: int, milestone_id: int) -> Response:
    return dispute_page.summary(_place(project_id, milestone_id))


@routes.post("/summary")
@login_required
def renew(project_id: int, milestone_id: int) -> Response:
    return dispute_page.renew(_place(project_id, milestone_id))

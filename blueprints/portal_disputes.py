"""Disputes of a milestone, by the client."""

from flask import Blueprint, Response, abort, url_for

from billing.accepting import reviews
from blueprints.web import dispute_page, visiting
from blueprints.web.dispute_page import Place

HERE = "/p/<key>/milestones/<int:milestone_id>/dispute"

routes = Blueprint("portal_disputes", __name__, url_prefix=HERE)
visiting.keep_private(routes)


def _place(key: str, milestone_id: int) -> Place:
    visit = visiting.enter(key)
    milestone = reviews.milestone(visit.project, milestone_id) or abort(404)
    home = url_for("portal.show", key=key, _anchor=f"milestone_{milestone_id}")
    arguments = {"key": key, "milestone_id": milestone_id}
    return Place(visit.contact, milestone, arguments, home, bool(visit.contact.is_approver))


@routes.get("")
def show(key: str, milestone_id: int) -> Response:
    return dispute_page.show(_place(key, milestone_id))


@routes.post("")
def dispute(key: str, milestone_id: int) -> Response:
    return dispute_page.dispute(_place(key, milestone_id))


@routes.get("/offer")
def compose(key: str, milestone_id: int) -> Response:
    return dispute_page.compose(_place(key, milestone_id))


@routes.post("/offer")
def make(key: str, milestone_id: int) -> Response:
    return dispute_page.make(_place(key, milestone_id))


@routes.post("/offers/<int:offer_id>/taking")
def take(key: str, milestone_id: int, offer_id: int) -> Response:
    return dispute_page.answer(_place(key, milestone_id), offer_id, takes=True)


@routes.post("/offers/<int:offer_id>/refusal")
def decline(key: str, milestone_id: int, offer_id: int) -> Response:
    return dispute_page.answer(_place(key, milestone_id), offer_id, takes=False)


@routes.post("/withdrawal")
def withdraw(key: str, milestone_id: int) -> Response:
    return dispute_page.withdraw(_place(key, milestone_id))


@routes.get("/summary.pdf")
def summary(key: str, milestone_id: int) -> Response:
    return dispute_page.summary(_place(key, milestone_id))


@routes.post("/summary")
def renew(key: str, milestone_id: int) -> Response:
    return dispute_page.renew(_place(key, milestone_id))

"""A milestone's measure for its owner: readings entered, and the client's agreed to or refused."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.accepting import readings
from billing.planning import plan
from billing.refusals import Refusal
from blueprints.web import measure_page
from blueprints.web.hypermedia import go, page, refuse, swap
from blueprints.web.measure_page import ReadingForm
from models import Milestone

routes = Blueprint(
    "measures", __name__, url_prefix="/projects/<int:project_id>/milestones/<int:milestone_id>"
)


def _milestone(project_id: int, milestone_id: int) -> Milestone:
    return plan.row(current_user.user, project_id, milestone_id) or abort(404)


def _told(milestone: Milestone, form: ReadingForm | None = None) -> dict[str, object]:
    told = measure_page.told(milestone.project, milestone, form)
    home = url_for(".show", project_id=milestone.project_id, milestone_id=milestone.id)
    return {**told, "home": home, "is_client": False, "may": True, "is_preview": False}


@routes.get("/measure")
@login_required
def show(project_id: int, milestone_id: int) -> Response:
    return page("measures/show.html", **_told(_milestone(project_id, milestone_id)))


@routes.get("/measure/amount")
@login_required
def amount(project_id: int, milestone_id: int) -> Response:
    told = _told(_milestone(project_id, milestone_id))
    return swap("measures/_follows.html", str(told["home"]), **told)


@routes.post("/measure/readings")
@login_required
def enter(project_id: int, milestone_id: int) -> Response:
    milestone, now = _milestone(project_id, milestone_id), clock.now()
    form = ReadingForm.of(milestone.project, now)
    told = _told(milestone, form)
    if not form.validate():
        return refuse("measures/show.html", **told)
    try:
        form.enter(milestone, current_user.user, now)
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("measures/show.html", refusal.status, **told)
    return go(str(told["home"]), _("The reading is entered. Your client confirms it."))


@routes.post("/measure/readings/<int:reading_id>/confirmation")
@login_required
def confirm(project_id: int, milestone_id: int, reading_id: int) -> Response:
    milestone = _milestone(project_id, milestone_id)
    reading = measure_page.reading(milestone, reading_id)
    readings.confirm(reading, current_user.user, clock.now())
    return go(str(_told(milestone)["home"]), _("The reading is confirmed."))


@routes.post("/measure/readings/<int:reading_id>/refusal")
@login_required
def deny(project_id: int, milestone_id: int, reading_id: int) -> Response:
    milestone = _milestone(project_id, milestone_id)
    reading = measure_page.reading(milestone, reading_id)
    reason = request.form.get("reason", "")[:1000]
    readings.refuse(reading, reason, current_user.user, clock.now())
    return go(str(_told(milestone)["home"]), _("The reading is refused."))

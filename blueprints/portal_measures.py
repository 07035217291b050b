"""A milestone's measure on the client's page: a reading is confirmed, refused or given."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _

from billing import clock
from billing.accepting import readings, reviews
from billing.refusals import Refusal
from blueprints.web import measure_page, visiting
from blueprints.web.hypermedia import go, page, refuse, swap
from blueprints.web.measure_page import ReadingForm
from blueprints.web.visiting import Visit
from models import Milestone

routes = Blueprint("portal_measures", __name__, url_prefix="/p/<key>/milestones/<int:milestone_id>")
visiting.keep_private(routes)


def _milestone(visit: Visit, milestone_id: int) -> Milestone:
    return reviews.milestone(visit.project, milestone_id) or abort(404)


def _told(visit: Visit, milestone: Milestone, form: ReadingForm | None = None) -> dict[str, object]:
    told = measure_page.told(visit.project, milestone, form)
    home = url_for(".show", key=visit.key, milestone_id=milestone.id)
    may = bool(visit.contact.is_approver)
    return {
        **told, "home": home, "is_client": True, "may": may, "is_preview": visit.is_preview
    }  # fmt: skip


@routes.get("/measure")
def show(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    return page("portal/measure.html", **_told(visit, _milestone(visit, milestone_id)))


@routes.get("/measure/amount")
def amount(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    told = _told(visit, _milestone(visit, milestone_id))
    return swap("measures/_follows.html", str(told["home"]), **told)


@routes.post("/measure/readings")
def enter(key: str, milestone_id: int) -> Response:
    visit, now = visiting.enter(key), clock.now()
    milestone = _milestone(visit, milestone_id)
    form = ReadingForm.of(visit.project, now)
    told = _told(visit, milestone, form)
    if not form.validate():
        return refuse("portal/measure.html", **told)
    try:
        form.enter(milestone, visit.contact, now)
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("portal/measure.html", refusal.status, **told)
    return go(str(told["home"]), _("Thank you. %(name)s is shown it.", name=visit.business.name))


@routes.post("/measure/readings/<int:reading_id>/confirmation")
def confirm(key: str, milestone_id: int, reading_id: int) -> Response:
    visit = visiting.enter(key)
    milestone = _milestone(visit, milestone_id)
    reading = measure_page.reading(milestone, reading_id)
    readings.confirm(reading, visit.contact, clock.now())
    return go(url_for("portal.show", key=key), _("Thank you. The reading is confirmed."))


@routes.post("/measure/readings/<int:reading_id>/refusal")
def deny(key: str, milestone_id: int, reading_id: int) -> Response:
    visit = visiting.enter(key)
    milestone = _milestone(visit, milestone_id)
    reading = measure_page.reading(milestone, reading_id)
    reason = request.form.get("reason", "")[:1000]
    readings.refuse(reading, reason, visit.contact, clock.now())
    told = _("Thank you. %(name)s reads why.", name=visit.business.name)
    return go(url_for("portal.show", key=key), told)

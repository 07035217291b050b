"""A client asks for more time to review."""

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import NumberRange

from billing import clock
from billing.accepting import extensions, reviews, windows
from billing.refusals import Refusal
from blueprints.web import visiting
from blueprints.web.fields import CountField
from blueprints.web.forms import Form, at_most, required
from blueprints.web.hypermedia import go, page, refuse
from models import Milestone

routes = Blueprint("portal_extensions", __name__)
visiting.keep_private(routes)

TEMPLATE = "portal/extension.html"


class AskForm(Form):
    days = CountField(
        lazy_gettext("Working days more"),
        [NumberRange(1, extensions.MOST_DAYS, lazy_gettext(extensions.NoDays.sentence))],
        default=3,
    )
    reason = TextAreaField(
        lazy_gettext("Why do you need more time?"),
        [required(lazy_gettext(extensions.WhyMissing.sentence)), at_most(1000)],
    )


@routes.get("/p/<key>/milestones/<int:milestone_id>/extension")
def show(key: str, milestone_id: int) -> Response:
    milestone = _milestone(visiting.enter(key), milestone_id)
    return page(TEMPLATE, **_told(milestone, AskForm()))


@routes.post("/p/<key>/milestones/<int:milestone_id>/extension")
def ask(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    milestone, form = _milestone(visit, milestone_id), AskForm()
    if not form.validate():
        return refuse(TEMPLATE, **_told(milestone, form))
    try:
        extensions.ask(milestone, form.days.data, form.reason.data, visit.contact, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return refuse(TEMPLATE, refusal.status, **_told(milestone, form))
    told = _("Thank you. %(name)s is asked for more time.", name=visit.business.name)
    return go(url_for("portal.show", key=key), told)


def _told(milestone: Milestone, form: AskForm) -> dict[str, object]:
    return {"milestone": milestone, "form": form, "window": windows.of(milestone, clock.now())}


def _milestone(visit: visiting.Visit, milestone_id: int) -> Milestone:
    return reviews.milestone(visit.project, milestone_id) or abort(404)

"""More time to review: the owner grants it, or answers a client who asks for it."""

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import StringField, TextAreaField
from wtforms.validators import NumberRange

from billing import clock
from billing.accepting import extensions, reviews, windows
from billing.refusals import Refusal
from billing.workdays import Calendar
from blueprints.web.choices import place
from blueprints.web.fields import CountField
from blueprints.web.forms import Form, at_most, optional, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import Extension, Milestone, Project

routes = Blueprint("extensions", __name__, url_prefix="/projects/<int:project_id>")

TEMPLATE = "extensions/show.html"


class GrantForm(Form):
    days = CountField(
        _l("Working days more"),
        [NumberRange(1, extensions.MOST_DAYS, _l("Choose 1 to 30 working days."))],
        default=3,
    )
    reason = StringField(_l("Reason"), [optional(), at_most(500)])


class ReplyForm(Form):
    answer = TextAreaField(
        _l("Why not"), [required(_l(extensions.WhyMissing.sentence)), at_most(1000)]
    )


@routes.app_template_global()
def windows_of(project: Project, milestones: list[Milestone]) -> dict[int, windows.Window]:
    """The review windows of a project's milestones in review, by their id."""
    return windows.of_project(project, milestones, clock.now())


@routes.app_template_global()
def country_of(calendar: Calendar) -> str:
    """Whose public holidays count, in words."""
    return place(calendar)


@routes.get("/milestones/<int:milestone_id>/extension")
@login_required
def show(project_id: int, milestone_id: int) -> Response:
    return page(TEMPLATE, **_told(_milestone(project_id, milestone_id)))


@routes.post("/milestones/<int:milestone_id>/extension")
@login_required
def grant(project_id: int, milestone_id: int) -> Response:
    milestone, form = _milestone(project_id, milestone_id), GrantForm()
    if not form.validate():
        return refuse(TEMPLATE, **_told(milestone, grant=form, form=form))
    try:
        extensions.grant(
            milestone, form.days.data, form.reason.data or "", current_user.user, clock.now()
        )
    except Refusal as refusal:
        form.refused(refusal)
        return refuse(TEMPLATE, refusal.status, **_told(milestone, grant=form, form=form))
    return go(_home(milestone), _("The client is told of the new last day."))


@routes.post("/extensions/<int:extension_id>/agreement")
@login_required
def agree(project_id: int, extension_id: int) -> Response:
    return _answered(project_id, extension_id, agreed=True)


@routes.post("/extensions/<int:extension_id>/refusal")
@login_required
def decline(project_id: int, extension_id: int) -> Response:
    return _answered(project_id, extension_id, agreed=False)


def _answered(project_id: int, extension_id: int, agreed: bool) -> Response:
    asked, form = _asked(project_id, extension_id), ReplyForm()
    words = form.answer.data or ""
    if words and not form.validate():
        return refuse(TEMPLATE, **_told(asked.milestone, reply=form, form=form))
    try:
        extensions.answer(asked, agreed, words, current_user.user, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return refuse(TEMPLATE, refusal.status, **_told(asked.milestone, reply=form, form=form))
    return go(_home(asked.milestone), _("The client is told of your answer."))


def _told(milestone: Milestone, **forms: Form) -> dict[str, object]:
    now = clock.now()
    window = windows.of(milestone, now)
    asked = window.asked if window is not None else None
    return {
        "milestone": milestone,
        "project": milestone.project,
        "window": window,
        "agreed": windows.if_extended(window, asked.days, now) if window and asked else None,
        "grant": GrantForm(formdata=None),
        "reply": ReplyForm(formdata=None),
        **forms,
    }


def _project(project_id: int) -> Project:
    found: Project = find(Project.of(current_user.user), project_id)
    return found


def _milestone(project_id: int, milestone_id: int) -> Milestone:
    return reviews.milestone(_project(project_id), milestone_id) or abort(404)


def _asked(project_id: int, extension_id: int) -> Extension:
    return extensions.of(_project(project_id), extension_id) or abort(404)


def _home(milestone: Milestone) -> str:
    anchor = f"milestone_{milestone.id}"
    return url_for("projects.show", project_id=milestone.project_id, _anchor=anchor)

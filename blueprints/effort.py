"""Private effort: a timer per milestone and time typed by hand. No client ever comes here."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock, format
from billing.outcomes import effort
from billing.refusals import Refusal
from blueprints.web import effort_page
from blueprints.web.effort_page import EffortForm, StopForm
from blueprints.web.errors import words
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import Effort, Milestone

routes = Blueprint("effort", __name__, url_prefix="/effort")


@routes.get("")
@login_required
def index() -> Response:
    form = effort_page.fresh(current_user.user, request.args.get("milestone", type=int))
    return page("effort/index.html", **effort_page.told(current_user.user, form))


@routes.post("")
@login_required
def add() -> Response:
    owner = current_user.user
    form = EffortForm().offer(effort.workable(owner))
    if form.validate():
        milestone = find(Milestone.of(owner), form.milestone.data)
        try:
            effort.add(milestone, form.work, owner, clock.now(), form.key.data)
            return go(url_for(".index"), _("Written down."))
        except Refusal as refusal:
            form.refused(refusal)
    return refuse("effort/index.html", **effort_page.told(owner, form))


@routes.post("/timer/<int:milestone_id>")
@login_required
def start(milestone_id: int) -> Response:
    milestone = find(Milestone.of(current_user.user), milestone_id)
    try:
        effort.start(milestone, current_user.user, clock.now())
    except effort.AnotherTimerRuns as refusal:
        # There it can be stopped.
        return go(url_for(".index"), words(refusal), "error")
    return _back(milestone, _("The timer runs. It goes on when this page is closed."))


@routes.post("/stop")
@login_required
def stop() -> Response:
    owner, form = current_user.user, StopForm()
    if form.validate():
        try:
            made = effort.stop(owner, clock.now(), form.worked.seconds, form.remark.data or "")
            return _back(made.milestone, _written(made))
        except effort.NoTimerRuns:
            return go(url_for(".index"))
        except Refusal as refusal:
            form.refused(refusal)
    typed = effort_page.fresh(owner)
    return refuse("effort/index.html", **effort_page.told(owner, typed, form))


@routes.route("/<int:effort_id>", methods=["GET", "POST"])
@login_required
def edit(effort_id: int) -> Response:
    piece = _piece(effort_id)
    form = effort_page.filled(piece)
    if form.validate_on_submit():
        milestone = find(Milestone.of(current_user.user), form.milestone.data)
        try:
            effort.revise(piece, milestone, form.work, current_user.user, clock.now())
            return go(url_for(".index"), _("Saved."))
        except Refusal as refusal:
            form.refused(refusal)
    answer = refuse if form.errors else page
    return answer("effort/edit.html", form=form, piece=piece)


@routes.post("/<int:effort_id>/deletion")
@login_required
def remove(effort_id: int) -> Response:
    piece: Effort = find(Effort.of(current_user.user), effort_id)
    effort.remove(piece)
    return go(url_for(".index"), _("Deleted."))


def _piece(effort_id: int) -> Effort:
    """One to be corrected; a timer that runs is stopped first."""
    piece: Effort = find(Effort.of(current_user.user), effort_id)
    if piece.seconds is None:
        abort(404)
    return piece


def _written(made: Effort) -> str:
    if made.seconds < effort.TOLD:
        return _("Less than a minute was written down.")
    return _("%(hours)s hours were written down.", hours=format.hours(made.seconds))


def _back(milestone: Milestone, told: str) -> Response:
    """To the project's page where that is where one came from, else to all effort."""
    if request.args.get("to") == "project":
        return go(url_for("projects.show", project_id=milestone.project_id, _anchor="effort"), told)
    return go(url_for(".index"), told)

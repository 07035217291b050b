"""A milestone handed over: the client accepts it as a whole."""

from typing import Any

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _
from wtforms import IntegerField
from wtforms.widgets import HiddenInput

from billing import clock
from billing.accepting import moves, reviews, undoing
from blueprints.web import review_page, visiting
from blueprints.web.errors import words
from blueprints.web.forms import Form
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.visiting import Visit
from models import Milestone

routes = Blueprint("portal_milestones", __name__)
visiting.keep_private(routes)


@routes.app_template_global()
def undoable_of(milestones: list[Milestone]) -> dict[int, undoing.Undoable]:
    """The acceptances that can still be undone, by their milestone's id."""
    return undoing.of_all(milestones)


class AcceptForm(Form):
    """`seen` is the round that was shown."""

    seen = IntegerField(widget=HiddenInput())


class UndoForm(Form):
    """`seen` is the acceptance that was shown; what names none means the newest."""

    seen = IntegerField(widget=HiddenInput())


@routes.get("/p/<key>/milestones/<int:milestone_id>/acceptance")
def acceptance(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    return page("portal/acceptance.html", **_told(visit, milestone_id, AcceptForm()))


@routes.post("/p/<key>/milestones/<int:milestone_id>/acceptance")
def accept(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    milestone = reviews.milestone(visit.project, milestone_id) or abort(404)
    form = AcceptForm()
    home = url_for("portal.show", key=key)
    try:
        reviews.accept(milestone, visit.contact, clock.now(), seen=form.seen.data)
    except moves.AlreadyAccepted as already:
        return go(home, words(already))
    except (reviews.OtherRound, reviews.DecidedMeanwhile) as refusal:
        form.seen.data = form.seen.raw_data = None
        form.refused(refusal)
        told = _told(visit, milestone_id, form)
        return refuse("portal/acceptance.html", refusal.status, **told)
    return go(home, _("Thank you. “%(title)s” is accepted.", title=milestone.title))


@routes.post("/p/<key>/milestones/<int:milestone_id>/acceptance/undoing")
def undo(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    milestone = reviews.milestone(visit.project, milestone_id) or abort(404)
    home = url_for("portal.show", key=key)
    try:
        undoing.undo(milestone, visit.contact, clock.now(), UndoForm().seen.data)
    except undoing.UndoneAlready as already:
        return go(home, words(already))
    told = _("The acceptance is taken back. “%(title)s” waits for you.", title=milestone.title)
    return go(home, told)


def _told(visit: Visit, milestone_id: int, form: AcceptForm) -> dict[str, Any]:
    """What was handed over and what accepting all of it does."""
    told = review_page.told(visit, milestone_id) or abort(404)
    if told["round"] is not None and form.seen.data is None:
        form.seen.data = told["round"].round
    return {"form": form, **told}

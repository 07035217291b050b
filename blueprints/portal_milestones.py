"""A milestone handed over: the client accepts it, or says what must change."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import IntegerField, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from billing import clock
from billing.accepting import moves, reviews, verdicts
from billing.reading import engagements, overview
from billing.refusals import CriteriaMissing, ReasonMissing, Refusal
from blueprints.web import visiting
from blueprints.web.errors import words
from blueprints.web.forms import Form, at_most, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.visiting import Visit
from models import MilestoneState

routes = Blueprint("portal_milestones", __name__)
visiting.keep_private(routes)


class DecisionForm(Form):
    seen = IntegerField(widget=HiddenInput())


class AcceptForm(DecisionForm):
    """`met` are the criteria to accept where it is only a `part`."""

    met = SelectMultipleField(coerce=int, validate_choice=False)


class ChangesForm(DecisionForm):
    criteria = SelectMultipleField(
        lazy_gettext("What is not met yet?"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[required(lazy_gettext(CriteriaMissing.sentence))],
    )
    note = TextAreaField(
        lazy_gettext("What should change?"),
        validators=[required(lazy_gettext(ReasonMissing.sentence)), at_most(5000)],
    )


@routes.get("/p/<key>/milestones/<int:milestone_id>/acceptance")
def acceptance(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    form, chosen = AcceptForm(), _chosen()
    if chosen == []:
        form.refused(reviews.NothingChosen())
    return page("portal/acceptance.html", **_told(visit, milestone_id, form))


def _chosen() -> list[int] | None:
    """The criteria that were ticked as met; None where all of them are meant."""
    if "part" not in request.values:
        return None
    return request.values.getlist("met", type=int)


@routes.post("/p/<key>/milestones/<int:milestone_id>/acceptance")
def accept(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    milestone = reviews.milestone(visit.project, milestone_id) or abort(404)
    form = AcceptForm()
    home = url_for("portal.show", key=key)
    try:
        reviews.accept(milestone, visit.contact, clock.now(), seen=form.seen.data, met=_chosen())
    except moves.AlreadyAccepted as already:
        return go(home, words(already))
    except (reviews.OtherRound, reviews.DecidedMeanwhile, reviews.NothingChosen) as refusal:
        return _again(visit, milestone_id, form, refusal, "portal/acceptance.html")
    if milestone.state == MilestoneState.PARTLY_ACCEPTED:
        thanks = _("Thank you. That part of “%(title)s” is accepted.", title=milestone.title)
        return go(home, thanks)
    return go(home, _("Thank you. “%(title)s” is accepted.", title=milestone.title))


@routes.get("/p/<key>/milestones/<int:milestone_id>/changes")
def changes(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    form = ChangesForm()
    return page("portal/changes.html", **_told(visit, milestone_id, form))


@routes.post("/p/<key>/milestones/<int:milestone_id>/changes")
def ask(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    form = ChangesForm()
    told = _told(visit, milestone_id, form)
    home = url_for("portal.show", key=key)
    # One that was accepted meanwhile is refused in words.
    form.criteria.choices = [(row.id, row.text) for row in told["milestone"].criteria]
    if not form.validate():
        return refuse("portal/changes.html", **_told(visit, milestone_id, form))
    milestone, note = told["milestone"], form.note.data
    try:
        reviews.ask_for_changes(
            milestone, note, form.criteria.data, visit.contact, clock.now(), form.seen.data
        )
    except moves.AlreadyAsked as already:
        return go(home, words(already))
    except Refusal as refusal:
        return _again(visit, milestone_id, form, refusal, "portal/changes.html")
    return go(home, _("Thank you. %(name)s is told what to change.", name=visit.business.name))


def _told(visit: Visit, milestone_id: int, form: DecisionForm) -> dict[str, Any]:
    """What both pages show: the milestone, what was handed over, what a decision does."""
    engagement = engagements.read(visit.project, clock.now())
    milestone = engagement.milestone(milestone_id) or abort(404)
    newest = next(iter(milestone.submissions), None)
    still = verdicts.still_open(milestone, verdicts.told(milestone))
    chosen = [row.id for row in still if row.id in (_chosen() or ())] or None
    if isinstance(form, ChangesForm):
        form.criteria.choices = [(row.id, row.text) for row in still]
    if newest is not None and form.seen.data is None:
        form.seen.data = newest.round
    payers = engagement.who("payer")
    return {
        "form": form,
        "engagement": engagement,
        "milestone": milestone,
        "round": newest,
        "rounds_left": overview.rounds_left(milestone),
        "told": reviews.consequence_on(milestone, engagement.today, payers, chosen),
        "still": {row.id for row in still},
        "chosen": chosen,
        "may": bool(visit.contact.is_approver) and milestone.state in moves.IN_REVIEW,
    }


def _again(
    visit: Visit, milestone_id: int, form: DecisionForm, refusal: Refusal, template: str
) -> Response:
    """The page as it is now, with why the decision did not count."""
    form.seen.data = form.seen.raw_data = None
    form.refused(refusal)
    return refuse(template, refusal.status, **_told(visit, milestone_id, form))

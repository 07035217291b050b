"""A review: the client goes through the criteria, sees what follows, and decides at once."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _

from billing import clock
from billing.accepting import judging, moves, reviews
from billing.accepting.judging import Rest
from billing.refusals import N_, Refusal
from blueprints.web import review_page, visiting
from blueprints.web.errors import words
from blueprints.web.hypermedia import go, is_partial, page, refuse, swap
from blueprints.web.review_page import ReviewForm
from blueprints.web.visiting import Visit
from models import Milestone, MilestoneState

routes = Blueprint("portal_reviews", __name__)
visiting.keep_private(routes)


class OtherJudgement(Refusal):
    """Something was marked otherwise after its consequence was shown."""

    sentence = N_("You have marked something else since. Look at what follows now.")


@routes.get("/p/<key>/milestones/<int:milestone_id>/review")
def show(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    return page("portal/review.html", **_told(visit, milestone_id))


@routes.post("/p/<key>/milestones/<int:milestone_id>/review")
def judge(key: str, milestone_id: int) -> Response:
    """Show what follows from what is marked; or with a `rest`, do it."""
    visit = visiting.enter(key)
    told = _told(visit, milestone_id)
    form = told["form"]
    is_sound = form.validate()
    form.loose_remarks()
    here = url_for(".show", key=key, milestone_id=milestone_id)
    if is_partial():
        return swap("portal/_review_outcome.html", here, **told)
    if not is_sound or form.errors:
        return refuse("portal/review.html", **told)
    if "rest" not in request.form:
        return page("portal/review.html", **told)
    return _judge(visit, told)


def _judge(visit: Visit, told: dict[str, Any]) -> Response:
    form, home = told["form"], url_for("portal.show", key=visit.key)
    milestone = reviews.milestone(visit.project, told["milestone"].id) or abort(404)
    try:
        _refuse_unseen(form)
        rest = _rest()
        judging.judge(milestone, form.judgement, rest, visit.contact, clock.now(), form.seen.data)
    except (moves.AlreadyAccepted, moves.AlreadyAsked) as already:
        return _over(visit, form, milestone, already)
    except Refusal as refusal:
        form.seen.data = form.seen.raw_data = None
        form.refused(refusal)
        again = _told(visit, milestone.id, form)
        return refuse("portal/review.html", refusal.status, **again)
    return go(home, _thanks(visit, milestone, rest))


def _refuse_unseen(form: ReviewForm) -> None:
    if form.mark.data != form.judgement.mark:
        raise OtherJudgement


def _rest() -> Rest:
    with suppress(ValueError):
        return Rest(request.form["rest"])
    abort(400)


def _over(visit: Visit, form: ReviewForm, milestone: Milestone, already: Refusal) -> Response:
    """Decided before: by this very form, sent twice, or by somebody else; then nothing typed
    is lost."""
    if judging.was_said(milestone, form.judgement, visit.contact):
        return go(url_for("portal.show", key=visit.key), words(already))
    form.refused(already)
    return refuse("portal/review.html", already.status, **_told(visit, milestone.id, form))


def _thanks(visit: Visit, milestone: Milestone, rest: Rest) -> str:
    if milestone.state == MilestoneState.ACCEPTED:
        return _("Thank you. “%(title)s” is accepted.", title=milestone.title)
    if rest == Rest.GOES_BACK:
        return _("Thank you. %(name)s is told what to change.", name=visit.business.name)
    if rest == Rest.IS_ASKED:
        return _("Thank you. %(name)s is told and answers here.", name=visit.business.name)
    return _("Thank you. That part of “%(title)s” is accepted.", title=milestone.title)


def _told(visit: Visit, milestone_id: int, form: ReviewForm | None = None) -> dict[str, Any]:
    """The milestone with the form to judge it, as typed, and what follows from that."""
    seen = review_page.told(visit, milestone_id) or abort(404)
    form = form or review_page.form(seen["engagement"].judged(seen["milestone"]))
    if seen["round"] is not None and form.seen.data is None:
        form.seen.data = seen["round"].round
    return {"form": form, **review_page.outcome(seen, form)}

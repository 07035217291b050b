"""The owner's side of an agreement: composed, sent, withdrawn, kept."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from wtforms import HiddenField

from billing import clock, sealing
from billing.agreeing import (
    advising,
    agreements,
    choosing,
    clause_choices,
    clauses,
    composing,
    freezing,
)
from billing.refusals import Incomplete, Refusal
from blueprints.web.composing import AgreementForm, pressed
from blueprints.web.downloads import download
from blueprints.web.errors import words
from blueprints.web.formatting import speak
from blueprints.web.forms import Form
from blueprints.web.hypermedia import go, is_partial, page, refuse, swap
from blueprints.web.scoping import find
from blueprints.web.security import may_frame_itself
from blueprints.web.standing import standing
from models import Agreement, Milestone, Project, ProjectState

routes = Blueprint("agreements", __name__, url_prefix="/projects/<int:project_id>")

STEPS = {"up": -1, "down": 1}

ONWARD = {"review": "agreements.review", "keep": "clause_sets.keep"}
"""Where a button leads once the draft is saved."""


class SendForm(Form):
    """`seen` is the digest of the document as the owner was shown it."""

    seen = HiddenField()


@routes.app_template_global()
def agreement_of(project: Project) -> agreements.Overview | None:
    """What the project's page says of its agreement."""
    return agreements.overview(project, clock.now())


@routes.get("/agreement")
@login_required
def show(project_id: int) -> Response:
    project = _project(project_id)
    if project.state == ProjectState.DRAFT:
        # An open page that polls has seen the offer end.
        if is_partial():
            return go(_here(project))
        return page("agreements/compose.html", **_composed(project))
    shown = standing(project, version=request.args.get("version", type=int))
    if not is_partial():
        return page("agreements/show.html", **shown)
    if shown["is_waiting"]:
        # Nothing new: what the owner has open on the page stays as it is.
        return Response(status=204)
    return swap("agreements/_standing.html", _here(project), **shown)


@routes.post("/agreement")
@login_required
def save(project_id: int) -> Response:
    project = _project(project_id)
    form = AgreementForm.of(composing.proposal(project, clock.now()), posted=True)
    if not form.validate():
        return _refused(project, form)
    try:
        composing.revise(
            project, _moved(form), form.chosen, form.last_day, clock.now(), form.basis.data
        )
        toast = pressed(project, form, clock.now())
    except composing.ComposedElsewhere as refusal:
        form.refused(refusal)
        form.basis.data = composing.basis(composing.proposal(project, clock.now()))
        return _refused(project, form, refusal.status)
    except Refusal as refusal:
        form.refused(refusal)
        return _refused(project, form, refusal.status)
    for button, endpoint in ONWARD.items():
        if button in request.form:
            return go(url_for(endpoint, project_id=project.id))
    return swap("agreements/_compose.html", _here(project), toast=toast, **_composed(project))


@routes.get("/agreement/preview")
@login_required
def preview(project_id: int) -> Response:
    project = _project(project_id)
    speak(str(project.client.language))
    said = _said(project)
    return may_frame_itself(page("agreements/preview.html", project=project, payload=said))


@routes.get("/agreement/sending")
@login_required
def review(project_id: int) -> Response:
    project = _project(project_id)
    if project.state != ProjectState.DRAFT:
        return go(_here(project))
    draft = composing.proposal(project, clock.now())
    if agreements.missing(draft, clock.now()):
        return go(_here(project), _("Some things are missing before it can be sent."), "warn")
    return page("agreements/sending.html", **_offer(draft))


@routes.post("/agreement/sending")
@login_required
def send(project_id: int) -> Response:
    project, form = _project(project_id), SendForm()
    try:
        draft = agreements.compose(project, clock.now())
        agreements.send(draft, current_user.user, clock.now(), form.seen.data or None)
    except Incomplete as refusal:
        return go(_here(project), words(refusal), "warn")
    except agreements.PlanChanged as refusal:
        form.refused(refusal)
        return refuse("agreements/sending.html", refusal.status, form=form, **_offer(draft))
    return go(_here(project), _("The plan is locked, and the document is being made."))


@routes.post("/agreement/voiding")
@login_required
def void(project_id: int) -> Response:
    project = _project(project_id)
    offer = _current(project)
    agreements.void(offer, current_user.user, clock.now())
    if agreements.is_change(offer):
        told = _("The change is withdrawn. The terms so far go on.")
        return go(url_for("projects.show", project_id=project.id), told)
    return go(_here(project), _("The offer is withdrawn. The plan can be edited again."))


@routes.get("/agreement.pdf")
@login_required
def pdf(project_id: int) -> Response:
    project = _project(project_id)
    number = request.args.get("version", type=int)
    found = agreements.version(project, number) if number else agreements.current(project)
    document = sealing.document(found, "as_signed" in request.args) if found else None
    return download(document) if document else abort(404)


def _project(project_id: int) -> Project:
    found: Project = find(Project.of(current_user.user), project_id)
    return found


def _current(project: Project) -> Agreement:
    return agreements.current(project) or abort(404)


def _here(project: Project) -> str:
    return url_for("agreements.show", project_id=project.id)


def _said(project: Project) -> dict[str, Any]:
    """What the client reads: frozen, or as it would be frozen now."""
    if project.state == ProjectState.DRAFT:
        return freezing.payload(composing.proposal(project, clock.now()), clock.now())
    return agreements.read(_current(project))


def _moved(form: AgreementForm) -> list[dict[str, Any]]:
    """The clauses as typed, one of them moved where a button for that was pressed."""
    key, _at, way = request.form.get("move", "").partition(":")
    return clauses.moved(form.texts, key, STEPS.get(way, 0))


def _composed(project: Project, form: AgreementForm | None = None) -> dict[str, Any]:
    draft = composing.proposal(project, clock.now())
    latest = agreements.current(project)
    ended = latest if latest and latest.state in agreements.ENDED else None
    said = freezing.payload(draft, clock.now())
    return {
        "project": project,
        "draft": draft,
        "form": form or AgreementForm.of(draft),
        "missing": agreements.missing(draft, clock.now()),
        "values": freezing.values(project, list(Milestone.live(project))),
        "variables": clauses.VARIABLES,
        "parts_of": clauses.parts,
        "is_consumer": clause_choices.is_consumer(project.client),
        "edited": choosing.edited(project, draft.clauses),
        "undoable": choosing.can_undo(project),
        "advice": advising.advice(draft),
        "ended": ended,
        "told": agreements.ending(ended) if ended else None,
        "digest": freezing.digest(said),
        "payload": said,
    }


def _refused(project: Project, form: AgreementForm, status: int = 422) -> Response:
    partial = "agreements/_compose.html"
    return refuse("agreements/compose.html", status, partial, **_composed(project, form))


def _offer(draft: Agreement) -> dict[str, Any]:
    said = freezing.payload(draft, clock.now())
    seen = SendForm(formdata=None, seen=freezing.digest(said))
    return {"project": draft.project, "draft": draft, "payload": said, "send_form": seen}

"""Change orders on the owner's side: what changes is picked, typed, read through and sent."""

from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.agreeing import agreements
from billing.changes import course, drafts, offers, redline
from billing.changes import payload as payloads
from billing.people import accounts
from billing.planning.terms import terms_of
from billing.refusals import Incomplete, Refusal
from blueprints.web import change_page, plots
from blueprints.web.change_forms import (
    FavourForm,
    OrderForm,
    RemovalForm,
    SendForm,
    TermsForm,
    kept,
    typed_before,
)
from blueprints.web.errors import words
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import Change, ChangeRequest, Milestone, Project

routes = Blueprint("changes", __name__, url_prefix="/projects/<int:project_id>/changes")

routes.add_app_template_global(redline.words, "redline")
routes.add_app_template_global(redline.criteria, "redline_criteria")
routes.add_app_template_global(redline.duties, "redline_duties")
routes.add_app_template_global(redline.billed_otherwise, "redline_shares")
routes.add_app_template_global(course.of, "changes_of")
routes.add_app_template_global(plots.waterfall, "waterfall")


@routes.get("")
@login_required
def show(project_id: int) -> Response:
    project = _project(project_id)
    return _elsewhere(project) or page("changes/compose.html", **change_page.composed(project))


@routes.post("")
@login_required
def save(project_id: int) -> Response:
    project = _project(project_id)
    form = OrderForm.of(drafts.proposal(project, clock.now()), posted=True)
    if not form.validate():
        return _refused(project, form)
    try:
        reason, day = form.reason.data or "", form.expires_on.data
        drafts.revise(project, reason, form.chosen, day, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return _refused(project, form, refusal.status)
    if "review" in request.form:
        return go(url_for(".review", project_id=project.id))
    return go(_here(project), _("Saved."))


@routes.route("/milestones/<int:milestone_id>", methods=["GET", "POST"])
@login_required
def alter(project_id: int, milestone_id: int) -> Response:
    milestone = _milestone(project_id, milestone_id)
    change, currency = change_page.of(milestone), milestone.project.currency
    before = kept(terms_of(milestone), currency)
    form = _form(milestone.project, {**before, **typed_before(change, currency)})
    form.for_alteration()
    return _typed(
        form,
        milestone.project,
        lambda: drafts.alter(milestone, form.terms(), form.to_place, clock.now()),
        milestone=milestone,
        kind="alter",
    )


@routes.route("/milestones/<int:milestone_id>/replacement", methods=["GET", "POST"])
@login_required
def swap(project_id: int, milestone_id: int) -> Response:
    milestone = _milestone(project_id, milestone_id)
    change = change_page.of(milestone, "swap")
    form = _form(milestone.project, typed_before(change, milestone.project.currency))
    form.for_swap()
    return _typed(
        form,
        milestone.project,
        lambda: drafts.swap(milestone, form.terms(milestone.price), clock.now()),
        milestone=milestone,
        kind="swap",
    )


@routes.route("/addition", methods=["GET", "POST"])
@login_required
def add(project_id: int) -> Response:
    project, change = _project(project_id), _change(project_id)
    before = typed_before(change, str(project.currency)) or change_page.wished(_wish(project))
    form = _form(project, before)
    return _typed(
        form,
        project,
        lambda: drafts.add(project, form.terms(), form.to_place, clock.now(), change),
        kind="add",
    )


@routes.route("/favour", methods=["GET", "POST"])
@login_required
def favour(project_id: int) -> Response:
    project, change = _project(project_id), _change(project_id)
    form = FavourForm(data=change_page.favour_of(change))
    form.worth.understand(str(project.currency), accounts.business(current_user.user).country)
    return _typed(
        form,
        project,
        lambda: drafts.favour(
            project, form.title.data, form.note.data or "", form.worth.minor, clock.now(), change
        ),
        kind="favour",
    )


@routes.post("/milestones/<int:milestone_id>/removal")
@login_required
def remove(project_id: int, milestone_id: int) -> Response:
    milestone, form = _milestone(project_id, milestone_id), RemovalForm()
    if not form.validate():
        return _refused(milestone.project, form)
    drafts.remove(milestone, form.note.data or "", clock.now())
    told = _("“%(title)s” falls away when both have signed.", title=milestone.title)
    return go(_here(milestone.project), told)


@routes.post("/<int:change_id>/deletion")
@login_required
def take_back(project_id: int, change_id: int) -> Response:
    project = _project(project_id)
    drafts.take_back(find(Change.of(project), change_id))
    return go(_here(project), _("That change is left out again."))


@routes.post("/repetition")
@login_required
def again(project_id: int) -> Response:
    project = _project(project_id)
    order = agreements.version(project, request.form.get("version", type=int)) or abort(404)
    drafts.again(order, clock.now())
    return go(_here(project), _("What it proposed is here again, to be edited."))


@routes.post("/discarding")
@login_required
def discard(project_id: int) -> Response:
    project = _project(project_id)
    draft = drafts.draft_of(project)
    if draft is not None:
        drafts.discard(draft)
    home = url_for("projects.show", project_id=project.id)
    return go(home, _("The change was given up. Nobody has seen it."))


@routes.get("/sum")
@login_required
def total(project_id: int) -> Response:
    project = _project(project_id)
    country = accounts.business(current_user.user).country
    return page("changes/_sum.html", **change_page.summed(project, request.args, country))


@routes.get("/preview")
@login_required
def preview(project_id: int) -> Response:
    project = _project(project_id)
    g.language = str(project.client.language)
    said = payloads.payload(drafts.proposal(project, clock.now()), clock.now())
    return page("agreements/preview.html", project=project, payload=said)


@routes.get("/sending")
@login_required
def review(project_id: int) -> Response:
    project = _project(project_id)
    elsewhere = _elsewhere(project)
    if elsewhere is not None:
        return elsewhere
    if offers.missing(drafts.proposal(project, clock.now()), clock.now()):
        return go(_here(project), _("Some things are missing before it can be sent."), "warn")
    return page("changes/sending.html", **change_page.offered(project))


@routes.post("/sending")
@login_required
def send(project_id: int) -> Response:
    project, form = _project(project_id), SendForm()
    draft = drafts.draft_of(project)
    if draft is None:
        return go(_here(project))
    try:
        offers.send(draft, current_user.user, clock.now(), form.seen.data or None)
    except Incomplete as refusal:
        return go(_here(project), words(refusal), "warn")
    except agreements.PlanChanged as refusal:
        form.refused(refusal)
        told = change_page.offered(project)
        return refuse("changes/sending.html", refusal.status, form=form, **told)
    there = url_for("agreements.show", project_id=project.id)
    return go(there, _("The change is being made into a document. The work goes on meanwhile."))


def _project(project_id: int) -> Project:
    found: Project = find(Project.of(current_user.user), project_id)
    return found


def _milestone(project_id: int, milestone_id: int) -> Milestone:
    scope = Milestone.live(_project(project_id))
    found: Milestone = find(scope, milestone_id)
    return found


def _change(project_id: int) -> Change | None:
    """The change named to be typed anew, if one is."""
    named = request.values.get("change", "")
    return find(Change.of(_project(project_id)), named) if named else None


def _wish(project: Project) -> ChangeRequest | None:
    """The wish that what is typed answers, if one is named."""
    named = request.args.get("wish", "")
    scope = ChangeRequest.of(current_user.user).where(ChangeRequest.project == project.id)
    return find(scope, named) if named else None


def _here(project: Project) -> str:
    return url_for("changes.show", project_id=project.id)


def _elsewhere(project: Project) -> Response | None:
    """Where a change cannot be composed now: to the one that is out, or to the project."""
    try:
        drafts.refuse_now(project)
    except drafts.ChangeOut as refusal:
        return go(url_for("agreements.show", project_id=project.id), words(refusal), "info")
    except drafts.NotUnderWay as refusal:
        return go(url_for("projects.show", project_id=project.id), words(refusal), "warn")
    return None


def _form(project: Project, before: dict[str, Any]) -> TermsForm:
    plan = change_page.others(project, request.view_args or {})
    country = accounts.business(current_user.user).country
    return TermsForm.of(project, country, plan, data=before)


def _typed(form: Any, project: Project, deed: Any, **told: Any) -> Response:
    """A change as it is typed: its page, or once it is sent, done or refused beside the field."""
    elsewhere = _elsewhere(project)
    if elsewhere is not None:
        return elsewhere
    context = {"form": form, **change_page.around(project), **told}
    if not form.is_submitted():
        return page("changes/edit.html", **context)
    if not form.validate():
        return refuse("changes/edit.html", **context)
    try:
        deed()
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("changes/edit.html", refusal.status, **context)
    return go(_here(project), _("Saved. It counts once both have signed."))


def _refused(project: Project, form: Any, status: int = 422) -> Response:
    told = change_page.composed(project, form if isinstance(form, OrderForm) else None)
    return refuse("changes/compose.html", status, **{**told, "form": form})

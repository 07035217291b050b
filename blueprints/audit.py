"""The audit of past hours: what each kind of work took and brought, grouped as its owner says."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.outcomes import audit_editing, audit_grouping
from billing.refusals import Refusal
from blueprints.web import audit_page
from blueprints.web.audit_page import LabelsForm, MergeForm, NameForm, ResultForm, WordsForm
from blueprints.web.errors import words as words_of
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import WorkKind

routes = Blueprint("audit", __name__, url_prefix="/outcomes/audit")


@routes.get("")
@login_required
def index() -> Response:
    return page("audit/index.html", **audit_page.told(current_user.user))


@routes.post("")
@login_required
def start() -> Response:
    try:
        audit_grouping.start(current_user.user, "anew" in request.form, clock.now())
    except Refusal as refusal:
        return go(url_for(".index"), words_of(refusal), "error")
    return go(url_for(".index"))


@routes.post("/words")
@login_required
def words() -> Response:
    form = WordsForm()
    if not form.validate():
        return refuse("audit/index.html", **audit_page.told(current_user.user, form))
    audit_editing.reword(current_user.user, form.words.data or "", clock.now())
    return go(url_for(".index"), _("Saved. What counts as rework was looked at again."))


@routes.get("/projects")
@login_required
def projects() -> Response:
    client = request.args.get("client", "")
    return page("audit/projects.html", **audit_page.projects_told(current_user.user, client))


@routes.post("/projects")
@login_required
def value() -> Response:
    owner, client, form = current_user.user, request.args.get("client", ""), ResultForm()
    if form.validate():
        try:
            audit_editing.value(owner, form.client.data, form.project.data, form.result.data)
            return go(url_for(".projects", client=client or None), _("Saved."))
        except Refusal as refusal:
            form.refused(refusal)
    return refuse("audit/projects.html", **audit_page.projects_told(owner, client, form))


@routes.get("/kinds/<int:kind_id>")
@login_required
def kind(kind_id: int) -> Response:
    found, text = _kind(kind_id), request.args.get("text", "")[:100]
    return page("audit/kind.html", **audit_page.kind_told(found, text))


@routes.post("/kinds/<int:kind_id>/name")
@login_required
def rename(kind_id: int) -> Response:
    found, form = _kind(kind_id), NameForm()
    if form.validate():
        try:
            audit_editing.rename(found, form.name.data, clock.now())
            return go(_at(kind_id), _("Saved."))
        except Refusal as refusal:
            form.refused(refusal)
    return refuse("audit/kind.html", **audit_page.kind_told(found, rename=form))


@routes.post("/kinds/<int:kind_id>/merger")
@login_required
def merge(kind_id: int) -> Response:
    found, form = _kind(kind_id), MergeForm()
    form.into.choices = audit_page.offered(WorkKind.of(current_user.user))
    if form.validate():
        into = find(WorkKind.of(current_user.user), form.into.data)
        try:
            audit_editing.merge(found, into, clock.now())
            told = _("“%(name)s” is part of “%(into)s” now.", name=found.name, into=into.name)
            return go(_at(into.id), told)
        except Refusal as refusal:
            form.refused(refusal)
    return refuse("audit/kind.html", **audit_page.kind_told(found, merging=form))


@routes.post("/kinds/<int:kind_id>/descriptions")
@login_required
def edit(kind_id: int) -> Response:
    found, form = _kind(kind_id), LabelsForm()
    if form.validate():
        to = find(WorkKind.of(current_user.user), form.to.data) if form.to.data else None
        try:
            told = audit_page.done(found, form, to, clock.now())
            left = WorkKind.of(current_user.user).where(WorkKind.id == kind_id).exists()
            return go(_at(kind_id) if left else url_for(".index"), told)
        except Refusal as refusal:
            form.refused(refusal)
    return refuse("audit/kind.html", **audit_page.kind_told(found, editing=form))


def _kind(kind_id: int) -> WorkKind:
    found: WorkKind = find(WorkKind.of(current_user.user), kind_id)
    return found


def _at(kind_id: int) -> str:
    return url_for(".kind", kind_id=kind_id)

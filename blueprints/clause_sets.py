"""An owner's own clauses: kept from an agreement, in versions that stay, chosen when composing."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from billing import clock, library
from billing.agreeing import clause_choices, clause_sets, composing
from billing.refusals import Refusal
from blueprints.web.forms import Form, at_most, optional, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import ClauseSet, Project

routes = Blueprint("clause_sets", __name__)


class NameForm(Form):
    name = StringField(_l("Name"), [required(_l("Give your clauses a name.")), at_most(200)])


class KeepForm(Form):
    """Under a new name, or as the next version of clauses kept before."""

    clause_set = SelectField(_l("Keep them as"), [optional()])
    name = StringField(_l("Name"), [at_most(200)])

    def offer(self) -> None:
        """The owner's sets, to be given another version."""
        self.known = [row.clause_set for row in clause_sets.listed(current_user.user)]
        self.clause_set.choices = [SelectChoice("", _("New clauses, by this name"))] + [
            SelectChoice(str(each.id), _("A new version of “%(name)s”", name=each.name))
            for each in self.known
        ]

    def validate_name(self, field: StringField) -> None:
        if not (self.clause_set.data or field.data):
            raise StopValidation(_("Give your clauses a name."))

    @property
    def chosen(self) -> ClauseSet | None:
        """The set to add a version to."""
        return next((row for row in self.known if str(row.id) == self.clause_set.data), None)


@routes.get("/clauses")
@login_required
def index() -> Response:
    archived = "archived" in request.args
    rows = clause_sets.listed(current_user.user, archived)
    return page("clause_sets/index.html", versions=rows, archived=archived, kinds=library.KINDS)


@routes.get("/clauses/<int:clause_set_id>")
@login_required
def show(clause_set_id: int) -> Response:
    return page("clause_sets/show.html", **_shown(_set(clause_set_id)))


@routes.post("/clauses/<int:clause_set_id>/name")
@login_required
def rename(clause_set_id: int) -> Response:
    clause_set, form = _set(clause_set_id), NameForm()
    try:
        if form.validate():
            clause_sets.rename(clause_set, form.name.data)
            return go(_here(clause_set), _("Saved."))
    except Refusal as refusal:
        form.refused(refusal)
    return refuse("clause_sets/show.html", **_shown(_set(clause_set_id), form))


@routes.post("/clauses/<int:clause_set_id>/archive")
@login_required
def archive(clause_set_id: int) -> Response:
    clause_set = _set(clause_set_id)
    clause_sets.archive(clause_set, clock.now())
    return go(_here(clause_set))


@routes.post("/clauses/<int:clause_set_id>/restoration")
@login_required
def restore(clause_set_id: int) -> Response:
    clause_set = _set(clause_set_id)
    clause_sets.restore(clause_set)
    return go(_here(clause_set), _("“%(name)s” is back among your clauses.", name=clause_set.name))


@routes.post("/clauses/<int:clause_set_id>/versions")
@login_required
def bring_back(clause_set_id: int) -> Response:
    clause_set = _set(clause_set_id)
    number = request.form.get("version", type=int)
    version = next((r for r in clause_sets.versions(clause_set) if r.number == number), None)
    made = clause_sets.bring_back(version or abort(404), clock.now())
    return go(_here(clause_set), _("Version %(number)s is the newest now.", number=made.number))


@routes.route("/projects/<int:project_id>/clauses", methods=["GET", "POST"])
@login_required
def keep(project_id: int) -> Response:
    project = find(Project.of(current_user.user), project_id)
    form = KeepForm()
    form.offer()
    try:
        if form.validate_on_submit():
            return _kept(project, form)
    except Refusal as refusal:
        form.refused(refusal)
    answer = refuse if form.is_submitted() else page
    clauses = composing.proposal(project, clock.now()).clauses
    return answer("clause_sets/keep.html", project=project, form=form, clauses=clauses)


def _kept(project: Project, form: KeepForm) -> Response:
    clauses = composing.proposal(project, clock.now()).clauses
    choice, known = clause_choices.choice_of(project), form.chosen
    if known is None:
        by = current_user.user
        known = clause_sets.create(form.name.data, clauses, choice, by, clock.now())
    else:
        clause_sets.extend(known, clauses, choice, clock.now())
    toast = _("Kept as “%(name)s”. Choose it wherever you compose an agreement.", name=known.name)
    return go(url_for("agreements.show", project_id=project.id), toast)


def _set(clause_set_id: int) -> ClauseSet:
    found: ClauseSet = find(ClauseSet.of(current_user.user), clause_set_id)
    return found


def _here(clause_set: ClauseSet) -> str:
    return url_for("clause_sets.show", clause_set_id=clause_set.id)


def _shown(clause_set: ClauseSet, form: NameForm | None = None) -> dict[str, Any]:
    versions = clause_sets.versions(clause_set)
    number = request.args.get("version", versions[0].number, type=int)
    return {
        "clause_set": clause_set,
        "versions": versions,
        "version": next((row for row in versions if row.number == number), None) or abort(404),
        "kinds": library.KINDS,
        "form": form or NameForm(formdata=None, name=clause_set.name),
    }

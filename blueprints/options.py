"""Options of a draft plan: tiers and add-ons, named inline above its rows."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import BooleanField, StringField

from billing.planning import options
from billing.refusals import Refusal
from blueprints.web import project_page
from blueprints.web.errors import words
from blueprints.web.forms import Form, at_most
from blueprints.web.hypermedia import go, is_partial, swap
from blueprints.web.scoping import find
from models import Option, OptionKind, Project

routes = Blueprint("options", __name__, url_prefix="/projects/<int:project_id>/options")


class OptionForm(Form):
    title = StringField(_l("Name"), [at_most(120)])
    note = StringField(_l("What it is for"), [at_most(300)])
    recommended = BooleanField(_l("Recommended"))


def _option(project_id: int, option_id: int) -> Option:
    scope = Option.of(current_user.user).where(Option.project == project_id)
    found: Option = find(scope, option_id)
    return found


def _page(project_id: int, option: Option | None = None) -> str:
    anchor = f"option_{option.id}" if option is not None else "plan"
    return url_for("projects.show", project_id=project_id, _anchor=anchor)


@routes.post("")
@login_required
def add(project_id: int) -> Response:
    project = find(Project.of(current_user.user), project_id)
    kind = request.form.get("kind", "")
    if kind not in set(OptionKind):
        abort(404)
    try:
        made = options.add(project, OptionKind(kind))
    except Refusal as refusal:
        return go(_page(project_id), words(refusal), "warn")
    return go(_page(project_id, made))


@routes.post("/<int:option_id>")
@login_required
def save(project_id: int, option_id: int) -> Response:
    option, form = _option(project_id, option_id), OptionForm()
    if not form.validate():
        return _refused(option, form)
    try:
        options.revise(option, form.title.data, form.note.data, form.recommended.data)
    except Refusal as refusal:
        form.refused(refusal)
        return _refused(option, form, refusal.status)
    saved = {"option": option, "state": "saved", "sentence": _("Saved")}
    return swap("options/_option_state.html", _page(project_id, option), **saved)


def _refused(option: Option, form: OptionForm, status: int = 422) -> Response:
    if not is_partial():
        return project_page.show(option.project, status, option=(option, form), form=form)
    sentences = [str(each) for errors in form.errors.values() for each in errors]
    why = {"option": option, "state": "failed", "sentence": " ".join(sentences)}
    return swap("options/_option_state.html", "", status=status, **why)


@routes.post("/<int:option_id>/removal")
@login_required
def remove(project_id: int, option_id: int) -> Response:
    option = _option(project_id, option_id)
    options.remove(option)
    told = _("Its milestones are always included now.")
    return go(_page(project_id), told)

"""Packages: saved sets of milestones, edited in one form, or saved from a project's plan."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import StringField

from billing import clock
from billing.people import accounts
from billing.planning import packages
from billing.refusals import Refusal
from blueprints.web.forms import Form, at_most, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.package_form import LEFT, PackageForm, blank, texts_of
from blueprints.web.scoping import find
from models import Milestone, Package, Project

routes = Blueprint("packages", __name__)


class PackageName(Form):
    name = StringField(_l("Name"), [required(_l("Give the package a name.")), at_most(200)])


@routes.get("/packages")
@login_required
def index() -> Response:
    archived = "archived" in request.args
    listed = packages.listed(current_user.user, archived)
    return page("packages/index.html", packages=listed, archived=archived, worth=packages.worth)


@routes.route("/packages/new", methods=["GET", "POST"])
@login_required
def new() -> Response:
    business = accounts.business(current_user.user)
    form = PackageForm(data=blank(business.currency))
    if not _is_final(form, business.country):
        return _form("packages/new.html", form)
    package = packages.create(form.contents(), current_user.user, clock.now())
    return go(_show(package), _("%(name)s was saved.", name=package.name))


@routes.get("/packages/<int:package_id>")
@login_required
def show(package_id: int) -> Response:
    package = find(Package.of(current_user.user), package_id)
    told = {"outcomes": packages.outcomes(package), "worth": packages.worth, "left": LEFT}
    return page("packages/show.html", package=package, **told)


@routes.route("/packages/<int:package_id>/edit", methods=["GET", "POST"])
@login_required
def edit(package_id: int) -> Response:
    package = find(Package.of(current_user.user), package_id)
    form = PackageForm(data=texts_of(package))
    if not _is_final(form, accounts.business(current_user.user).country):
        return _form("packages/edit.html", form, package=package)
    packages.revise(package, form.contents())
    return go(_show(package), _("Saved."))


@routes.post("/packages/<int:package_id>/archive")
@login_required
def archive(package_id: int) -> Response:
    package = find(Package.of(current_user.user), package_id)
    packages.archive(package, clock.now())
    return go(_show(package))


@routes.post("/packages/<int:package_id>/restoration")
@login_required
def restore(package_id: int) -> Response:
    package = find(Package.of(current_user.user), package_id)
    packages.restore(package)
    return go(_show(package), _("%(name)s is back among your packages.", name=package.name))


@routes.route("/projects/<int:project_id>/package", methods=["GET", "POST"])
@login_required
def from_project(project_id: int) -> Response:
    project = find(Project.of(current_user.user), project_id)
    form = PackageName(data={"name": project.title})
    if form.validate_on_submit():
        try:
            made = packages.from_project(project, form.name.data, current_user.user, clock.now())
            return go(_show(made), _("The plan was saved as a package."))
        except Refusal as refusal:
            form.refused(refusal)
    planned = list(Milestone.live(project))
    return _form("packages/from_project.html", form, project=project, milestones=planned)


def _is_final(form: PackageForm, country: str) -> bool:
    """Whether a package was sent to be saved, and is fit to be; a row's button is neither."""
    if not form.is_submitted():
        return False
    if "change" in request.form:
        form.change(request.form["change"])
        return False
    form.understand(country)
    return bool(form.validate())


def _show(package: Package) -> str:
    return url_for("packages.show", package_id=package.id)


def _form(template: str, form: Form, **context: Any) -> Response:
    """The form: fresh, with its rows changed, or as it was typed with what is wrong."""
    if not form.is_submitted():
        return page(template, form=form, **context)
    if "change" in request.form:
        return refuse(template, 200, "packages/_milestone_rows.html", form=form, **context)
    return refuse(template, form=form, **context)

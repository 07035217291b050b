"""Stopping a project: what it costs today and why, by its owner."""

from collections.abc import Iterable

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.ending import stopping
from billing.refusals import Refusal
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from blueprints.web.stop_form import StopForm
from models import Milestone, Project

routes = Blueprint("stopping", __name__, url_prefix="/projects/<int:project_id>/stopping")


@routes.app_template_global()
def stopping_of(
    project: Project, milestones: Iterable[Milestone] | None = None
) -> stopping.Price | None:
    """What stopping would cost today; None where there is nothing to stop."""
    return stopping.price(project, clock.now(), milestones)


@routes.get("")
@login_required
def show(project_id: int) -> Response:
    project = _project(project_id)
    price = stopping.price(project, clock.now())
    form = StopForm(formdata=None).showing(price)
    return page("stopping/show.html", project=project, price=price, form=form)


@routes.post("")
@login_required
def stop(project_id: int) -> Response:
    project, form, now = _project(project_id), StopForm(), clock.now()
    answer = {"project": project, "form": form}
    if not form.validate():
        return refuse("stopping/show.html", price=stopping.price(project, now), **answer)
    try:
        stopping.stop(project, form.reason.data or "", form.seen.data or "", current_user.user, now)
    except Refusal as refusal:
        price = stopping.price(_project(project_id), now)
        form.showing(price).refused(refusal)
        return refuse("stopping/show.html", refusal.status, price=price, **answer)
    return go(
        url_for("projects.show", project_id=project.id),
        _("“%(title)s” is stopped.", title=project.title),
    )


def _project(project_id: int) -> Project:
    found: Project = find(Project.of(current_user.user), project_id)
    return found

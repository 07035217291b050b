"""What a client's signer asked for, answered by the owner; and reminders of an offer."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.agreeing import agreements, forwarding, reminders, wishes
from billing.refusals import Refusal
from blueprints.web.errors import words
from blueprints.web.hypermedia import go
from blueprints.web.scoping import find
from models import Project, Wish

routes = Blueprint("wishes", __name__, url_prefix="/projects/<int:project_id>/agreement")


@routes.post("/wishes/<int:wish_id>/following")
@login_required
def follow(project_id: int, wish_id: int) -> Response:
    wish = _wish(project_id, wish_id)
    try:
        forwarding.follow(wish, current_user.user, clock.now())
    except Refusal as refusal:
        return go(_here(project_id), words(refusal), "warn")
    return go(_here(project_id), _("The same terms go out to %(name)s now.", name=wish.name))


@routes.post("/wishes/<int:wish_id>/refusal")
@login_required
def refuse(project_id: int, wish_id: int) -> Response:
    wish = _wish(project_id, wish_id)
    forwarding.refuse(wish, current_user.user, clock.now())
    return go(_here(project_id), _("%(name)s is told to sign.", name=wish.contact.name))


@routes.post("/wishes/<int:wish_id>/settlement")
@login_required
def settle(project_id: int, wish_id: int) -> Response:
    wishes.settle(_wish(project_id, wish_id), current_user.user, clock.now())
    return go(_here(project_id), _("Noted as seen to."))


@routes.post("/reminders")
@login_required
def remind(project_id: int) -> Response:
    project = find(Project.of(current_user.user), project_id)
    agreement, paused = agreements.current(project), "pause" in request.form
    if agreement is not None:
        reminders.pause(agreement, paused, current_user.user, clock.now())
    told = _("No more reminders of this offer.") if paused else _("Reminders go out again.")
    return go(_here(project_id), told)


def _wish(project_id: int, wish_id: int) -> Wish:
    project = find(Project.of(current_user.user), project_id)
    found: Wish = find(Wish.of(current_user.user).where(Project.id == project.id), wish_id)
    return found


def _here(project_id: int) -> str:
    return url_for("agreements.show", project_id=project_id)

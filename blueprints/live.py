"""What open pages listen to: the client's, a project's, and the owner's home."""

from collections.abc import Callable

from flask import Blueprint, Response, session
from flask_login import current_user, login_required

from billing import clock
from billing.people import accounts, doors
from billing.reading import live
from blueprints.web import streams, visiting
from blueprints.web.scoping import find
from models import Project

routes = Blueprint("live", __name__)


@routes.get("/p/<key>/live")
def client(key: str) -> Response:
    door = visiting.glance(key)
    if door is None:
        # Refuses who has no way in; an owner who looks on listens as long as they are signed in.
        link = visiting.enter(key).link
        return streams.answer(live.project(link.project_id), _while_signed_in())
    generation = door.generation
    return streams.answer(
        live.project(door.project), lambda: doors.is_open(key, generation, clock.now())
    )


@routes.get("/projects/<int:project_id>/live")
@login_required
def project(project_id: int) -> Response:
    found = find(Project.of(current_user.user), project_id)
    return streams.answer(live.project(found.id), _while_signed_in())


@routes.get("/live")
@login_required
def home() -> Response:
    return streams.answer(live.owner(current_user.id), _while_signed_in())


def _while_signed_in() -> Callable[[], bool]:
    token = session.get("_user_id", "")
    return lambda: accounts.lives(token, clock.now())

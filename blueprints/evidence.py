"""The evidence pack of a project, the same for its owner and for the client's contacts."""

from collections.abc import Iterator
from os import SEEK_END
from typing import IO

from flask import Blueprint, Response, request
from flask_login import current_user, login_required

from billing import evidence_pack
from blueprints.web import visiting
from blueprints.web.scoping import find
from models import Project

routes = Blueprint("evidence", __name__)

PART = 64 * 1024
"""Bytes that are read and sent at a time."""


@routes.get("/projects/<int:project_id>/evidence.zip")
@login_required
def show(project_id: int) -> Response:
    return _pack(find(Project.of(current_user.user), project_id))


@routes.get("/p/<key>/evidence.zip")
def portal(key: str) -> Response:
    return _pack(visiting.enter(key).project)


def _pack(project: Project) -> Response:
    """The archive as a file, or that the browser has it as it is (304)."""
    tag = evidence_pack.tag(project)
    if tag in request.if_none_match:
        response = Response(status=304)
    else:
        file = evidence_pack.build(project)
        response = Response(_streamed(file), mimetype="application/zip")
        response.call_on_close(file.close)
        response.headers["Content-Length"] = str(file.seek(0, SEEK_END))
        file.seek(0)
        name = f"attachment; filename={evidence_pack.name(project)}"
        response.headers["Content-Disposition"] = name
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _streamed(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while part := file.read(PART):
            yield part

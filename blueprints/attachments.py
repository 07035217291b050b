"""Files of a project: gathered by the owner for the next round, and what both sides gave."""

from typing import Any

from flask import Blueprint, Response, abort, g, url_for
from flask_login import current_user, login_required

from billing.accepting import uploads
from billing.planning import plan
from billing.reading import rounds
from blueprints.web import downloads, handing
from blueprints.web.hypermedia import go, is_partial
from blueprints.web.scoping import find
from models import Attachment, Milestone, Project

routes = Blueprint("attachments", __name__, url_prefix="/projects/<int:project_id>")


@routes.url_value_preprocessor
def _take_a_file(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    handing.take_one()


@routes.app_template_global()
def file_url(attachment: Attachment, part: str = "show") -> str:
    """Where the reader of this page gets a file from, or its `picture`."""
    number = int(attachment.id)
    if "visit" in g:
        return url_for(f"portal_attachments.{part}", key=g.visit.key, attachment_id=number)
    project = int(attachment.milestone.project_id)
    return url_for(f"attachments.{part}", project_id=project, attachment_id=number)


@routes.app_template_global()
def largest_file() -> int:
    """Bytes that one file may have."""
    return handing.room().largest


routes.add_app_template_global(rounds.compared)


@routes.post("/milestones/<int:milestone_id>/files")
@login_required
def attach(project_id: int, milestone_id: int) -> Response:
    milestone = plan.row(current_user.user, project_id, milestone_id) or abort(404)
    told, made = handing.gather(milestone)
    if is_partial():
        return handing.row(told, made)
    return go(_home(milestone), " ".join(told) or None, "error")


def _home(milestone: Milestone) -> str:
    anchor = f"submission_{milestone.id}"
    return url_for("projects.show", project_id=milestone.project_id, _anchor=anchor)


def _file(project_id: int, attachment_id: int) -> Attachment:
    scope = Attachment.of(current_user.user).where(Project.id == project_id)
    found: Attachment = find(scope, attachment_id)
    return found


@routes.post("/files/<int:attachment_id>/removal")
@login_required
def remove(project_id: int, attachment_id: int) -> Response:
    attachment = _file(project_id, attachment_id)
    uploads.remove(attachment)
    return Response() if is_partial() else go(_home(attachment.milestone))


@routes.get("/files/<int:attachment_id>")
@login_required
def show(project_id: int, attachment_id: int) -> Response:
    return downloads.download(_file(project_id, attachment_id))


@routes.get("/files/<int:attachment_id>/picture")
@login_required
def picture(project_id: int, attachment_id: int) -> Response:
    return downloads.picture(_file(project_id, attachment_id))

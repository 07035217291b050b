"""Files that a client may have: what was handed over, and what came with words."""

from flask import Blueprint, Response

from blueprints.web import downloads, visiting
from blueprints.web.scoping import find
from models import Attachment

routes = Blueprint("portal_attachments", __name__)
visiting.keep_private(routes)


def _file(key: str, attachment_id: int) -> Attachment:
    found: Attachment = find(Attachment.given(visiting.enter(key).project), attachment_id)
    return found


@routes.get("/p/<key>/files/<int:attachment_id>")
def show(key: str, attachment_id: int) -> Response:
    return downloads.download(_file(key, attachment_id))


@routes.get("/p/<key>/files/<int:attachment_id>/picture")
def picture(key: str, attachment_id: int) -> Response:
    return downloads.picture(_file(key, attachment_id))

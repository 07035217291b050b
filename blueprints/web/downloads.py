"""Documents as files: the bytes as they were frozen, never opened inside our pages."""

from urllib.parse import quote

from flask import Response, abort, request

from billing import files
from models import Attachment, Document


def download(document: Document | Attachment) -> Response:
    """A stored file as an attachment; a browser that has it is told so (304)."""
    response = Response(mimetype=document.file.media_type)
    response.set_etag(document.file.sha256)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.name)}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-cache"
    if response.get_etag()[0] in request.if_none_match:
        response.status_code = 304
    else:
        response.data = files.read(document)
    return response


def picture(attachment: Attachment) -> Response:
    """The small picture of a file, which our own pages may show; 404 where it has none."""
    content = files.picture_of(attachment.file)
    if content is None:
        abort(404)
    response = Response(content, mimetype="image/webp")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # What it shows never changes; it is asked for again once a day in case the reader is gone.
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response

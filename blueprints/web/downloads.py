"""Documents as files: the bytes as they were frozen, never opened inside our pages."""

from urllib.parse import quote

from flask import Response, abort, request

from billing import files
from models import Attachment, Document, File


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
    # What it shows never changes; it is asked for again once a day in case the reader is gone.
    return _shown(content, "image/webp", 86_400)


def logo(file: File) -> Response:
    """A logo for our own pages, under an address that changes with it."""
    return _shown(files.bytes_of(file), file.media_type, 31_536_000)


def drawing(content: bytes) -> Response:
    """An SVG made for this request, for our own pages."""
    response = _shown(content, "image/svg+xml", 0)
    response.headers["Cache-Control"] = "no-store"
    return response


def _shown(content: bytes, media_type: str, seconds: int) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = f"private, max-age={seconds}"
    return response


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """Bytes made for this request, as a file."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response

"""Style sheets joined for a layout: one request, while each component keeps a file of its own."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, abort, url_for

routes = Blueprint("sheets", __name__)

DIRECTORY = Path(__file__).parents[1] / "static" / "css"
# In the order of their layers: tokens says what the layers are.
JOINED = {
    "base": ("tokens", "base", "layout", "icon", "actions", "status", "notice", "print"),
    "plan": (
        "milestones",
        "plan_table",
        "plan_measure",
        "plan_foot",
        "options",
        "history",
        "projects",
    ),
    "work": ("work", "clock", "files", "comments", "history", "projects"),
    "portal": (
        "portal",
        "handover",
        "clock",
        "files",
        "comments",
        "forms",
        "card",
        "progress",
        "history",
    ),
}


@routes.get("/sheets/<name>.css")
def show(name: str) -> Response:
    if name not in JOINED:
        abort(404)
    response = Response(_joined(name), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@routes.app_template_global()
def sheets(name: str) -> str:
    """The address of a layout's sheets, with their content's hash so that it is kept for good."""
    return url_for("sheets.show", name=name, v=sha256(_joined(name)).hexdigest()[:12])


@lru_cache(maxsize=len(JOINED))
def _joined(name: str) -> bytes:
    return "\n".join(map(_sheet, JOINED[name])).encode()


def _sheet(name: str) -> str:
    text = (DIRECTORY / f"{name}.css").read_text()
    return f"@media print {{\n{text}}}" if name == "print" else text

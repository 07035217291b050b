"""Anybody may have a sealed file checked. Nothing of it is kept."""

from contextlib import closing

from flask import Blueprint, Response, abort
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.exceptions import RequestEntityTooLarge

from billing import limits
from billing.sealing import certificates, verifying
from billing.sealing.verifying import Verdict
from blueprints.web import posting
from blueprints.web.forms import Form
from blueprints.web.hypermedia import page, refuse
from blueprints.web.security import limit, visitor

routes = Blueprint("verify", __name__, url_prefix="/verify")

PER_HOUR = 60


class VerifyForm(Form):
    file = FileField(_l("The PDF file"), [FileRequired(_l("Choose the PDF file first."))])


@routes.url_value_preprocessor
def _take_a_file(_endpoint: str | None, _values: dict[str, str] | None) -> None:
    posting.take(verifying.LARGEST)


@routes.get("")
def show() -> Response:
    return page("verify/show.html", **_shown(VerifyForm(formdata=None)))


@routes.post("")
def verify() -> Response:
    limit("verify", limits.network(visitor()), per_hour=PER_HOUR)
    form = VerifyForm()
    if not form.validate():
        return refuse("verify/show.html", **_shown(form))
    with closing(form.file.data) as file:
        # One byte more than is looked at tells that there are too many.
        verdict = verifying.verify(file.read(verifying.LARGEST + 1))
    status = 503 if verdict.reason == "busy" else 200
    return page("verify/show.html", status, **_shown(form, verdict))


@routes.get("/root.pem")
def root() -> Response:
    found = certificates.anchors() or abort(404)
    response = Response("".join(found), content_type="application/x-pem-file")
    response.headers["Content-Disposition"] = 'attachment; filename="milepost-root.pem"'
    return response


@routes.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """A verdict like others."""
    verdict = verifying.no("too_large")
    return page("verify/show.html", 413, **_shown(VerifyForm(formdata=None), verdict))


def _shown(form: VerifyForm, verdict: Verdict | None = None) -> dict[str, object]:
    return {
        "form": form,
        "verdict": verdict,
        "has_sealed": certificates.current() is not None,
        "largest": verifying.LARGEST // 1024 // 1024,
    }

"""The agreement as the client reads it: signed by name, drawing and code, or declined."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _

from billing import clock, sealing
from billing.agreeing import agreements, codes, paper, signing
from billing.agreeing.codes import CodeNeeded, CodeOver, CodeWrong, TooManyCodes
from billing.refusals import Conflict, OtherDocument, Refusal
from blueprints.web import choosing_page, visiting
from blueprints.web.downloads import download
from blueprints.web.errors import words
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.signing_page import DeclineForm, SignForm, first, shown, versions
from blueprints.web.visiting import Visit
from models import Agreement

routes = Blueprint("portal_agreement", __name__)
visiting.keep_private(routes)


@routes.get("/p/<key>/agreement")
def show(key: str) -> Response:
    visit, version = visiting.enter(key), request.args.get("version", type=int)
    elsewhere = None if version else choosing_page.instead(visit)
    if elsewhere is not None:
        return elsewhere
    return page("portal/agreement.html", **shown(visit, _agreement(visit, version)))


@routes.post("/p/<key>/agreement/signature")
def sign(key: str) -> Response:
    visit = visiting.enter(key)
    agreement, form = _agreement(visit), SignForm()
    try:
        if not form.document_sha256.data:
            # What names no document was shown none.
            raise OtherDocument
        told = shown(visit, agreement, signing_form=form)
        if not form.validate() or "back" in request.form:
            return refuse("portal/agreement.html", 422 if form.errors else 200, **told)
        signing.sign(agreement, form.intent, visit.contact, clock.now(), form.given)
    except Conflict as conflict:
        return _reread(visit, form, conflict)
    except (CodeNeeded, CodeWrong, CodeOver) as refusal:
        return _ask_for_code(visit, agreement, form, refusal)
    return go(url_for(".show", key=key), _("Thank you. Your signature is on record."))


@routes.post("/p/<key>/agreement/viewing")
def view(key: str) -> Response:
    visit = visiting.enter(key)
    agreements.view(_agreement(visit), visit.contact, clock.now())
    return Response(status=204)


@routes.post("/p/<key>/agreement/refusal")
def decline(key: str) -> Response:
    visit = visiting.enter(key)
    agreement, form = _agreement(visit), DeclineForm()
    if not form.validate():
        return refuse("portal/agreement.html", **shown(visit, agreement, declining_form=form))
    agreements.decline(agreement, form.reason.data, visit.contact, clock.now())
    return go(
        url_for("portal.show", key=key),
        _("You declined. %(name)s gets your reason.", name=visit.business.name),
    )


@routes.get("/p/<key>/agreement.pdf")
def pdf(key: str) -> Response:
    visit = visiting.enter(key)
    agreement = _agreement(visit, request.args.get("version", type=int))
    return download(sealing.document(agreement, "as_signed" in request.args) or abort(404))


@routes.get("/p/<key>/agreement/scan")
def scan(key: str) -> Response:
    visit = visiting.enter(key)
    recorded = paper.of(_agreement(visit, request.args.get("version", type=int)))
    return download(recorded.scan) if recorded else abort(404)


def _agreement(visit: Visit, version: int | None = None) -> Agreement:
    """The version asked for, what is to be read first without one, or 404."""
    if version is None:
        return first(visit) or abort(404)
    return next((row for row in versions(visit) if row.version == version), None) or abort(404)


def _ask_for_code(visit: Visit, agreement: Agreement, form: SignForm, why: Refusal) -> Response:
    """The page for the code, which is mailed once and again when the signer asks for it."""
    again, now = "again" in request.form, clock.now()
    form.code.data, is_first = "", "code" not in request.form
    try:
        if again:
            codes.ask(agreement, visit.contact, now)
        elif isinstance(why, CodeNeeded):
            codes.at_hand(agreement, visit.contact, now)
        if not (again or is_first):
            form.refused(why)
    except TooManyCodes as refusal:
        form.refused(refusal)
    code = codes.current(agreement, visit.contact, now)
    told = shown(visit, agreement, signing_form=form)
    told |= {"code": code, "mail": codes.mailed(code) if code else None, "is_again": again}
    return refuse("portal/code.html", 422 if form.errors else 200, **told)


def _reread(visit: Visit, form: SignForm, conflict: Conflict) -> Response:
    """The agreement as it stands now, to be read again: the boxes are empty, the name is kept."""
    form.form_errors.append(words(conflict))
    for box in form.boxes:
        box.data = False
    form.document_sha256.data = None
    told = shown(visit, _agreement(visit), signing_form=form)
    return refuse("portal/agreement.html", conflict.status, **told)

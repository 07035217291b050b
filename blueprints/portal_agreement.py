"""The agreement as the client reads it: signed with a typed name, or declined with a reason."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from billing import agreements, clock, signing
from billing.refusals import Conflict, NameMissing, OtherDocument, ReasonMissing
from blueprints.web import visiting
from blueprints.web.downloads import download
from blueprints.web.errors import words
from blueprints.web.forms import Form, KeyField, at_most, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.security import visitor
from blueprints.web.visiting import Visit
from models import Agreement

routes = Blueprint("portal_agreement", __name__)
visiting.keep_private(routes)


class SignForm(Form):
    name = StringField(
        lazy_gettext("Your full name"),
        validators=[required(lazy_gettext(NameMissing.sentence)), at_most(200)],
    )
    agreed = BooleanField(
        validators=[required(lazy_gettext("Tick the box that says you agree, or decline below."))]
    )
    consented = BooleanField(
        validators=[required(lazy_gettext("Tick the box about signing electronically."))]
    )
    document_sha256 = HiddenField()
    key = KeyField()


class DeclineForm(Form):
    reason = TextAreaField(
        lazy_gettext("What would have to be different?"),
        validators=[required(lazy_gettext(ReasonMissing.sentence)), at_most(5000)],
    )


@routes.get("/p/<key>/agreement")
def show(key: str) -> Response:
    visit = visiting.enter(key)
    agreement = _agreement(visit, request.args.get("version", type=int))
    return page("portal/agreement.html", **_shown(visit, agreement))


@routes.post("/p/<key>/agreement/signature")
def sign(key: str) -> Response:
    visit = visiting.enter(key)
    agreement, form = _agreement(visit), SignForm()
    try:
        shown = _shown(visit, agreement, signing_form=form)
        if not form.validate():
            return refuse("portal/agreement.html", **shown)
        signing.sign(agreement, _intent(form), visit.contact, clock.now())
    except Conflict as conflict:
        return _reread(visit, form, conflict)
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
        return refuse("portal/agreement.html", **_shown(visit, agreement, declining_form=form))
    agreements.decline(agreement, form.reason.data, visit.contact, clock.now())
    return go(
        url_for("portal.show", key=key),
        _("You declined. %(name)s gets your reason.", name=visit.business.name),
    )


@routes.get("/p/<key>/agreement.pdf")
def pdf(key: str) -> Response:
    visit = visiting.enter(key)
    return download(_agreement(visit, request.args.get("version", type=int)).document)


def _versions(visit: Visit) -> list[Agreement]:
    """The versions this client was sent, the newest first."""
    return [row for row in agreements.versions(visit.project) if row.sent_at is not None]


def _agreement(visit: Visit, version: int | None = None) -> Agreement:
    """The version asked for, the newest without one, or 404."""
    found = (row for row in _versions(visit) if version in (None, row.version))
    return next(found, None) or abort(404)


def _shown(
    visit: Visit,
    agreement: Agreement,
    signing_form: SignForm | None = None,
    declining_form: DeclineForm | None = None,
) -> dict[str, Any]:
    """What the page says; `form` is the one that was sent. Refuses OtherDocument."""
    form = signing_form or SignForm(formdata=None)
    digest = agreement.document.file.sha256
    if form.document_sha256.data not in (None, "", digest):
        raise OtherDocument
    form.document_sha256.data = digest
    form.agreed.label.text = _(signing.STATEMENT, **signing.named(agreement))
    form.consented.label.text = _(signing.CONSENT)
    newest = _versions(visit)[0]
    is_open = newest.id == agreement.id and agreement.state in agreements.OUT
    return {
        "agreement": agreement,
        "newest": newest,
        "payload": agreements.read(agreement),
        "form": declining_form or form,
        "signing_form": form,
        "declining_form": declining_form or DeclineForm(formdata=None),
        "is_open": is_open and not agreements.is_over(agreement, clock.now()),
        "may": agreement.signer_id == visit.contact.id,
        "signatures": {row.party: row for row in agreement.signatures},
    }


def _intent(form: SignForm) -> signing.Intent:
    return signing.Intent(
        name=form.name.data,
        document_sha256=form.document_sha256.data,
        statement=str(form.agreed.label.text),
        consent=str(form.consented.label.text),
        agreed=form.agreed.data,
        consented=form.consented.data,
        key=form.key.data,
        address=visitor(),
        user_agent=request.user_agent.string,
    )


def _reread(visit: Visit, form: SignForm, conflict: Conflict) -> Response:
    """The agreement as it stands now, to be read again: the boxes are empty, the name is kept."""
    form.form_errors.append(words(conflict))
    form.agreed.data = form.consented.data = False
    form.document_sha256.data = None
    shown = _shown(visit, _agreement(visit), signing_form=form)
    return refuse("portal/agreement.html", conflict.status, **shown)

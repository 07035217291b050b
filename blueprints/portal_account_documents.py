"""Receipts and statements that were sent, on the client's page, for those who pay."""

from flask import Blueprint, Response, abort

from billing.paying import account_letters
from blueprints.web import visiting
from blueprints.web.downloads import download
from blueprints.web.hypermedia import page
from blueprints.web.scoping import find
from blueprints.web.visiting import Visit

routes = Blueprint("portal_account_documents", __name__, url_prefix="/p/<key>/documents")
visiting.keep_private(routes)


@routes.get("")
def index(key: str) -> Response:
    visit = _payer(key)
    shown = list(account_letters.shown(visit.project))
    return page("portal/account_documents.html", shown=shown, said=account_letters.said)


@routes.get("/<int:document_id>/document.pdf")
def pdf(key: str, document_id: int) -> Response:
    visit = _payer(key)
    return download(find(account_letters.shown(visit.project), document_id).document)


def _payer(key: str) -> Visit:
    """Somebody who pays: a statement is about all that the client was billed."""
    visit = visiting.enter(key)
    if not visit.contact.is_payer:
        abort(404)
    return visit

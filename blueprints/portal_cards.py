"""Paying by card: the way to the payment host, and the way back, which proves nothing."""

from flask import Blueprint, Response, url_for

from billing import clock
from billing.paying import cards, payments
from billing.reading import engagements
from billing.refusals import Refusal
from blueprints.web import visiting
from blueprints.web.config import installation
from blueprints.web.errors import words
from blueprints.web.hypermedia import go, page
from blueprints.web.scoping import find
from blueprints.web.visiting import Visit
from models import Invoice

routes = Blueprint("portal_cards", __name__, url_prefix="/p/<key>/invoices/<int:invoice_id>/card")
visiting.keep_private(routes)


@routes.post("")
def pay(key: str, invoice_id: int) -> Response:
    """Our own page holds the link: browsers let no form lead to another site."""
    visit = visiting.enter(key)
    invoice = _invoice(visit, invoice_id)
    try:
        address = cards.begin(invoice, visit.link, installation(), clock.now())
    except Refusal as refusal:
        here = url_for("portal_invoices.show", key=key, invoice_id=invoice_id)
        return go(here, words(refusal), "info")
    due = payments.payable(invoice)
    return page("portal/paying.html", invoice=invoice, address=address, due=due)


@routes.get("")
def returned(key: str, invoice_id: int) -> Response:
    """Where the payment host sends people back to."""
    visit = visiting.enter(key)
    invoice = _invoice(visit, invoice_id)
    return page("portal/card_returned.html", invoice=invoice, due=payments.payable(invoice))


def _invoice(visit: Visit, invoice_id: int) -> Invoice:
    found: Invoice = find(engagements.invoices_of(visit.project), invoice_id)
    return found

"""An offer that leaves a choice, as its client sees it: alternatives, and what a choice costs."""

from typing import Any

from flask import Response, request, url_for

from billing import clock
from billing.agreeing import agreements, picking
from billing.agreeing.picking import Choice
from blueprints.web.hypermedia import go
from blueprints.web.signing_page import DeclineForm
from blueprints.web.visiting import Visit
from models import Agreement


def instead(visit: Visit) -> Response | None:
    """Where a signer chooses first, or sees the choice being made into a document; else None."""
    standing = agreements.standing(visit.project)
    if standing is None:
        return None
    if picking.is_being_made(standing):
        return go(url_for("portal_options.making", key=visit.key))
    if picking.is_open(standing) and may_choose(visit, standing):
        return go(url_for("portal_options.show", key=visit.key))
    return None


def may_choose(visit: Visit, standing: Agreement) -> bool:
    """Whether this reader can choose, or choose otherwise, now."""
    is_out = standing.state in agreements.OUT and not agreements.is_over(standing, clock.now())
    return is_out and standing.signer_id == visit.contact.id


def posted() -> Choice:
    """The choice in the address or in the form."""
    tiers, add_ons = request.values.getlist("tier"), request.values.getlist("add_on")
    numbers = [int(text) for text in add_ons if text.isdecimal() and len(text) < 10]
    tier = next((int(text) for text in tiers if text.isdecimal() and len(text) < 10), None)
    return Choice(tier, frozenset(numbers))


def shown(visit: Visit, standing: Agreement, offer: Agreement, choice: Choice) -> dict[str, Any]:
    """What the page says. `standing` is the offer itself or the version chosen from it."""
    said = agreements.read(offer)
    alternatives = picking.offered(said) or {}
    is_whole = choice.tier is not None or not alternatives["tiers"]
    return {
        "agreement": offer,
        "standing": standing,
        "payload": said,
        "alternatives": alternatives,
        "chosen": choice.ids,
        "choice": choice,
        "is_again": standing.id != offer.id,
        "price": picking.price(said, choice) if is_whole else None,
        "named": [row["title"] for row in _rows(alternatives) if row["id"] in choice.ids],
        "declining_form": DeclineForm(formdata=None),
    }


def _rows(alternatives: dict[str, Any]) -> list[dict[str, Any]]:
    return [*alternatives["tiers"], *alternatives["add_ons"]]

"""What other services report to us: signed by them, so it needs no token of ours."""

from flask import Blueprint, Response, request

from billing import clock
from billing.paying import cards
from blueprints.web.config import installation
from blueprints.web.security import csrf

routes = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@routes.post("/stripe/<token>")
@csrf.exempt
def stripe(token: str) -> Response:
    signature = request.headers.get("Stripe-Signature", "")
    try:
        cards.receive(token, request.get_data(), signature, installation(), clock.now())
    except cards.NotGenuine as refused:
        return Response(str(refused), refused.status, mimetype="text/plain")
    return Response("", 200, mimetype="text/plain")

"""A calendar's feed of due dates, for whoever has its secret address."""

from flask import Blueprint, Response, abort

from billing import clock
from billing.books import calendar
from blueprints.web.config import installation

routes = Blueprint("calendar", __name__)


@routes.get("/calendar/<token>.ics")
def feed(token: str) -> Response:
    found = calendar.of_token(token, installation().secret) or abort(404)
    response = Response(calendar.written(found, clock.now()), mimetype="text/calendar")
    response.headers["Cache-Control"] = "no-store"
    return response

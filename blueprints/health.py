"""Whether the process answers and can work; says nothing private."""

from flask import Blueprint, Response, jsonify

from billing import clock, health
from blueprints.web.config import installation

routes = Blueprint("health", __name__)


@routes.get("/healthz")
def process() -> Response:
    return jsonify(status="ok")


@routes.get("/readyz")
def ready() -> tuple[Response, int]:
    checks = health.checks(installation(), clock.now())
    return jsonify(checks), 200 if all(checks.values()) else 503

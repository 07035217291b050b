"""Milepost: the application, put together from its parts."""

import logging
import time
from datetime import timedelta
from importlib import import_module
from itertools import count
from pkgutil import iter_modules
from secrets import token_hex
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_compress import Compress

import blueprints
from billing.installation import Installation, from_environment
from blueprints.web import errors, formatting, posting, security, sessions, streams
from blueprints.web.hypermedia import htmx
from blueprints.web.scoping import RowNumber
from models import connect, db

log = logging.getLogger("milepost")

numbers = count(1)


class Milepost(Flask):
    """A Flask that need not look whether anything of ours is asynchronous: nothing is."""

    def ensure_sync(self, func: Any) -> Any:
        return func


def create_app(installation: Installation | None = None) -> Flask:
    """The WSGI application. Without an installation it reads one from the environment."""
    if installation is None:
        installation = from_environment()
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    app = Milepost(__name__)
    app.url_map.converters["int"] = RowNumber
    app.config["INSTALLATION"] = installation
    app.config["PROCESS"] = token_hex(3)
    app.config["SECRET_KEY"] = installation.secret
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = timedelta(days=365)
    connect(installation.database_url)
    # First in, so that it is last out: what it compresses is whole and has its headers.
    Compress(app)
    for part in (htmx, posting, sessions, errors, formatting):
        part.init_app(app)
    security.init_app(app, installation)
    for resource in iter_modules(blueprints.__path__, "blueprints."):
        if not resource.ispkg:
            app.register_blueprint(import_module(resource.name).routes)
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_give_back_connection)
    return app


def begin(app: Flask) -> Flask:
    """Let the application begin to answer, in the web process that was forked for it."""
    # Or the ids of its requests would be those of the other processes' too.
    app.config["PROCESS"] = token_hex(3)
    streams.end_with_server(app)
    return app


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = f"{current_app.config['PROCESS']}-{next(numbers)}"
    if request.endpoint != "static":
        db.connect(reuse_if_open=True)


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint != "static":
        milliseconds = 1000 * (time.perf_counter() - g.get("began", time.perf_counter()))
        # The route, not the path: a path can hold a link's token.
        log.info(
            "%s %s %s %s %.1fms",
            g.get("request_id"),
            request.method,
            request.url_rule or "-",
            response.status_code,
            milliseconds,
        )
    return response


def _give_back_connection(_error: BaseException | None) -> None:
    if not db.is_closed():
        db.close()

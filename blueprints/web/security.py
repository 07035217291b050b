"""Headers, hosts, CSRF and rate limits."""

from typing import Any

from flask import Flask, Response, abort, current_app, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from billing import clock, limits
from billing.installation import Installation
from billing.people import accounts
from blueprints.web.errors import TooManyAttempts
from blueprints.web.posting import Drained

csrf = CSRFProtect()

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors {ancestors}; frame-src 'self'; manifest-src 'self'"
)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": POLICY.format(ancestors="'none'"),
    "Cache-Control": "no-store",
}
FILE_HEADERS = ("x-content-type-options", "cache-control")
OVER_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}


def init_app(app: Flask, installation: Installation) -> None:
    csrf.init_app(app)
    app.config.update(
        # Bound to the session alone: a page left open overnight still works.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=installation.secure,
        PERMANENT_SESSION_LIFETIME=accounts.ABSOLUTE,
        SESSION_REFRESH_EACH_REQUEST=False,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=installation.secure,
        SESSION_COOKIE_NAME="__Host-session" if installation.secure else "session",
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
    )
    app.before_request(_known_host)
    app.before_request(_no_nul)
    app.wsgi_app = _wrapped(app.wsgi_app, installation)  # type: ignore[method-assign]
    allowed = {_host_of(installation.base_url), f"{installation.host}:{installation.port}"}
    if not installation.secure:
        allowed |= {f"localhost:{installation.port}", f"127.0.0.1:{installation.port}"}
    app.config["ALLOWED_HOSTS"] = allowed


def _wrapped(application: Any, installation: Installation) -> Any:
    hops = installation.trusted_proxies
    if hops:
        application = ProxyFix(application, x_for=hops, x_proto=hops)
    headed = Headed(application, HEADERS | OVER_HTTPS if installation.secure else HEADERS)
    return Drained(headed)


def _host_of(url: str) -> str:
    return url.split("://", 1)[-1].split("/", 1)[0]


def _known_host() -> None:
    if request.host not in current_app.config["ALLOWED_HOSTS"] and request.path != "/healthz":
        abort(400, _("This address is not one this server answers to."))


def _no_nul() -> None:
    """No text of PostgreSQL's holds a NUL, so nothing is found by one. Forms leave theirs out."""
    named = "\0" in request.path or b"%00" in request.query_string
    if named or (request.method == "POST" and "\0" in request.form.get("key", "")):
        abort(404)


class Headed:
    """Gives every answer the headers that it does not carry itself.

    Files of ours are the same for everybody and need none but nosniff: on a phone the other
    headers would weigh more than most of them.

    Around the application and not an after_request function: nine headers through
    werkzeug's checks would cost as much as the query of an unchanged page.
    """

    def __init__(self, application: Any, defaults: dict[str, str]) -> None:
        self._application = application
        self._defaults = [(name.lower(), (name, value)) for name, value in defaults.items()]
        self._of_files = [each for each in self._defaults if each[0] in FILE_HEADERS]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        is_file = environ.get("PATH_INFO", "").startswith(("/static/", "/sheets/"))

        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Any:
            own = {name.lower(): value for name, value in headers}
            is_page = own.get("content-type", "").startswith("text/html")
            defaults = self._of_files if is_file and not is_page else self._defaults
            headers += [pair for name, pair in defaults if name not in own]
            return start_response(status, headers, *failure)

        return self._application(environ, start)


def may_frame_itself(response: Response) -> Response:
    """Let one page, the preview inside the agreement editor, be framed by our own pages."""
    response.headers["Content-Security-Policy"] = POLICY.format(ancestors="'self'")
    return response


def limit(name: str, *keys: str, per_hour: int) -> None:
    """Count a try under each key; over `per_hour` of any, TooManyAttempts."""
    for key in keys:
        seconds = limits.count(f"{name}:{key}", per_hour, clock.now())
        if seconds:
            raise TooManyAttempts(seconds)


def visitor() -> str:
    """The visitor's address, for limits and records."""
    return request.remote_addr or ""

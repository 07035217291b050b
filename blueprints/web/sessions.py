"""Who is signed in: Flask-Login over sessions that are rows, dead on the server at sign-out."""

from json import dumps

from flask import Flask, Response, redirect, request, session, url_for
from flask import make_response as respond
from flask_babel import gettext as _
from flask_login import LoginManager, current_user, login_user, logout_user

from billing import clock
from billing.people import accounts
from blueprints.web.cookies import Cookies
from blueprints.web.hypermedia import is_partial
from models import Session, User


class Manager(LoginManager):  # type: ignore[misc]
    """Flask-Login without its remember-me cookie, which it would look for in every answer."""

    def init_app(self, app: Flask, add_context_processor: bool = True) -> None:
        app.login_manager = self  # type: ignore[attr-defined]
        if add_context_processor:
            app.context_processor(lambda: {"current_user": current_user})


manager = Manager()


class Owner:
    """The signed-in owner as Flask-Login wants one: the user behind a session row."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, row: Session, token: str) -> None:
        self.session = row
        self.user: User = row.user
        self._token = token

    def get_id(self) -> str:
        return self._token

    @property
    def id(self) -> int:
        return int(self.user.id)

    @property
    def email(self) -> str:
        return str(self.user.email)


def init_app(app: Flask) -> None:
    app.session_interface = Cookies()
    manager.init_app(app)
    manager.session_protection = None
    manager.user_loader(_load)
    manager.unauthorized_handler(_sign_in_first)


def _load(token: str) -> Owner | None:
    row = accounts.session_of(token, clock.now())
    return Owner(row, token) if row else None


def _sign_in_first() -> Response:
    if is_partial():
        return _stay_and_say_so()
    if accounts.is_empty():
        return redirect(url_for("auth.sign_up"), 303)
    target = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("auth.sign_in", next=None if target == "/" else target), 303)


def _stay_and_say_so() -> Response:
    """What was typed stays on the page; signed in again, in another window, it can be saved."""
    told = _(
        "You are signed out, so this was not saved. Sign in in another window, then try again."
    )
    response = respond("", 401)
    response.headers["HX-Reswap"] = "none"
    # Headers are Latin-1, and dumps() escapes what is beyond ASCII.
    response.headers["HX-Trigger"] = dumps({"toast": {"value": told}})
    return response


def open_for(user: User) -> None:
    """Sign this browser in, under a new session id."""
    session.clear()
    # The browser may be closed and opened again; the row on the server sets the limits.
    session.permanent = True
    token = accounts.open_session(
        user, clock.now(), request.remote_addr or "", request.user_agent.string
    )
    row = accounts.session_of(token, clock.now())
    if row is not None:
        login_user(Owner(row, token))


def close() -> None:
    """Sign this browser out; the session row is gone, so a kept cookie opens nothing."""
    token = session.get("_user_id")
    if token:
        accounts.close_session(token)
    logout_user()
    session.clear()

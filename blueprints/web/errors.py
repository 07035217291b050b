"""What a person reads when something cannot be done, with the way on."""

import logging
import secrets

from flask import Flask, Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from peewee import DoesNotExist, IntegrityError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from billing import states
from billing.refusals import Refusal
from blueprints.web.formatting import speak
from blueprints.web.hypermedia import page
from models import Link

log = logging.getLogger("milepost")


class LinkClosed(Exception):
    """A link that was revoked, has expired or was replaced; its holder may ask for a new one."""

    def __init__(self, link: Link) -> None:
        super().__init__("link closed")
        self.link = link


class OnlyPreviewing(Exception):
    """The owner's own browser tried to act as the client."""


class TooManyAttempts(Exception):
    """A rate limit; `seconds` until the next try."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many attempts")
        self.seconds = seconds


def words(refusal: Refusal) -> str:
    """A refusal's sentence in the reader's language."""
    facts = {
        name: _(states.WORDS[value]) if name == "state" and value in states.WORDS else value
        for name, value in refusal.facts.items()
    }
    return str(_(refusal.sentence, **facts) if facts else _(refusal.sentence))


def init_app(app: Flask) -> None:
    """Answer every kind of failure with a page."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(LinkClosed, _link_closed)
    app.register_error_handler(OnlyPreviewing, _only_previewing)
    app.register_error_handler(TooManyAttempts, _too_many)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(InterfaceError, _busy)
    app.register_error_handler(DoesNotExist, _gone)
    app.register_error_handler(IntegrityError, _overtaken)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _problem(status: int, title: str, text: str, **context: object) -> Response:
    layout = "layout/owner.html" if current_user and current_user.is_authenticated else None
    return page(
        "errors/problem.html",
        status,
        problem_title=title,
        problem_text=text,
        layout=layout if not request.path.startswith("/p/") else None,
        **context,
    )


def _refused(refusal: Refusal) -> Response:
    return _problem(refusal.status, _("That cannot be done now"), words(refusal))


def _link_closed(closed: LinkClosed) -> Response:
    speak(str(closed.link.project.client.language))
    return page("errors/link_closed.html", 410, link=closed.link)


def _only_previewing(_error: OnlyPreviewing) -> Response:
    return _problem(
        403,
        _("You are looking at your client's page"),
        _("You are signed in as the owner, so this page only shows what your client sees."),
        back=url_for("portal.show", key=(request.view_args or {})["key"]),
    )


def _too_many(error: TooManyAttempts) -> Response:
    minutes = max(1, round(error.seconds / 60))
    response = _problem(
        429,
        _("Too many attempts"),
        ngettext(
            "Please wait %(num)s minute and try again.",
            "Please wait %(num)s minutes and try again.",
            minutes,
        ),
    )
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _csrf(_error: CSRFError) -> Response:
    return _problem(
        400,
        _("This form has lost its session"),
        _("Nothing was changed. Go back, reload the page and send it again."),
    )


def _too_large(_error: RequestEntityTooLarge) -> Response:
    return _problem(413, _("That is too large"), _("Send less at once. Nothing was changed."))


def _busy(error: OperationalError | InterfaceError) -> Response:
    log.warning("database unavailable: %s", error, extra={"request_id": g.get("request_id")})
    # Who is signed in stands in the database too, so this page asks nobody.
    g._login_user = AnonymousUserMixin()
    response = _problem(
        503,
        _("Too busy for a moment"),
        _("Nothing was changed. Please send it again in a few seconds."),
    )
    response.headers["Retry-After"] = "5"
    return response


def _gone(error: DoesNotExist) -> Response:
    """It was found, and deleted before the verb came to it."""
    log.error("gone", exc_info=error, extra={"request_id": g.get("request_id")})
    return _nothing_here()


def _overtaken(error: IntegrityError) -> Response:
    """Two did at the same moment what can be done once, and the other was first."""
    log.error("overtaken", exc_info=error, extra={"request_id": g.get("request_id")})
    return _problem(
        409, _("That cannot be done now"), _("Nothing was changed. Go back and try again.")
    )


def _nothing_here() -> Response:
    """The same for every address that nobody holds, so that nobody learns which there are."""
    if request.path.startswith(("/p/", "/l/")) and not g.get("visit"):
        text = _(
            "Open the link in the newest mail you have of it: a part of this one may be missing,"
            " or this browser does not know it yet. If that does not help, ask who sent it for a"
            " new one."
        )
    else:
        text = _("The address may be mistyped, or this is not for you to see.")
    return _problem(404, _("There is nothing here"), text)


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is not None and error.code < 400:
        return error
    if error.code == 404:
        return _nothing_here()
    if error.code == 405:
        return _problem(
            405,
            _("This address has no page of its own"),
            _("Something is sent here by a button. Go back to the page that has it."),
        )
    is_ours = error.description != type(error).description
    text = error.description if is_ours else _("Nothing was changed. Go back and try again.")
    return _problem(error.code or 500, _("That did not work"), text or "")


def _unexpected(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.exception("unexpected failure %s", reference, exc_info=error)
    return _problem(
        500,
        _("Something went wrong on our side"),
        _(
            "Nothing was changed. If it happens again, tell the person who runs this"
            " server the reference %(reference)s.",
            reference=reference,
        ),
    )

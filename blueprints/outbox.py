"""The outbox: every message, what became of it, and what to do about it."""

from urllib.parse import quote

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from peewee import DoesNotExist

from billing import clock, outbox
from billing.delivery import by_hand, headers, letters
from billing.delivery.failures import Undeliverable
from billing.delivery.letters import Letter
from billing.reading import mailroom
from blueprints.web.config import installation
from blueprints.web.hypermedia import go, page
from blueprints.web.scoping import find
from models import Delivery

routes = Blueprint("outbox", __name__, url_prefix="/outbox")


@routes.get("")
@login_required
def index() -> Response:
    state = request.args.get("state", "")
    state = state if state in mailroom.FILTERS else ""
    listed = mailroom.listed(current_user.user, state, request.args.get("page", 1, type=int))
    return page("outbox/index.html", listed=listed, state=state, **_mail_setup())


@routes.get("/<int:delivery_id>")
@login_required
def show(delivery_id: int) -> Response:
    message = _message(delivery_id)
    is_settled = _is_settled(message)
    return page(
        "outbox/show.html",
        message=message,
        is_settled=is_settled,
        letter=None if is_settled else _masked(message),
        can_be_copied=not is_settled and by_hand.can_be_copied(message, installation()),
        **_mail_setup(),
    )


@routes.post("/<int:delivery_id>/retry")
@login_required
def retry(delivery_id: int) -> Response:
    message = _message(delivery_id)
    outbox.retry(message, clock.now())
    return go(_origin(message), _("It is tried again now."))


@routes.post("/<int:delivery_id>/cancellation")
@login_required
def cancel(delivery_id: int) -> Response:
    message = _message(delivery_id)
    outbox.cancel(message)
    return go(_here(message), _("It will not be sent."))


@routes.post("/<int:delivery_id>/copy")
@login_required
def copy(delivery_id: int) -> Response:
    message = _message(delivery_id)
    letter = by_hand.copy(message, installation(), current_user.user, clock.now())
    return page("outbox/copy.html", message=message, letter=letter, mailto=_mailto(message, letter))


def _message(delivery_id: int) -> Delivery:
    found: Delivery = find(mailroom.messages(current_user.user), delivery_id)
    return found


def _is_settled(message: Delivery) -> bool:
    """Whether it would not go out any more: it asks for, or tells of, what is settled by now."""
    if message.channel != "mail" or message.state not in outbox.TO_GO:
        return False
    try:
        return letters.is_overtaken(message, installation(), clock.now())
    except (Undeliverable, DoesNotExist):
        return False


def _masked(message: Delivery) -> Letter | None:
    """The letter as it would go out now, without what acts for its reader."""
    if message.channel != "mail":
        return None
    try:
        return letters.compose(message, installation(), clock.now(), masked=True)
    except (Undeliverable, DoesNotExist):
        return None


def _mailto(message: Delivery, letter: Letter) -> str:
    subject, body = headers.one_line(letter.subject), letter.text.replace("\n", "\r\n")
    return f"mailto:{quote(message.recipient)}?subject={quote(subject)}&body={quote(body)}"


def _mail_setup() -> dict[str, bool]:
    return {"sends_mail": installation().sends_mail}


def _origin(message: Delivery) -> str:
    """Where a button was pressed: here, or on the page of the invoice whose PDF failed."""
    if request.form.get("next") == "invoice" and "invoice" in message.facts:
        return url_for("invoices.show", invoice_id=message.facts["invoice"])
    return _here(message)


def _here(message: Delivery) -> str:
    if message.channel != "mail":
        # Once it is on its way again it is no longer listed.
        return url_for(".index")
    return url_for(".show", delivery_id=message.id)

"""From hours to outcomes: the steps there are, how far each is, and where to go on."""

from flask import Blueprint, Response
from flask_login import current_user, login_required

from billing import clock
from billing.people import accounts
from billing.reading import transition
from blueprints.web.hypermedia import page

routes = Blueprint("transition", __name__, url_prefix="/outcomes")


@routes.get("")
@login_required
def index() -> Response:
    owner = current_user.user
    today = clock.local_date(clock.now(), str(accounts.business(owner).timezone))
    return page("transition/index.html", steps=transition.of(owner, today))

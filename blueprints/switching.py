"""The switch: running hourly work becomes a draft project of what is left."""

from datetime import date

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import SelectField, StringField, TextAreaField

from billing import clock, format
from billing.people import accounts
from billing.planning import switching
from billing.reading import project_list
from billing.refusals import Refusal
from blueprints.web.fields import DayField, choices
from blueprints.web.forms import Form, MoneyField, at_most, optional, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import Client, User

routes = Blueprint("switching", __name__, url_prefix="/outcomes/switch")


class SwitchForm(Form):
    client = SelectField(_l("Client"), [required(_l("Choose the client."))])
    title = StringField(_l("Project"), [required(_l("Enter a title.")), at_most(200)])
    outcomes = TextAreaField(
        _l("What is left to reach"),
        [required(_l("Write at least one outcome that is left to reach.")), at_most(6000)],
    )
    paid = MoneyField(_l("Paid by the hour so far"), [optional()])
    until = DayField(_l("Until"), [optional()])


@routes.route("", methods=["GET", "POST"])
@login_required
def index() -> Response:
    owner = current_user.user
    form = _form(owner)
    if not form.validate_on_submit():
        return _shown(form, owner)
    client = find(Client.of(owner), form.client.data)
    hourly = switching.Hourly(form.paid.minor or 0, form.until.data or _today(owner))
    left = (form.outcomes.data or "").splitlines()
    try:
        project = switching.switch(client, form.title.data, left, hourly, owner, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return _shown(form, owner)
    told = _("Give each outcome its price and say when it is done, then send the agreement.")
    return go(url_for("projects.show", project_id=project.id), told)


def _form(owner: User) -> SwitchForm:
    """The form as it was typed, or filled from imported hours through the address."""
    form = SwitchForm(data={"until": _today(owner), **_said()})
    present = {str(row.id): f"{row.name} ({row.currency})" for row in project_list.clients(owner)}
    form.client.choices = choices({"": _("Choose a client"), **present})
    chosen = Client.of(owner).where(Client.id == _number(form.client.data)).first()
    business = accounts.business(owner)
    form.paid.understand((chosen or business).currency, business.country)
    return form


def _said() -> dict[str, str | date]:
    """What the address says, where it can be meant."""
    said: dict[str, str | date] = {
        name: request.args[name] for name in ("client", "title", "paid") if name in request.args
    }
    try:
        said["until"] = date.fromisoformat(request.args["until"])
    except (KeyError, ValueError):
        return said
    return said


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _shown(form: SwitchForm, owner: User) -> Response:
    running = switching.running(owner, _today(owner))
    context = {"form": form, "running": running, "plain": format.plain}
    if form.is_submitted():
        return refuse("switching/index.html", **context)
    return page("switching/index.html", **context)


def _today(owner: User) -> date:
    return clock.local_date(clock.now(), str(accounts.business(owner).timezone))

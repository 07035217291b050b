"""Reminders of invoices: the owner's plan, a letter before it goes, and pauses."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import BooleanField, StringField

from billing import clock, outbox
from billing.delivery import bill_letters, letters
from billing.delivery.letters import Letter
from billing.dunning import pauses, plans, reminders
from billing.paying import payments
from billing.refusals import Refusal
from blueprints.web.config import installation
from blueprints.web.fields import DayField
from blueprints.web.forms import Form, at_most, optional, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import Client, Contact, Invoice

routes = Blueprint("payment_reminders", __name__)


class PlanForm(Form):
    is_on = BooleanField(_l("Remind my clients of unpaid invoices"))
    days = StringField(
        _l("Days from the due date"), [required(_l("Say on which days.")), at_most(60)]
    )


class PauseForm(Form):
    """Without a last day it lasts until it is ended."""

    until = DayField(_l("Until"), [optional()])


@routes.get("/settings/reminders")
@login_required
def settings() -> Response:
    plan = plans.of(current_user.user)
    form = PlanForm(formdata=None, is_on=plan.is_on, days=", ".join(map(str, plan.days)))
    return page("settings/reminders.html", form=form, plan=plan)


@routes.post("/settings/reminders")
@login_required
def save() -> Response:
    form, owner = PlanForm(), current_user.user
    if not form.validate():
        return refuse("settings/reminders.html", form=form, plan=plans.of(owner))
    try:
        plans.save(form.is_on.data, plans.parsed(form.days.data), owner)
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("settings/reminders.html", form=form, plan=plans.of(owner))
    return go(url_for(".settings"), _("Saved."))


@routes.get("/invoices/<int:invoice_id>/reminder")
@login_required
def preview(invoice_id: int) -> Response:
    """The letter of one step as it would read at its time, over what is due today."""
    invoice, now = _invoice(invoice_id), clock.now()
    course = reminders.course(invoice, now)
    turn = course.turn(request.args.get("step", type=int))
    payer = next(iter(outbox.contacts(invoice.project, "payer")), None)
    letter = _letter(invoice, payer, turn.at if turn else now) if payer else None
    told = {"course": course, "turn": turn, "letter": letter, "payer": payer}
    return page("payment_reminders/show.html", invoice=invoice, **told)


@routes.post("/invoices/<int:invoice_id>/reminder-pause")
@login_required
def pause(invoice_id: int) -> Response:
    invoice, form, now = _invoice(invoice_id), PauseForm(), clock.now()
    if not form.validate():
        return go(_here(invoice), _("Write the date like 2026-12-31."), "error")
    today = reminders.hours_of(invoice.client).day(now)
    pauses.pause_invoice(invoice, form.until.data, today, current_user.user, now)
    return go(_here(invoice), _("No reminder of it is sent."))


@routes.post("/invoices/<int:invoice_id>/reminder-pause/end")
@login_required
def resume(invoice_id: int) -> Response:
    invoice = _invoice(invoice_id)
    pauses.resume_invoice(invoice, current_user.user, clock.now())
    return go(_here(invoice), _("Reminders of it are sent again."))


@routes.post("/clients/<int:client_id>/reminder-pause")
@login_required
def pause_client(client_id: int) -> Response:
    client, form, now = _client(client_id), PauseForm(), clock.now()
    if not form.validate():
        return go(_at(client), _("Write the date like 2026-12-31."), "error")
    pauses.pause_client(client, form.until.data, reminders.hours_of(client).day(now), now)
    return go(_at(client), _("This client is not reminded."))


@routes.post("/clients/<int:client_id>/reminder-pause/end")
@login_required
def resume_client(client_id: int) -> Response:
    client = _client(client_id)
    pauses.resume_client(client)
    return go(_at(client), _("This client is reminded again."))


@routes.app_template_global()
def reminder_pause_of(client: Client) -> dict[str, Any]:
    """What the client's page says of it."""
    today = reminders.hours_of(client).day(clock.now())
    return {"pause": pauses.of_client(client, today), "is_on": plans.of(client.owner_id).is_on}


def _letter(invoice: Invoice, payer: Contact, moment: datetime) -> Letter:
    unwritten = bill_letters.previewed(invoice, payer, moment)
    return letters.compose(unwritten, installation(), moment, masked=True)


def _invoice(invoice_id: int) -> Invoice:
    found: Invoice = find(Invoice.of(current_user.user), invoice_id)
    return found if payments.is_bill(found) else abort(404)


def _client(client_id: int) -> Client:
    found: Client = find(Client.of(current_user.user), client_id)
    return found


def _here(invoice: Invoice) -> str:
    return url_for("invoices.show", invoice_id=invoice.id)


def _at(client: Client) -> str:
    return url_for("clients.show", client_id=client.id)

"""Withdrawing from a contract as a consumer: the statement, then its confirmation."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, StringField

from billing import clock
from billing.agreeing import consumers
from billing.ending import withdrawal
from billing.ending.withdrawal import WhoMissing
from billing.refusals import Refusal
from blueprints.web import visiting
from blueprints.web.forms import Form, at_most, email, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.visiting import Visit
from models import Project

routes = Blueprint("portal_withdrawal", __name__)
visiting.keep_private(routes)


class WithdrawalForm(Form):
    name = StringField(_l("Your name"), [required(_l(WhoMissing.sentence)), at_most(200)])
    email = EmailField(_l("Your e-mail"), email())


@dataclass(frozen=True)
class Right:
    """How long a consumer may withdraw, and whether the work waits for that."""

    until: date | None
    waits: bool


@routes.app_template_global()
def withdrawal_of(project: Project) -> Right:
    """The right to withdraw from a project's contract as it stands today."""
    now = clock.now()
    until = consumers.may_withdraw_until(project, now)
    return Right(until, until is not None and consumers.waits_until(project, now) is not None)


@routes.get("/p/<key>/withdrawal")
def show(key: str) -> Response:
    visit = visiting.enter(key)
    known = {"name": visit.contact.name, "email": visit.contact.email}
    return page("portal/withdrawal.html", **_told(visit, WithdrawalForm(formdata=None, data=known)))


@routes.post("/p/<key>/withdrawal")
def confirm(key: str) -> Response:
    visit, form = visiting.enter(key), WithdrawalForm()
    if not form.validate():
        return refuse("portal/withdrawal.html", **_told(visit, form))
    declared = withdrawal.Declaration(form.name.data, form.email.data, _statement(visit.project))
    try:
        withdrawal.withdraw(visit.project, declared, visit.contact, clock.now())
    except withdrawal.AlreadyWithdrawn:
        return go(url_for(".show", key=key))
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("portal/withdrawal.html", refusal.status, **_told(visit, form))
    told = _("Your withdrawal is received. A mail confirms it.")
    return go(url_for(".show", key=key), told)


def _statement(project: Project) -> str:
    return str(_(withdrawal.STATEMENT, title=project.title))


def _told(visit: Visit, form: WithdrawalForm) -> dict[str, object]:
    project = visit.project
    return {
        "form": form,
        "told": withdrawal.consequence(project, clock.now()),
        "declared": withdrawal.of(project),
        "statement": _statement(project),
    }

"""Settings: the business, the account, its sessions, and what is left to set up."""

from typing import Any

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import PasswordField

from billing import clock
from billing.people import accounts, businesses, checklist, passwords
from billing.refusals import Refusal
from blueprints.web.business_form import BusinessForm
from blueprints.web.config import installation
from blueprints.web.forms import Form, obey, required
from blueprints.web.hypermedia import go, page, refuse, swap
from blueprints.web.scoping import find
from blueprints.web.security import limit
from blueprints.web.user_agents import browser_name

routes = Blueprint("settings", __name__, url_prefix="/settings")


class PasswordForm(Form):
    current = PasswordField(_l("Present password"), [required(_l("Enter your present password."))])
    password = PasswordField(_l("New password"), [required(_l("Enter a new password."))])

    def validate_password(self, field: PasswordField) -> None:
        obey(passwords.check, field.data, current_user.email)


@routes.get("")
@login_required
def index() -> Response:
    return go(url_for("settings.business"))


@routes.route("/business", methods=["GET", "POST"])
@login_required
def business() -> Response:
    form = BusinessForm.of(accounts.business(current_user.user))
    if not form.validate_on_submit():
        return _shown("settings/business.html", form)
    try:
        businesses.save(form.profile, current_user.user)
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("settings/business.html", form=form)
    return go(url_for("settings.business"), _("Saved."))


@routes.post("/business/country")
@login_required
def country() -> Response:
    """The form as typed, asking what the country chosen needs. Changes nothing."""
    form = BusinessForm.of(accounts.business(current_user.user))
    form.suit_country(clock.now())
    return swap("settings/_business.html", url_for("settings.business"), form=form)


@routes.route("/account", methods=["GET", "POST"])
@login_required
def account() -> Response:
    form = PasswordForm()
    if not form.validate_on_submit():
        return _shown("settings/account.html", form)
    limit("password", str(current_user.id), per_hour=10)
    try:
        accounts.change_password(
            current_user.user, form.current.data, form.password.data, current_user.get_id()
        )
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("settings/account.html", form=form)
    told = _("Your password is changed. Every other browser has been signed out.")
    return go(url_for("settings.account"), told)


@routes.get("/sessions")
@login_required
def sessions() -> Response:
    rows = list(accounts.sessions(current_user.user, clock.now()))
    return page("settings/sessions.html", sessions=rows, browser_name=browser_name)


@routes.post("/sessions/<int:session_id>/revocation")
@login_required
def revoke(session_id: int) -> Response:
    session = find(accounts.sessions(current_user.user, clock.now()), session_id)
    accounts.end_session(session)
    return go(url_for("settings.sessions"), _("That browser is signed out."))


@routes.post("/sessions/revocation")
@login_required
def revoke_others() -> Response:
    accounts.end_other_sessions(current_user.user, current_user.get_id())
    return go(url_for("settings.sessions"), _("Every other browser is signed out."))


@routes.post("/checklist/<key>/dismissal")
@login_required
def dismiss(key: str) -> Response:
    step = checklist.step(key) or abort(404)
    checklist.dismiss(step, current_user.user)
    steps = checklist.left(accounts.business(current_user.user), installation().sends_mail)
    return swap("settings/_checklist.html", url_for("home.index"), steps=steps)


def _shown(template: str, form: Form, **context: Any) -> Response:
    answer = refuse if form.is_submitted() else page
    return answer(template, form=form, **context)

"""Coming in and going out: sign-up, sign-in, sign-out, and a new password by mail."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from wtforms import PasswordField, StringField

from billing import clock
from billing.people import accounts, passwords
from billing.refusals import Refusal
from blueprints.web import sessions, tries
from blueprints.web.config import installation
from blueprints.web.forms import Form, email, obey, required
from blueprints.web.hypermedia import go, page, refuse

routes = Blueprint("auth", __name__)


class Credentials(Form):
    email = StringField(lazy_gettext("E-mail"), email())
    password = PasswordField(
        lazy_gettext("Password"), [required(lazy_gettext("Enter your password."))]
    )


class NewAccount(Credentials):
    def validate_password(self, field: PasswordField) -> None:
        obey(passwords.check, field.data, self.email.data or "")


class Address(Form):
    email = StringField(lazy_gettext("E-mail"), email())


class NewPassword(Form):
    password = PasswordField(
        lazy_gettext("New password"), [required(lazy_gettext("Enter a new password."))]
    )


@routes.route("/sign-up", methods=["GET", "POST"])
def sign_up() -> Response:
    if current_user.is_authenticated:
        return go(url_for("home.index"))
    form = NewAccount()
    if not form.validate_on_submit():
        return _shown("auth/sign_up.html", form)
    tries.count("sign_up", form.email.data)
    try:
        user = accounts.sign_up(form.email.data, form.password.data, clock.now())
    except Refusal as refusal:
        return _refused("auth/sign_up.html", form, refusal)
    sessions.open_for(user)
    return tries.know_browser(go(url_for("start.index")), user.email)


@routes.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    if current_user.is_authenticated:
        return go(_onward())
    form = Credentials()
    if not form.validate_on_submit():
        return _shown("auth/sign_in.html", form)
    tries.count_sign_in(form.email.data)
    try:
        user = accounts.authenticate(form.email.data, form.password.data)
    except Refusal as refusal:
        return _refused("auth/sign_in.html", form, refusal)
    tries.forget_sign_ins(user.email)
    sessions.open_for(user)
    return tries.know_browser(go(_onward()), user.email)


@routes.post("/sign-out")
def sign_out() -> Response:
    sessions.close()
    return go(url_for("auth.sign_in"), _("You are signed out."))


@routes.route("/password/forgotten", methods=["GET", "POST"])
def forgotten() -> Response:
    form, sends_mail = Address(), installation().sends_mail
    if not (sends_mail and form.validate_on_submit()):
        return _shown("auth/forgotten.html", form, sends_mail=sends_mail)
    tries.count("reset", form.email.data)
    accounts.ask_for_reset(form.email.data, clock.now())
    told = _(
        "If this address has an account, a letter with the way to a new password"
        " is on its way. It works for one hour."
    )
    return go(url_for("auth.sign_in"), told, "info")


@routes.route("/password/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> Response:
    user = accounts.user_of_reset(token, installation().secret)
    if user is None:
        return page("auth/reset_closed.html", 410)
    form = NewPassword()
    if not form.validate_on_submit():
        return _shown("auth/reset.html", form, account=user.email)
    try:
        accounts.set_password(user, form.password.data)
    except Refusal as refusal:
        return _refused("auth/reset.html", form, refusal, account=user.email)
    tries.forget_sign_ins(user.email)
    return go(url_for("auth.sign_in"), _("Your password is changed. Sign in with the new one."))


def _shown(template: str, form: Form, **context: Any) -> Response:
    answer = refuse if form.is_submitted() else page
    return answer(template, form=form, **context)


def _refused(template: str, form: Form, refusal: Refusal, **context: Any) -> Response:
    form.refused(refusal)
    return refuse(template, form=form, **context)


def _onward() -> str:
    """Where the visitor was going, if that is a page of ours; else home."""
    target = request.args.get("next", "")
    is_local = target.startswith("/") and not target.startswith("//")
    # Browsers read a backslash as a slash and skip control characters.
    is_plain = "\\" not in target and target.isprintable()
    return target if is_local and is_plain else url_for("home.index")

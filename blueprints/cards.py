"""Settings: the owner's account for card payments. Its keys are never shown again."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import PasswordField

from billing.paying import card_accounts
from billing.refusals import Refusal
from blueprints.web.config import installation
from blueprints.web.forms import Form, at_most, optional
from blueprints.web.hypermedia import go, page, refuse

routes = Blueprint("cards", __name__, url_prefix="/settings/cards")


class KeysForm(Form):
    api_key = PasswordField(_l("Secret key"), [optional(), at_most(300)])
    webhook_secret = PasswordField(_l("Signing secret of the endpoint"), [optional(), at_most(300)])


@routes.route("", methods=["GET", "POST"])
@login_required
def settings() -> Response:
    form = KeysForm()
    if not form.is_submitted():
        return page("settings/cards.html", **_told(form))
    try:
        if form.validate():
            api, webhook = form.api_key.data or "", form.webhook_secret.data or ""
            card_accounts.save(api, webhook, current_user.user, installation())
            return go(url_for(".settings"), _("Saved."))
    except Refusal as refusal:
        form.refused(refusal)
    return refuse("settings/cards.html", **_told(form))


@routes.post("/removal")
@login_required
def forget() -> Response:
    card_accounts.forget(current_user.user)
    return go(url_for(".settings"), _("The keys are destroyed. Nobody can pay by card any more."))


def _told(form: KeysForm) -> dict[str, Any]:
    account = card_accounts.of(current_user.user)
    at = url_for("webhooks.stripe", token=account.key) if account else ""
    return {
        "form": form,
        "account": account,
        "is_ready": card_accounts.is_ready(account),
        "endpoint": f"{installation().base_url}{at}",
    }

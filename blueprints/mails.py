"""Settings: which mails the owner gets."""

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.mail_form import MailForm

routes = Blueprint("mails", __name__, url_prefix="/settings/mails")


@routes.route("", methods=["GET", "POST"])
@login_required
def settings() -> Response:
    form = MailForm.of(current_user.user)
    if not form.is_submitted():
        return page("settings/mails.html", form=form)
    if not form.validate():
        return refuse("settings/mails.html", form=form)
    form.choose(current_user.user, current_user.user, clock.now())
    return go(url_for(".settings"), _("Saved."))

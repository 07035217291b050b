"""The brand: its colour and logo in the settings, and what a client's pages load of it."""

from typing import Any

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField

from billing import pictures
from billing.colours import readable
from billing.people import brands
from billing.refusals import Refusal
from blueprints.web import downloads, visiting
from blueprints.web.forms import Form, at_most, optional
from blueprints.web.hypermedia import go, page, refuse
from models import User

routes = Blueprint("brands", __name__)


class BrandForm(Form):
    own = BooleanField(_l("Use a colour of my own"))
    colour = StringField(_l("Colour"), [optional(), at_most(7)])
    logo = FileField(_l("Logo"))

    @property
    def posted(self) -> bytes | None:
        """The bytes of the logo, None where no file was chosen."""
        if not self.logo.data:
            return None
        with self.logo.data.stream as stream:
            return stream.read(pictures.LARGEST + 1)  # type: ignore[no-any-return]


@routes.app_template_global()
def look_of(owner: User | int) -> brands.Look:
    """How pages of an owner's clients look."""
    return brands.of(owner)


@routes.route("/settings/brand", methods=["GET", "POST"])
@login_required
def settings() -> Response:
    owner, form = current_user.user, BrandForm()
    look = brands.of(owner)
    if not form.is_submitted():
        form = BrandForm(formdata=None, own=bool(look.colour), colour=look.colour or brands.OURS)
        return page("brands/settings.html", **_shown(form, look))
    try:
        if form.validate():
            brands.save(form.colour.data if form.own.data else "", form.posted, owner)
            return go(url_for(".settings"), _("Saved."))
    except Refusal as refusal:
        form.refused(refusal)
    return refuse("brands/settings.html", **_shown(form, look))


@routes.post("/settings/brand/logo/removal")
@login_required
def remove_logo() -> Response:
    brands.remove_logo(current_user.user)
    return go(url_for(".settings"), _("The logo is taken away. Documents keep theirs."))


@routes.get("/settings/brand/logo.png")
@login_required
def logo() -> Response:
    return downloads.logo(brands.of(current_user.user).logo or abort(404))


@routes.get("/p/<key>/logo.png")
def portal_logo(key: str) -> Response:
    visit = visiting.enter(key)
    return downloads.logo(brands.of(visit.project.owner_id).logo or abort(404))


@routes.get("/p/<key>/brand.css")
def sheet(key: str) -> Response:
    visit = visiting.enter(key)
    text = brands.sheet(brands.of(visit.project.owner_id))
    response = Response(text, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _shown(form: BrandForm, look: brands.Look) -> dict[str, Any]:
    return {
        "form": form,
        "look": look,
        "on_paper": readable(look.colour or brands.OURS, brands.PAPER),
    }

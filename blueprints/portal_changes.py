"""Changes as the client sees them: what was changed, what is wished for, and a place to wish."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from billing import clock
from billing.changes import requests
from billing.reading import engagements
from billing.refusals import Refusal
from blueprints.web import change_page, visiting
from blueprints.web.forms import Form, KeyField, at_most, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from blueprints.web.visiting import Visit
from models import Milestone

routes = Blueprint("portal_changes", __name__)
visiting.keep_private(routes)


class WishForm(Form):
    milestone = SelectField(_l("What it is about"), default="")
    wish = TextAreaField(
        _l("What should be different?"),
        [required(_l(requests.WishMissing.sentence)), at_most(5000)],
    )
    key = KeyField()

    @classmethod
    def of(cls, visit: Visit) -> "WishForm":
        """The form with the milestones that may be changed now."""
        form = cls(milestone=request.args.get("milestone", ""))
        form.milestone.choices = [SelectChoice("", _("The project as a whole"))] + [
            SelectChoice(str(row.id), row.title) for row in requests.about(visit.project)
        ]
        return form


@routes.get("/p/<key>/changes")
def show(key: str) -> Response:
    visit = visiting.enter(key)
    return page("portal/wishes.html", **_told(visit, WishForm.of(visit)))


@routes.post("/p/<key>/changes")
def propose(key: str) -> Response:
    visit = visiting.enter(key)
    form = WishForm.of(visit)
    if not form.validate():
        return refuse("portal/wishes.html", **_told(visit, form))
    chosen = form.milestone.data
    milestone = find(Milestone.live(visit.project), chosen) if chosen else None
    try:
        requests.propose(
            visit.project, form.wish.data, milestone, form.key.data, visit.contact, clock.now()
        )
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("portal/wishes.html", refusal.status, **_told(visit, form))
    told = _("Thank you. %(name)s is told and answers here.", name=visit.business.name)
    return go(url_for(".show", key=key), told)


def _told(visit: Visit, form: WishForm) -> dict[str, object]:
    engagement = engagements.read(visit.project, clock.now())
    return {
        "engagement": engagement,
        "form": form,
        "wishes": requests.of_project(visit.project),
        **change_page.value(visit.project),
    }

"""What a milestone needs from its client: supplied with files, a link, or a word."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, StringField, TextAreaField

from billing import clock
from billing.accepting import owed, reviews, supplies
from billing.accepting.owed import Owed
from billing.refusals import Refusal
from blueprints.web import handing, visiting
from blueprints.web.forms import Form, KeyField, at_most, optional
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.visiting import Visit
from models import Milestone, MilestoneState

routes = Blueprint("portal_duties", __name__, url_prefix="/p/<key>/milestones/<int:milestone_id>")
visiting.keep_private(routes)

PAGE = "portal/duties.html"


class SupplyForm(Form):
    """What is supplied for one duty; `key` makes a double click one supply."""

    files = MultipleFileField(_l("Files"), [optional()])
    link = StringField(_l("Link"), [optional(), at_most(1000)])
    note = TextAreaField(_l("A note with it"), [optional(), at_most(2000)])
    key = KeyField()

    def numbered(self, number: int) -> "SupplyForm":
        """The same with ids of its own, as a page holds a form for each duty."""
        for each in self:
            each.id = each.label.field_id = f"duty_{number}-{each.name}"
        return self


@routes.url_value_preprocessor
def _take_files(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    handing.take_one()


def _milestone(visit: Visit, milestone_id: int) -> Milestone:
    found: Milestone = reviews.milestone(visit.project, milestone_id) or abort(404)
    if found.state == MilestoneState.DRAFT:
        abort(404)
    return found


def _owed(visit: Visit, milestone: Milestone) -> Owed:
    """How its duties stand; 404 where it has none."""
    found = owed.of_project(visit.project, [milestone], clock.now())
    return found.get(milestone.id) or abort(404)


def _told(standing: Owed, form: SupplyForm | None = None) -> dict[str, Any]:
    """A form for each duty; the one that was refused as it was typed."""
    posted = request.form.get("duty", "")
    forms = {
        each.number: (
            form if form is not None and each.duty.text == posted else SupplyForm(formdata=None)
        ).numbered(each.number)
        for each in standing.duties
    }
    is_there = standing.is_needed and posted in {each.duty.text for each in standing.open}
    # Somebody else supplied it meanwhile, or the plan went on: no form is left to say so in.
    lost = None if is_there else form
    told = {"forms": forms, "form": form, "lost": lost}
    return {"milestone": standing.milestone, "owed": standing, **told}


@routes.get("/duties")
def show(key: str, milestone_id: int) -> Response:
    visit = visiting.enter(key)
    return page(PAGE, **_told(_owed(visit, _milestone(visit, milestone_id))))


@routes.post("/duties")
def supply(key: str, milestone_id: int) -> Response:
    visit, form = visiting.enter(key), SupplyForm()
    milestone = _milestone(visit, milestone_id)
    if not form.validate():
        return refuse(PAGE, **_told(_owed(visit, milestone), form))
    try:
        _supply(milestone, form, visit)
    except Refusal as refusal:
        form.refused(refusal)
        return refuse(PAGE, refusal.status, **_told(_owed(visit, milestone), form))
    told = _("Thank you. %(name)s has it.", name=visit.business.name)
    return go(url_for("portal.show", key=key, _anchor=f"milestone_{milestone.id}"), told)


def _supply(milestone: Milestone, form: SupplyForm, visit: Visit) -> None:
    supplies.supply(
        milestone,
        request.form.get("duty", ""),
        visit.contact,
        clock.now(),
        form.key.data or "",
        form.note.data or "",
        form.link.data or "",
        handing.given(),
        handing.room(),
    )

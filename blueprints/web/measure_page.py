"""A measure's page for either side: its form, and what the page tells."""

from datetime import datetime
from typing import Any

from flask import abort, request
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from billing import clock
from billing.accepting import readings
from billing.invoicing import measures
from billing.outbox import business_of
from billing.planning import projects
from blueprints.web.fields import DayField, ValueField
from blueprints.web.forms import Form, KeyField, at_most, optional, required
from models import Contact, Milestone, Project, Reading, User


class ReadingForm(Form):
    value = ValueField(_l("What it comes to"), [required(_l("Write what was read, like 412."))])
    taken_on = DayField(_l("Read on"), [required(_l("Say on which day it was read."))])
    note = TextAreaField(_l("How it was read"), [optional(), at_most(2000)])
    link = StringField(_l("Link to what shows it"), [optional(), at_most(1000)])
    key = KeyField()

    @classmethod
    def of(cls, project: Project, now: datetime) -> "ReadingForm":
        """The form, as posted or for a reading of today."""
        today = clock.local_date(now, projects.zone_of(project))
        value = request.args.get("value", "")
        return cls(data={"taken_on": today, "value": value})

    def enter(self, milestone: Milestone, by: User | Contact, now: datetime) -> Reading:
        """Enter what was typed. Refuses as readings.enter() does."""
        return readings.enter(
            milestone,
            self.value.thousandths or 0,
            self.taken_on.data,
            by,
            now,
            self.key.data,
            self.note.data or "",
            self.link.data or "",
        )


def standing(project: Project, milestone: Milestone) -> readings.Standing:
    """How a milestone's measure stands; 404 where it has none."""
    return readings.of(project, [milestone]).get(milestone.id) or abort(404)


def reading(milestone: Milestone, reading_id: int) -> Reading:
    """One of a milestone's readings."""
    return readings.reading_of(milestone, reading_id) or abort(404)


def typed_value() -> int | None:
    """What was typed so far, in thousandths; None where it is no value."""
    try:
        return measures.parse(request.args.get("value", ""))
    except ValueError:
        return None


def told(project: Project, milestone: Milestone, form: ReadingForm | None = None) -> dict[str, Any]:
    """What the page tells either side."""
    now = clock.now()
    seen = standing(project, milestone)
    waiting = seen.waiting
    amount = seen.amount(int(waiting.value)) if waiting is not None else 0
    return {
        "project": project,
        "milestone": milestone,
        "standing": seen,
        "said": measures.frozen(seen.trigger.measure, seen.cap),
        "follows": readings.consequence(seen, amount, now),
        "form": form or ReadingForm.of(project, now),
        "value": typed_value(),
        "seller": business_of(project).name,
    }

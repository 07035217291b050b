"""Private effort as it is typed and shown: on a page of its own, and folded on a project's."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from billing import clock
from billing.outcomes import effort, reading
from billing.outcomes.effort import Work
from billing.people import accounts
from blueprints.web.fields import DayField, choices
from blueprints.web.forms import Form, KeyField, at_most, obey, optional, required
from models import Effort, Milestone, Project, User

SHOWN = 100
"""Pieces of work that the page lists."""


class TimeField(StringField):
    """A time as h:mm, decimal hours or with units; `seconds` holds it once validated."""

    seconds: int | None = None

    def pre_validate(self, _form: Any) -> None:
        self.seconds = obey(reading.duration, self.data) if self.data else None


class EffortForm(Form):
    """A piece of work that was not timed, or one to be corrected."""

    milestone = SelectField(_l("Milestone"), coerce=int)
    time = TimeField(_l("Time"), [required(_l("Write how long you worked."))])
    worked_on = DayField(_l("Day"), [InputRequired(_l("Say on which day."))])
    note = StringField(_l("Note"), [optional(), at_most(effort.LONGEST_NOTE)])
    key = KeyField()

    def offer(self, milestones: Iterable[Milestone]) -> "EffortForm":
        """Milestones to choose from, by their projects. Any other number is no milestone."""
        labels = {row.id: f"{row.title} · {row.project.title}" for row in milestones}
        self.milestone.choices = choices(labels)
        return self

    @property
    def work(self) -> Work:
        return Work(self.worked_on.data, self.time.seconds or 0, self.note.data or "")


class StopForm(Form):
    """How the timer is stopped; the time is asked for after a long one."""

    worked = TimeField(_l("How much of it was work"), [optional()])
    remark = StringField(_l("Note"), [optional(), at_most(effort.LONGEST_NOTE)])


def told(owner: User, form: EffortForm, stop: StopForm | None = None) -> dict[str, Any]:
    """What the page of all effort tells."""
    running = effort.running(owner)
    ran = effort.elapsed(running, clock.now()) if running else 0
    return {
        "form": stop if stop is not None and stop.errors else form,
        "effort_form": form,
        "stop_form": stop or StopForm(formdata=None),
        "running": running,
        "ran": ran,
        "ran_long": ran > effort.LONG.total_seconds(),
        "pieces": effort.latest(owner, SHOWN),
        "shown": SHOWN,
    }


def on_project(project: Project, milestones: list[Milestone]) -> dict[str, Any]:
    """What the folded part of a project's page tells."""
    pieces = effort.of_project(project)
    running = next((each for each in pieces if each.seconds is None), None)
    sums = effort.seconds_by_milestone(pieces)
    return {
        "effort": sums,
        "effort_total": sum(sums.values()),
        "effort_running": running,
        "effort_of": milestones,
    }


def fresh(owner: User, milestone_id: int | None = None) -> EffortForm:
    """An empty form for work of today."""
    today = clock.local_date(clock.now(), str(accounts.business(owner).timezone))
    form = EffortForm(formdata=None, worked_on=today, milestone=milestone_id)
    return form.offer(effort.workable(owner))


def filled(piece: Effort) -> EffortForm:
    """The form with what a piece of work says."""
    milestones = effort.workable(piece.owner)
    if piece.milestone_id not in {row.id for row in milestones}:
        milestones = [*milestones, piece.milestone]
    form = EffortForm(
        milestone=piece.milestone_id,
        time=clocked(int(piece.seconds or 0)),
        worked_on=piece.worked_on,
        note=piece.note,
    )
    return form.offer(milestones)


def clocked(seconds: int) -> str:
    """Time as it is read back to the second: h:mm, with seconds where there are some."""
    text = f"{seconds // 3600}:{seconds % 3600 // 60:02}"
    return f"{text}:{seconds % 60:02}" if seconds % 60 else text

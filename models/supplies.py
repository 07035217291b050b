"""What clients supplied of what they had to: see billing.accepting.supplies."""

from typing import Any

from peewee import SQL, Check, DateField, DateTimeField, TextField

from models.base import Row
from models.handover import Attachment
from models.people import Contact
from models.record import Event
from models.references import ForeignKeyField
from models.work import Milestone, Project


class Supply(Row):
    """A duty that was met: `duty` are its words, `due_on` its last day, both as signed then.

    Without a `contact` the owner noted that it arrived. Once it was found not to be complete,
    `reopened_at` says when, and the duty is open again.
    """

    milestone = ForeignKeyField(Milestone, backref="supplies", on_delete="RESTRICT")
    event = ForeignKeyField(Event, unique=True, on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, null=True, on_delete="RESTRICT")
    duty = TextField(constraints=[Check("duty <> ''")])
    due_on = DateField()
    note = TextField(default="")
    link = TextField(default="")
    key = TextField(unique=True)
    supplied_at = DateTimeField()
    reopened_at = DateTimeField(null=True)
    reopened_why = TextField(null=True)

    class Meta:
        constraints = [SQL("CHECK ((reopened_at IS NULL) = (reopened_why IS NULL))")]

    @classmethod
    def in_project(cls, project: Project) -> Any:
        """All of one project, in order."""
        return (
            cls.select(cls, Milestone)
            .join(Milestone)
            .where(Milestone.project == project.id)
            .order_by(cls.id)
        )


Supply.add_index(
    SQL(
        "CREATE UNIQUE INDEX IF NOT EXISTS supply_standing ON supply"
        " (milestone_id, duty) WHERE reopened_at IS NULL"
    )
)


class SupplyFile(Row):
    """A file that came with it."""

    supply = ForeignKeyField(Supply, backref="files", on_delete="RESTRICT")
    attachment = ForeignKeyField(Attachment, unique=True, on_delete="RESTRICT")

"""Private effort: what the owner's own time went into. Nothing meant for clients reads it."""

from typing import Any

from peewee import SQL, Check, DateField, DateTimeField, IntegerField, TextField

from models.base import Row
from models.people import User
from models.references import ForeignKeyField
from models.work import Milestone, Project


class Effort(Row):
    """A piece of work on one milestone. While its timer runs, `seconds` is NULL.

    `key` makes a repeated post of typed time the same row. `changed_at` tells a kept page
    that it is no longer what it was.
    """

    owner = ForeignKeyField(User, backref="effort", on_delete="CASCADE")
    milestone = ForeignKeyField(Milestone, backref="effort", on_delete="CASCADE")
    worked_on = DateField()
    seconds = IntegerField(null=True, constraints=[Check("seconds BETWEEN 1 AND 86400")])
    note = TextField(default="")
    started_at = DateTimeField(null=True)
    key = TextField(null=True)
    changed_at = DateTimeField()

    class Meta:
        indexes = ((("owner", "key"), True),)
        constraints = [Check("seconds IS NOT NULL OR started_at IS NOT NULL")]

    @classmethod
    def of(cls, user: User) -> Any:
        """The effort of one owner, with milestone and project."""
        return (
            cls.select(cls, Milestone, Project)
            .join(Milestone)
            .join(Project)
            .where(cls.owner == user.id)
        )


Effort.add_index(
    SQL(
        "CREATE UNIQUE INDEX IF NOT EXISTS effort_running ON effort (owner_id)"
        " WHERE seconds IS NULL"
    )
)

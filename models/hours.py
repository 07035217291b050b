"""Past hours: files of tracked time, and the entries read from them."""

from enum import StrEnum
from typing import Any

from peewee import (
    JOIN,
    SQL,
    BigIntegerField,
    BooleanField,
    Check,
    DateField,
    DateTimeField,
    IntegerField,
    JSONField,
    TextField,
)

from models.audit import WorkLabel
from models.base import KindField, Row
from models.jobs import Job
from models.people import User
from models.record import File
from models.references import ForeignKeyField


class HoursFormat(StrEnum):
    """Whose export a file is; `mapped` ones have their columns named by hand."""

    TOGGL = "toggl"
    HARVEST = "harvest"
    CLOCKIFY = "clockify"
    MAPPED = "mapped"


class HoursFile(Row):
    """A file of tracked time. `mapping` says which column holds what and how it is written.

    `added`, `repeated`, `corrected` (in their amount) and `refused` add up to the rows read so far.
    """

    owner = ForeignKeyField(User, backref="hours_files", on_delete="CASCADE")
    file = ForeignKeyField(File, on_delete="RESTRICT")
    name = TextField()
    format = KindField(HoursFormat, "format", default=HoursFormat.MAPPED)
    mapping = JSONField(default=dict)
    job = ForeignKeyField(Job, null=True, backref="hours_files", on_delete="SET NULL")
    added = IntegerField(default=0)
    repeated = IntegerField(default=0)
    corrected = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    refused = IntegerField(default=0)
    uploaded_at = DateTimeField()

    @classmethod
    def of(cls, user: User) -> Any:
        """The files of one owner, without reading what is in them."""
        return cls.select(cls, Job).join(Job, JOIN.LEFT_OUTER).where(cls.owner == user.id)


class HoursEntry(Row):
    """One tracked piece of work. Time in whole seconds; `amount` in minor units, if billed.

    `key` is a digest of what the entry says, and the how-manieth alike of its file it is:
    the same export read twice adds nothing. Names are as the file has them.
    """

    # Every index by owner below serves this one too.
    owner = ForeignKeyField(User, backref="hours", on_delete="CASCADE", index=False)
    source = ForeignKeyField(HoursFile, backref="entries", on_delete="CASCADE")
    key = TextField()
    worked_on = DateField()
    seconds = IntegerField(constraints=[Check("seconds BETWEEN 1 AND 36000000")])
    client = TextField(default="")
    project = TextField(default="")
    kind = TextField(default="")
    description = TextField(default="")
    person = TextField(default="")
    billable = BooleanField(default=True)
    amount = BigIntegerField(null=True, constraints=[Check("amount >= 0")])
    currency = TextField(default="")
    label = ForeignKeyField(WorkLabel, null=True, backref="entries", on_delete="SET NULL")

    class Meta:
        indexes = (
            (("owner", "key"), True),
            (("owner", "client", "project"), False),
        )

    @classmethod
    def of(cls, user: User) -> Any:
        """The entries of one owner."""
        return cls.select().where(cls.owner == user.id)


class HoursProblem(Row):
    """A row of a file that was not taken, and why (a refusal's code and facts)."""

    source = ForeignKeyField(HoursFile, backref="problems", on_delete="CASCADE")
    line = IntegerField(constraints=[Check("line > 0")])
    column = TextField(default="")
    text = TextField(default="")
    code = TextField()
    facts = JSONField(default=dict)

    class Meta:
        indexes = ((("source", "line"), True),)

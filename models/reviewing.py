"""The course of a review: an extension that is asked for or granted, and reminders of its end."""

from peewee import SQL, BooleanField, Check, DateField, DateTimeField, IntegerField, TextField

from models.base import Row
from models.people import Contact
from models.references import ForeignKeyField
from models.work import Milestone, Submission


class Extension(Row):
    """More working days for one review. Without a `contact` the owner granted it unasked.

    A milestone gets at most one that is agreed, and has at most one that waits for an answer.
    """

    milestone = ForeignKeyField(Milestone, backref="extensions", on_delete="RESTRICT")
    submission = ForeignKeyField(Submission, backref="extensions", on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, null=True, on_delete="RESTRICT")
    days = IntegerField(constraints=[Check("days BETWEEN 1 AND 30")])
    reason = TextField(default="")
    asked_at = DateTimeField()
    answered_at = DateTimeField(null=True)
    agreed = BooleanField(null=True)
    answer = TextField(null=True)

    class Meta:
        constraints = [SQL("CHECK ((answered_at IS NULL) = (agreed IS NULL))")]


for _name, _when in (("open", "answered_at IS NULL"), ("agreed", "agreed")):
    Extension.add_index(
        SQL(
            f"CREATE UNIQUE INDEX IF NOT EXISTS extension_{_name} ON extension (milestone_id)"
            f" WHERE {_when}"
        )
    )


class ReviewReminder(Row):
    """The client's approvers were reminded of one review and told which its last day is.

    Once of each kind; of the last day again where that was moved since.
    """

    submission = ForeignKeyField(Submission, backref="reminders", on_delete="RESTRICT")
    kind = TextField(constraints=[Check("kind IN ('half', 'most', 'last')")])
    last_day = DateField()
    written_at = DateTimeField()

    class Meta:
        indexes = ((("submission", "kind", "last_day"), True),)

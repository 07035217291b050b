"""Readings of what a milestone's price depends on, and what the other side says of them."""

from enum import StrEnum

from peewee import BigIntegerField, Check, DateField, DateTimeField, TextField

from models.base import KindField, Row
from models.people import Contact
from models.references import ForeignKeyField
from models.work import Trigger


class AnswerKind(StrEnum):
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    REPLACED = "replaced"


class Reading(Row):
    """What a measure came to on a day, in thousandths of its unit, with what shows it.

    Entered by a contact, or by the owner where there is none.
    """

    trigger = ForeignKeyField(Trigger, backref="readings", on_delete="RESTRICT")
    value = BigIntegerField()
    taken_on = DateField()
    note = TextField(default="")
    link = TextField(default="")
    contact = ForeignKeyField(Contact, null=True, on_delete="RESTRICT")
    key = TextField(unique=True)
    entered_at = DateTimeField()


class ReadingAnswer(Row):
    """A reading is answered once: by the other side, or by another reading of the same side."""

    reading = ForeignKeyField(Reading, unique=True, backref="answers", on_delete="RESTRICT")
    kind = KindField(AnswerKind, "kind")
    contact = ForeignKeyField(Contact, null=True, on_delete="RESTRICT")
    reason = TextField(default="")
    answered_at = DateTimeField()

    class Meta:
        constraints = [Check("kind <> 'refused' OR reason <> ''")]

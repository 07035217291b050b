"""Which mails somebody gets, and how soon."""

from enum import StrEnum
from typing import Any

from peewee import BooleanField, DateTimeField, TextField

from models.base import KindField, Row
from models.people import Contact, User
from models.references import ForeignKeyField


class Topic(StrEnum):
    """What a reader may choose about. Letters of no topic always go out."""

    PROGRESS = "progress"
    COMMENTS = "comments"
    REMINDERS = "reminders"
    PAYMENTS = "payments"


class Pace(StrEnum):
    AT_ONCE = "at_once"
    DAILY = "daily"
    OFF = "off"


class MailSetting(Row):
    """How soon a reader gets the letters of a topic: a contact, or the owner where there is none.

    `key` names reader and topic. Without a row letters go out at once. `by_reader` says that
    who gets them chose so, and not the owner for a contact.
    """

    owner = ForeignKeyField(User, backref="mail_settings", on_delete="CASCADE")
    contact = ForeignKeyField(Contact, null=True, backref="mail_settings", on_delete="CASCADE")
    topic = KindField(Topic, "topic")
    pace = KindField(Pace, "pace")
    by_reader = BooleanField()
    key = TextField(unique=True)
    changed_at = DateTimeField()

    @classmethod
    def of(cls, user: User) -> Any:
        """The settings of one owner and of their clients' contacts."""
        return cls.select().where(cls.owner == user.id)

"""Around a signature: agreements signed on paper, what signers ask for, and reminders."""

from typing import Any

from peewee import SQL, BooleanField, Check, DateField, DateTimeField, TextField

from models.agreements import Agreement
from models.base import Row
from models.people import Contact, User
from models.record import Document
from models.references import ForeignKeyField
from models.work import Project


class Paper(Row):
    """An agreement that both signed on paper, as the owner recorded it, with its scan."""

    agreement = ForeignKeyField(Agreement, unique=True, backref="papers", on_delete="RESTRICT")
    scan = ForeignKeyField(Document, on_delete="RESTRICT")
    signed_on = DateField()
    client_name = TextField(constraints=[Check("client_name <> ''")])
    owner_name = TextField(constraints=[Check("owner_name <> ''")])
    recorded_by = ForeignKeyField(User, on_delete="RESTRICT")
    recorded_at = DateTimeField()
    was_sent = BooleanField()


class Wish(Row):
    """What a signer asks the owner for: paper, that somebody else signs, or an objection.

    A forward names the person, and `next` the version that this person was then sent.
    """

    agreement = ForeignKeyField(Agreement, backref="wishes", on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, on_delete="RESTRICT")
    kind = TextField(constraints=[Check("kind IN ('paper', 'forward', 'objection')")])
    name = TextField(default="")
    email = TextField(default="")
    note = TextField(default="")
    asked_at = DateTimeField()
    answered_at = DateTimeField(null=True)
    answer = TextField(null=True, constraints=[Check("answer IN ('followed', 'refused')")])
    next = ForeignKeyField(Agreement, null=True, on_delete="RESTRICT")

    @classmethod
    def of(cls, user: User) -> Any:
        """The wishes of one owner's clients, joined with agreement and project."""
        agreements = cls.select(cls, Agreement, Project).join(
            Agreement, on=(cls.agreement == Agreement.id)
        )
        return agreements.join(Project).where(Project.owner == user.id)


Wish.add_index(
    SQL(
        "CREATE UNIQUE INDEX IF NOT EXISTS wish_open ON wish (agreement_id, kind)"
        " WHERE answered_at IS NULL"
    )
)


class Reminder(Row):
    """Whether and when the signer of an offer was last reminded of it."""

    agreement = ForeignKeyField(Agreement, unique=True, backref="reminders", on_delete="CASCADE")
    paused = BooleanField(default=False)
    last_at = DateTimeField(null=True)

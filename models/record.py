"""What happened (events), what must go out (deliveries), and stored bytes (files)."""

from enum import StrEnum
from typing import Any

from peewee import BlobField, BooleanField, DateTimeField, IntegerField, JSONField, TextField

from models.base import KindField, Row
from models.people import Contact, User
from models.references import ForeignKeyField
from models.work import Project


class Event(Row):
    """One link of a project's hash chain. `body` is canonical JSON; nothing is kept beside it."""

    project = ForeignKeyField(Project, backref="events", on_delete="RESTRICT")
    seq = IntegerField()
    body = TextField()
    hash = TextField()

    class Meta:
        indexes = ((("project", "seq"), True),)


class EventText(Row):
    """Personal text of an event, erasable: the chain holds SHA-256(salt + text) of it."""

    event = ForeignKeyField(Event, backref="texts", on_delete="CASCADE")
    field = TextField()
    salt = TextField()
    text = TextField()

    class Meta:
        indexes = ((("event", "field"), True),)


class File(Row):
    """Stored bytes, named by their SHA-256.

    A `kept` one stays for good; others are drafts, gone with the last that refers to them.
    """

    sha256 = TextField(unique=True)
    media_type = TextField()
    size = IntegerField()
    content = BlobField()
    kept = BooleanField(default=True)


class Document(Row):
    """A file that stands for good: the PDF of an agreement or of an invoice, or its XML."""

    owner = ForeignKeyField(User, backref="documents", on_delete="RESTRICT")
    file = ForeignKeyField(File, on_delete="RESTRICT")
    name = TextField()
    created_at = DateTimeField()


class DeliveryState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    HELD = "held"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Delivery(Row):
    """Work for the worker: a mail to send or a document to make, claimed under a lease.

    `facts` names what it is about; letters are rendered from it when they are sent. A
    delivery with `after` waits until that one is done. A mail is *held* without SMTP. One that
    is `gathered` goes out within its reader's `digest` of the day.
    """

    owner = ForeignKeyField(User, backref="deliveries", on_delete="CASCADE")
    project = ForeignKeyField(Project, null=True, backref="deliveries", on_delete="CASCADE")
    contact = ForeignKeyField(Contact, null=True, on_delete="SET NULL")
    channel = TextField()
    kind = TextField()
    recipient = TextField(default="")
    facts = JSONField(default=dict)
    key = TextField(unique=True)
    after = ForeignKeyField("self", null=True, on_delete="SET NULL")
    gathered = BooleanField(default=False)
    digest = ForeignKeyField("self", null=True, backref="letters", on_delete="SET NULL")
    state = KindField(DeliveryState, "state", default=DeliveryState.QUEUED)
    attempts = IntegerField(default=0)
    message_id = TextField(default="")
    subject = TextField(default="")
    last_error = TextField(default="")
    created_at = DateTimeField()
    due_at = DateTimeField(index=True)
    leased_until = DateTimeField(null=True)
    done_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("state", "due_at"), False), (("owner", "state"), False))

    @classmethod
    def of(cls, user: User) -> Any:
        """The messages of one owner."""
        return cls.select().where(cls.owner == user.id)


class Pulse(Row):
    """When a process that works in the background was last known to be alive."""

    name = TextField(unique=True)
    beat_at = DateTimeField()

"""What both sides say of a milestone, with files, and how far the owner has read."""

from peewee import DateTimeField, TextField

from models.base import Row
from models.handover import Attachment
from models.people import Contact
from models.record import Event
from models.references import ForeignKeyField
from models.work import Milestone


class Comment(Row):
    """A comment; without a `contact` it is the owner's.

    Its words stand beside its event, where they can be erased while the event stays.
    """

    milestone = ForeignKeyField(Milestone, backref="comments", on_delete="RESTRICT")
    event = ForeignKeyField(Event, unique=True, on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, null=True, on_delete="RESTRICT")
    key = TextField(unique=True)
    said_at = DateTimeField()


class CommentFile(Row):
    """A file that came with a comment."""

    comment = ForeignKeyField(Comment, backref="files", on_delete="RESTRICT")
    attachment = ForeignKeyField(Attachment, unique=True, on_delete="RESTRICT")


class CommentMark(Row):
    """The last comment on a milestone that the owner has read."""

    milestone = ForeignKeyField(Milestone, unique=True, on_delete="CASCADE")
    comment = ForeignKeyField(Comment, on_delete="CASCADE")

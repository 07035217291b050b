"""Letters to a client about another way of working: the draft, and those that went out."""

from enum import StrEnum
from typing import Any

from peewee import Check, DateTimeField, TextField

from models.base import KindField, Row
from models.people import Client, Contact, User
from models.references import ForeignKeyField


class LetterWay(StrEnum):
    """How a letter went: by mail from here, or copied by its owner."""

    MAIL = "mail"
    COPIED = "copied"


class LetterDraft(Row):
    """What is being written to a client; at most one for each."""

    client = ForeignKeyField(Client, backref="letter_drafts", unique=True, on_delete="CASCADE")
    subject = TextField()
    text = TextField()
    changed_at = DateTimeField()


class ClientLetter(Row):
    """A letter that went out, as it was. `key` makes one press one letter."""

    owner = ForeignKeyField(User, backref="client_letters", on_delete="RESTRICT", index=False)
    client = ForeignKeyField(Client, backref="letters", on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, backref="letters", on_delete="RESTRICT")
    way = KindField(LetterWay, "way", default=LetterWay.MAIL)
    subject = TextField(constraints=[Check("subject <> ''")])
    text = TextField(constraints=[Check("text <> ''")])
    key = TextField()
    sent_at = DateTimeField()

    class Meta:
        indexes = ((("owner", "key"), True),)

    @classmethod
    def of(cls, user: User) -> Any:
        """The letters of one owner, with client and contact."""
        return (
            cls.select(cls, Client, Contact)
            .join_from(cls, Client)
            .join_from(cls, Contact)
            .where(cls.owner == user.id)
        )

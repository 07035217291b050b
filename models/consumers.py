"""What consumers say of their right to withdraw: that work may begin at once, or that they do."""

from peewee import DateTimeField, TextField

from models.agreements import Agreement
from models.base import Row
from models.people import Contact
from models.references import ForeignKeyField


class EarlyStart(Row):
    """The express request to begin within the withdrawal period, in the words that were ticked."""

    agreement = ForeignKeyField(Agreement, unique=True, on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, on_delete="RESTRICT")
    statement = TextField()
    asked_at = DateTimeField()


class Withdrawal(Row):
    """A withdrawal from one agreement: who declared it in which words, and where the receipt went.

    Name and address are as typed; they need not be the contact's.
    """

    agreement = ForeignKeyField(Agreement, unique=True, on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, on_delete="RESTRICT")
    name = TextField()
    email = TextField()
    statement = TextField()
    declared_at = DateTimeField()

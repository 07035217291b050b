"""Card payments: an owner's account with the payment host, and what the host has told of it."""

from peewee import BlobField, DateTimeField, TextField

from models.base import Row
from models.invoices import Payment
from models.people import User
from models.references import ForeignKeyField


class CardAccount(Row):
    """An owner's keys, wrapped under one that the database does not hold.

    `key` is in the address that the host reports to. Both keys have to be there before
    anybody can pay.
    """

    owner = ForeignKeyField(User, unique=True, backref="card_accounts", on_delete="CASCADE")
    key = TextField(unique=True)
    api_key = BlobField(null=True)
    webhook_secret = BlobField(null=True)


class CardEvent(Row):
    """A report of the host whose money is booked, so that the same one books nothing again."""

    account = ForeignKeyField(CardAccount, backref="events", on_delete="CASCADE")
    event = TextField()
    payment = ForeignKeyField(Payment, on_delete="RESTRICT")
    received_at = DateTimeField()

    class Meta:
        indexes = ((("account", "event"), True),)

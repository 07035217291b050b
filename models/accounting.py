"""Documents beside the invoices: statements of account, receipts and dunning letters."""

from enum import StrEnum
from typing import Any

from peewee import Check, DateField, DateTimeField, IntegerField, TextField

from models.base import KindField, Row
from models.invoices import Invoice, Payment
from models.people import Client, User
from models.record import Document
from models.references import ForeignKeyField


class AccountKind(StrEnum):
    STATEMENT = "statement"
    RECEIPT = "receipt"
    DUNNING = "dunning"


class AccountDocument(Row):
    """One such document: what it says is frozen as it is drawn up, its PDF is made once.

    One that was sent is on the client's page. `level` is how often an invoice was dunned with
    it, from 1. A receipt is of one payment.
    """

    owner = ForeignKeyField(User, backref="account_documents", on_delete="RESTRICT")
    client = ForeignKeyField(Client, backref="account_documents", on_delete="RESTRICT")
    invoice = ForeignKeyField(Invoice, null=True, on_delete="RESTRICT")
    payment = ForeignKeyField(Payment, null=True, unique=True, on_delete="RESTRICT")
    kind = KindField(AccountKind, "kind")
    level = IntegerField(default=0, constraints=[Check("level BETWEEN 0 AND 9")])
    day = DateField()
    content = TextField()
    key = TextField(unique=True)
    document = ForeignKeyField(Document, null=True, on_delete="RESTRICT")
    created_at = DateTimeField()
    sent_at = DateTimeField(null=True)

    @classmethod
    def of(cls, user: User) -> Any:
        """The documents of one owner, joined with their client."""
        return cls.select(cls, Client).join(Client).where(cls.owner == user.id)

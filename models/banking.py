"""Bank statements: files that were read, and the movements of money they tell of."""

from enum import StrEnum
from typing import Any

from peewee import (
    BigIntegerField,
    Check,
    DateField,
    DateTimeField,
    IntegerField,
    JSONField,
    TextField,
)

from models.base import KindField, Row
from models.invoices import Payment
from models.people import User
from models.record import File
from models.references import ForeignKeyField


class BankFormat(StrEnum):
    CAMT = "camt"
    CSV = "csv"


class BankFile(Row):
    """A statement as it was uploaded. Its bytes go once its rows are taken over.

    `mapping` says how a table is read. `added`, `repeated` and the `problems` (line, column, text,
    a refusal's code and facts) are all its rows.
    """

    owner = ForeignKeyField(User, backref="bank_files", on_delete="CASCADE")
    file = ForeignKeyField(File, null=True, on_delete="RESTRICT")
    name = TextField()
    format = KindField(BankFormat, "format")
    mapping = JSONField(default=dict)
    problems = JSONField(default=list)
    added = IntegerField(default=0)
    repeated = IntegerField(default=0)
    uploaded_at = DateTimeField()
    taken_at = DateTimeField(null=True)

    @classmethod
    def of(cls, user: User) -> Any:
        """The statements of one owner."""
        return cls.select().where(cls.owner == user.id)


class BankLine(Row):
    """One movement on an account of the owner's, in minor units; below zero money went out.

    `key` is a digest of what it says, and the how-manieth alike of its file it is: files that
    overlap add nothing twice. `payment` is what it was booked as, open again once that is
    taken back.
    """

    owner = ForeignKeyField(User, backref="bank_lines", on_delete="CASCADE", index=False)
    source = ForeignKeyField(BankFile, backref="lines", on_delete="RESTRICT")
    key = TextField()
    booked_on = DateField()
    amount = BigIntegerField(constraints=[Check("amount <> 0")])
    currency = TextField()
    account = TextField(default="")
    name = TextField(default="")
    iban = TextField(default="")
    reference = TextField(default="")
    text = TextField(default="")
    payment = ForeignKeyField(Payment, null=True, on_delete="RESTRICT")
    dismissed_at = DateTimeField(null=True)

    class Meta:
        indexes = (
            (("owner", "key"), True),
            (("owner", "booked_on"), False),
        )

    @classmethod
    def of(cls, user: User) -> Any:
        """The movements of one owner."""
        return cls.select().where(cls.owner == user.id)


class BankPart(Row):
    """A payment that is one part of a movement which pays several invoices."""

    line = ForeignKeyField(BankLine, backref="parts", on_delete="RESTRICT")
    payment = ForeignKeyField(Payment, unique=True, on_delete="RESTRICT")

"""Reminders of invoices: when an owner has them sent, where they rest, and those written."""

from typing import Any

from peewee import (
    BigIntegerField,
    BooleanField,
    Check,
    DateField,
    DateTimeField,
    IntegerField,
    JSONField,
)

from models.base import Row
from models.invoices import Invoice
from models.people import Client, User
from models.references import ForeignKeyField


class ReminderPlan(Row):
    """When an owner's clients are reminded: `days` from the due date, below zero before it."""

    owner = ForeignKeyField(User, unique=True, backref="reminder_plans", on_delete="CASCADE")
    is_on = BooleanField(default=False)
    days = JSONField(default=list)


class ReminderPause(Row):
    """No reminder goes to a client, or of one invoice, to the end of `until` or until it ends."""

    client = ForeignKeyField(Client, null=True, unique=True, on_delete="CASCADE")
    invoice = ForeignKeyField(Invoice, null=True, unique=True, on_delete="CASCADE")
    until = DateField(null=True)
    paused_at = DateTimeField()

    class Meta:
        constraints = [Check("(client_id IS NULL) <> (invoice_id IS NULL)")]


class PaymentReminder(Row):
    """The client's payers were reminded of an invoice: once for each `step`, in days from the
    due date. `due` is what was owed then, in minor units. Several of a project that are due at
    once share one letter: that of the one they are `sent_with`."""

    invoice = ForeignKeyField(Invoice, backref="reminders", on_delete="RESTRICT")
    step = IntegerField()
    due = BigIntegerField(constraints=[Check("due > 0")])
    written_at = DateTimeField()
    sent_with = ForeignKeyField("self", null=True, backref="others", on_delete="RESTRICT")

    class Meta:
        indexes = ((("invoice", "step"), True),)

    @classmethod
    def of(cls, invoice: Invoice) -> Any:
        """Those of one invoice."""
        return cls.select().where(cls.invoice == invoice.id)

    @property
    def letter_of(self) -> int:
        """The id of the reminder whose letter tells of it."""
        return int(self.sent_with_id or self.id)

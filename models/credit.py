"""Credit: money of a client that no invoice of theirs holds."""

from enum import StrEnum
from typing import Any

from peewee import BigIntegerField, Check, DateField, DateTimeField, TextField

from models.base import KindField, Row
from models.invoices import Payment
from models.people import Client
from models.references import ForeignKeyField


class CreditKind(StrEnum):
    """Kept of an invoice that was paid too much, used for another, or paid back."""

    KEPT = "kept"
    USED = "used"
    REFUNDED = "refunded"


class CreditEntry(Row):
    """A movement of a client's credit in one currency, in minor units; above zero it grows.

    One that was kept or used mirrors a `payment` by the method "credit", with the sign turned;
    `overpaid` is the payment it was kept of. Never changed, only reversed.
    """

    client = ForeignKeyField(Client, backref="credit_entries", on_delete="RESTRICT")
    currency = TextField()
    kind = KindField(CreditKind, "kind")
    amount = BigIntegerField(constraints=[Check("amount <> 0")])
    moved_on = DateField()
    payment = ForeignKeyField(Payment, null=True, unique=True, on_delete="RESTRICT")
    overpaid = ForeignKeyField(Payment, null=True, unique=True, on_delete="RESTRICT")
    reference = TextField(default="")
    reverses = ForeignKeyField("self", null=True, unique=True, on_delete="RESTRICT")
    key = TextField(unique=True)
    recorded_at = DateTimeField()

    class Meta:
        indexes = ((("client", "currency"), False),)
        constraints = [Check("(kind = 'refunded') = (payment_id IS NULL)")]

    @classmethod
    def of(cls, client: Client) -> Any:
        """The movements of one client's credit."""
        return cls.select().where(cls.client == client.id)

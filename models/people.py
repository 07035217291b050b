"""Owners and their business, their clients and contacts."""

from enum import StrEnum
from typing import Any

from peewee import SQL, BooleanField, Check, DateTimeField, IntegerField, TextField

from models.base import KindField, Row
from models.folding import fold
from models.references import ForeignKeyField


class ClientKind(StrEnum):
    BUSINESS = "business"
    CONSUMER = "consumer"


class User(Row):
    """An owner: the person who signs in. Everything else hangs on exactly one."""

    email = TextField(unique=True)
    password_hash = TextField()
    created_at = DateTimeField()

    class Meta:
        table_name = "account"


class Business(Row):
    """What the owner trades as. Rates are thousandths of a percent (19 % = 19000).

    `tax_id` is the number of who is registered (the VAT ID in the EU), `tax_number` the one the
    tax office knows anybody by (Steuernummer, NIF, SIRET).
    """

    owner = ForeignKeyField(User, unique=True, backref="businesses", on_delete="CASCADE")
    name = TextField(default="")
    email = TextField(default="")
    phone = TextField(default="")
    street = TextField(default="")
    postcode = TextField(default="")
    city = TextField(default="")
    region = TextField(default="")
    country = TextField(default="")
    currency = TextField(default="USD")
    timezone = TextField(default="UTC")
    tax_registered = BooleanField(default=False)
    small_business = BooleanField(default=False)
    withholding_rate = IntegerField(
        default=0, constraints=[Check("withholding_rate BETWEEN 0 AND 100000")]
    )
    tax_label = TextField(default="VAT")
    tax_id = TextField(default="")
    tax_number = TextField(default="")
    tax_rate = IntegerField(default=0, constraints=[Check("tax_rate BETWEEN 0 AND 100000")])
    terms_days = IntegerField(default=14, constraints=[Check("terms_days BETWEEN 0 AND 365")])
    undo_minutes = IntegerField(default=0, constraints=[Check("undo_minutes BETWEEN 0 AND 1440")])
    bank_holder = TextField(default="")
    bank_name = TextField(default="")
    iban = TextField(default="")
    bic = TextField(default="")
    account_number = TextField(default="")
    routing_number = TextField(default="")
    dismissed = TextField(default="")


class Session(Row):
    """A signed-in browser. The cookie holds a random token, the row only its SHA-256."""

    token_hash = TextField(unique=True)
    user = ForeignKeyField(User, backref="sessions", on_delete="CASCADE")
    created_at = DateTimeField()
    seen_at = DateTimeField()
    address = TextField(default="")
    user_agent = TextField(default="")


class Attempt(Row):
    """A counter of one rate limit in one window, shared by all processes."""

    key = TextField()
    window = IntegerField()
    count = IntegerField(default=0)

    class Meta:
        indexes = ((("key", "window"), True),)


class Client(Row):
    """Who buys. A consumer is quoted gross prices, a business net ones.

    `folded` is the name as it is searched and sorted; saving the row keeps it in step.
    Invoices are made out to the `legal_name`, where that is another. `tax_id` is what tax is
    decided by (a VAT ID in the EU), `tax_number` any other, `buyer_reference` what the client's
    own books sort an invoice by (EN 16931 BT-10). Invoices have the billing address where there
    is one.
    Without a `timezone` it is the country's.
    """

    owner = ForeignKeyField(User, backref="clients", on_delete="CASCADE")
    name = TextField(constraints=[Check("name <> ''")])
    folded = TextField(default="")
    kind = KindField(ClientKind, "kind", default=ClientKind.BUSINESS)
    country = TextField(default="")
    language = TextField(default="en")
    currency = TextField(default="USD")
    street = TextField(default="")
    postcode = TextField(default="")
    city = TextField(default="")
    region = TextField(default="")
    timezone = TextField(default="")
    tax_id = TextField(default="")
    legal_name = TextField(default="")
    tax_number = TextField(default="")
    buyer_reference = TextField(default="")
    billing_street = TextField(default="")
    billing_postcode = TextField(default="")
    billing_city = TextField(default="")
    billing_region = TextField(default="")
    billing_country = TextField(default="")
    created_at = DateTimeField()
    archived_at = DateTimeField(null=True)

    def save(self, *args: Any, **options: Any) -> Any:
        self.folded = fold(self.name)
        return super().save(*args, **options)

    @classmethod
    def of(cls, user: User) -> Any:
        """The clients of one owner, archived ones included."""
        return cls.select().where(cls.owner == user.id)

    @classmethod
    def matching(cls, user: User, words: str) -> Any:
        """Those where each word is part of the client's name or of a contact's name or e-mail."""
        found = cls.of(user)
        for word in fold(words).split():
            of_contact = Contact.select(Contact.client).where(
                Contact.folded.contains(word), Contact.removed_at.is_null()
            )
            found = found.where(cls.folded.contains(word) | cls.id.in_(of_contact))
        return found


class Contact(Row):
    """A person at a client. One may sign, approve and pay, or each another.

    `folded` is name and e-mail as they are searched; saving the row keeps it in step.
    """

    client = ForeignKeyField(Client, backref="contacts", on_delete="CASCADE")
    name = TextField(constraints=[Check("name <> ''")])
    email = TextField(constraints=[Check("email <> ''")])
    folded = TextField(default="")
    title = TextField(default="")
    is_signer = BooleanField(default=True)
    is_approver = BooleanField(default=True)
    is_payer = BooleanField(default=True)
    created_at = DateTimeField()
    removed_at = DateTimeField(null=True)

    class Meta:
        constraints = [SQL("UNIQUE (client_id, email)")]

    def save(self, *args: Any, **options: Any) -> Any:
        self.folded = fold(f"{self.name} {self.email}")
        return super().save(*args, **options)

    @classmethod
    def of(cls, user: User) -> Any:
        """The contacts of one owner's clients, joined with their client."""
        return cls.select(cls, Client).join(Client).where(Client.owner == user.id)

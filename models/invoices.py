"""Invoices, the charges they bill, and what settles them."""

from enum import StrEnum
from typing import Any

from peewee import (
    SQL,
    BigIntegerField,
    Check,
    DateField,
    DateTimeField,
    IntegerField,
    JSONField,
    TextField,
    fn,
)

from models.base import KindField, Row
from models.people import Client, Contact, User
from models.record import Document
from models.references import ForeignKeyField
from models.work import Criterion, Milestone, Project, Trigger


class InvoiceState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class DocumentType(StrEnum):
    """What an invoice bills, in the words of its title and of its e-invoice."""

    MILESTONE = "milestone"
    DEPOSIT = "deposit"
    REMAINDER = "remainder"
    MANUAL = "manual"
    CREDIT_NOTE = "credit_note"


class Series(Row):
    """A gapless run of numbers; the next is taken in the transaction that issues.

    One that runs on has the year 0; one that begins anew each year has a row for each.
    """

    owner = ForeignKeyField(User, backref="series", on_delete="RESTRICT")
    kind = KindField(InvoiceKind, "kind")
    year = IntegerField(default=0)
    pattern = TextField()
    next_number = IntegerField(default=1, constraints=[Check("next_number > 0")])

    class Meta:
        indexes = ((("owner", "kind", "year"), True),)


class SeriesGap(Row):
    """Numbers that were left out on purpose, such as on moving in, and why."""

    series = ForeignKeyField(Series, backref="gaps", on_delete="RESTRICT")
    first = IntegerField()
    last = IntegerField()
    reason = TextField(constraints=[Check("reason <> ''")])
    made_at = DateTimeField()

    class Meta:
        constraints = [Check("first <= last")]


class TaxRate(Row):
    """A row of the owner's own table of rates. Thousandths of a percent; `note` is what the
    invoice says about it."""

    owner = ForeignKeyField(User, backref="tax_rates", on_delete="CASCADE")
    position = IntegerField()
    name = TextField(constraints=[Check("name <> ''")])
    category = TextField(constraints=[Check("category IN ('S','Z','E','O','AE','G')")])
    rate = IntegerField(default=0, constraints=[Check("rate BETWEEN 0 AND 100000")])
    note = TextField(default="")

    class Meta:
        indexes = ((("owner", "position"), True),)


class Invoice(Row):
    """What is asked for, in minor units. Frozen for good once issued.

    A credit note is one too, with positive amounts, and `credits` the invoice it takes back
    from. `key` makes a repeated post of one made by hand the same invoice.
    `content` is all that the document says (canonical JSON), frozen with the number.
    `discount` on the whole is in the prices' basis, typed as a share where there is a
    `discount_rate` (thousandths of a percent); `allowances` are what it comes to, net, by
    category and rate. `withholding` is a memo: the tax that the client keeps back and pays.
    One that is held waits until then for the acceptance behind it to be final.
    Paid and overdue are derived from payments, never stored.
    """

    owner = ForeignKeyField(User, backref="invoices", on_delete="RESTRICT")
    project = ForeignKeyField(Project, backref="invoices", on_delete="RESTRICT")
    client = ForeignKeyField(Client, backref="invoices", on_delete="RESTRICT")
    kind = KindField(InvoiceKind, "kind", default=InvoiceKind.INVOICE)
    credits = ForeignKeyField("self", null=True, on_delete="RESTRICT")
    state = KindField(InvoiceState, "state", default=InvoiceState.DRAFT)
    cause = TextField()
    document_type = KindField(DocumentType, "document_type", default=DocumentType.MILESTONE)
    series = ForeignKeyField(Series, null=True, on_delete="RESTRICT")
    sequence = IntegerField(null=True)
    number = TextField(null=True)
    currency = TextField()
    issued_on = DateField(null=True)
    issued_at = DateTimeField(null=True)
    supplied_on = DateField(null=True)
    due_on = DateField(null=True)
    terms_days = IntegerField()
    net = BigIntegerField()
    tax = BigIntegerField()
    total = BigIntegerField()
    taxes = JSONField(default=list)
    discount = BigIntegerField(default=0, constraints=[Check("discount >= 0")])
    discount_rate = IntegerField(
        default=0, constraints=[Check("discount_rate BETWEEN 0 AND 100000")]
    )
    discount_reason = TextField(default="")
    allowances = JSONField(default=list)
    withholding = JSONField(null=True)
    purchase_order = TextField(default="")
    note = TextField(default="")
    content = TextField(null=True)
    key = TextField(null=True)
    held_until = DateTimeField(null=True)
    created_at = DateTimeField()

    class Meta:
        indexes = (
            (("series", "sequence"), True),
            (("owner", "number"), True),
            # Browsers choose keys, so one owner's must not stand in another's way.
            (("owner", "key"), True),
        )
        constraints = [
            Check("net + tax = total"),
            Check(
                "state = 'draft' OR (number IS NOT NULL AND sequence IS NOT NULL"
                " AND issued_on IS NOT NULL AND due_on IS NOT NULL AND content IS NOT NULL)"
            ),
        ]

    @classmethod
    def of(cls, user: User) -> Any:
        """The invoices and credit notes of one owner, as with_paid() brings them."""
        return cls.with_paid().where(cls.owner == user.id)

    @classmethod
    def with_paid(cls) -> Any:
        """Invoices and credit notes with client and project, and what settles them:
        `paid` is the sum of their payments (`withheld` of those in tax kept back), `credited` of
        their credit notes, `written_off` of what was written off of them (minor units)."""
        paid, credited, written_off = cls.settling()
        settling = (
            paid.alias("paid"),
            cls.withheld_so_far().alias("withheld"),
            credited.alias("credited"),
            written_off.alias("written_off"),
        )
        return (
            cls.select(cls, Client, Project, *settling)
            .join(Client)
            .switch(cls)
            .join(Project)
            .switch(cls)
        )

    @classmethod
    def settled(cls) -> Any:
        """Of an invoice, as an expression: all that settles it, in minor units."""
        paid, credited, written_off = cls.settling()
        return paid + credited + written_off

    @classmethod
    def settling(cls) -> tuple[Any, Any, Any]:
        """The sums of its payments, of its credit notes, and of what was written off."""
        note = cls.alias("note")
        sums = (
            Payment.select(fn.SUM(Payment.amount)).where(Payment.invoice == cls.id),
            note.select(fn.SUM(note.total)).where(note.credits == cls.id),
            WriteOff.select(fn.SUM(WriteOff.amount)).where(WriteOff.invoice == cls.id),
        )
        # Bare queries would not add up but unite.
        paid, credited, written_off = (fn.COALESCE(each, 0) for each in sums)
        return paid, credited, written_off

    @classmethod
    def withheld_so_far(cls) -> Any:
        """What is recorded as tax kept back, as an expression (minor units)."""
        in_tax = (Payment.invoice == cls.id) & (Payment.method == "withheld")
        return fn.COALESCE(Payment.select(fn.SUM(Payment.amount)).where(in_tax), 0)

    @property
    def left(self) -> int:
        """Of a row of with_paid(): minor units to come; below zero, what was paid too much."""
        return int(self.total) - int(self.paid) - int(self.credited) - int(self.written_off)

    @classmethod
    def is_owed(cls) -> Any:
        """The condition of an issued invoice that nothing has settled whole. Tax that its client
        keeps back is owed until it is recorded; what is due from them: withholding.is_asked()."""
        return (
            (cls.state == InvoiceState.ISSUED)
            & (cls.kind == InvoiceKind.INVOICE)
            & (cls.settled() < cls.total)
        )


class InvoiceLine(Row):
    """One outcome (or part of one) on an invoice; amounts in minor units.

    `amount` is round(quantity × unit price) less the line's own `discount`, in the prices'
    basis (net, or gross for consumers); `net` always net. `allowance` is the line's part of a
    discount on the whole, in both. A line of a credit note says which line it `credits`.
    Units are of UN/ECE Recommendation 20: C62 is one piece.
    """

    invoice = ForeignKeyField(Invoice, backref="lines", on_delete="CASCADE")
    position = IntegerField()
    milestone = ForeignKeyField(Milestone, null=True, on_delete="RESTRICT")
    description = TextField()
    detail = TextField(default="")
    accepted_on = DateField(null=True)
    quantity = TextField(default="1")
    unit = TextField(default="C62")
    unit_price = BigIntegerField()
    discount = BigIntegerField(default=0, constraints=[Check("discount >= 0")])
    discount_rate = IntegerField(
        default=0, constraints=[Check("discount_rate BETWEEN 0 AND 100000")]
    )
    amount = BigIntegerField()
    net = BigIntegerField()
    allowance = BigIntegerField(default=0)
    allowance_net = BigIntegerField(default=0)
    tax_category = TextField()
    tax_rate = IntegerField()
    tax_note = TextField(default="")
    credits = ForeignKeyField("self", null=True, backref="credited_by", on_delete="RESTRICT")

    class Meta:
        indexes = ((("invoice", "position"), True),)


class Charge(Row):
    """What one trigger, or one accepted criterion of it, bills for one milestone.

    Unique until a credit note or a deleted draft frees it: this is what makes every
    cent billed at most once. One on a draft that was made smaller is freed, and a smaller
    one stands `instead_of` it.
    """

    milestone = ForeignKeyField(Milestone, backref="charges", on_delete="RESTRICT")
    trigger = ForeignKeyField(Trigger, on_delete="RESTRICT")
    criterion = ForeignKeyField(Criterion, null=True, on_delete="RESTRICT")
    line = ForeignKeyField(InvoiceLine, null=True, backref="charges", on_delete="SET NULL")
    amount = BigIntegerField(constraints=[Check("amount >= 0")])
    fired_at = DateTimeField()
    freed_at = DateTimeField(null=True)
    instead_of = ForeignKeyField("self", null=True, unique=True, on_delete="RESTRICT")


Charge.add_index(
    SQL(
        "CREATE UNIQUE INDEX IF NOT EXISTS charge_once ON charge"
        " (trigger_id, COALESCE(criterion_id, 0)) WHERE freed_at IS NULL"
    )
)


class Payment(Row):
    """Money received (or, below zero, a payment taken back). Never changed, only reversed.

    One by the method "credit" moves no money: it is to or from the client's credit.
    """

    invoice = ForeignKeyField(Invoice, backref="payments", on_delete="RESTRICT")
    amount = BigIntegerField(constraints=[Check("amount <> 0")])
    received_on = DateField()
    method = TextField(default="bank")
    reference = TextField(default="")
    reverses = ForeignKeyField("self", null=True, unique=True, on_delete="RESTRICT")
    key = TextField(unique=True)
    recorded_at = DateTimeField()


class WriteOff(Row):
    """What the owner no longer expects of an invoice (or, below zero, expects again), in minor
    units. It changes nothing of the invoice, and is never changed, only reversed."""

    invoice = ForeignKeyField(Invoice, backref="write_offs", on_delete="RESTRICT")
    amount = BigIntegerField(constraints=[Check("amount <> 0")])
    written_on = DateField()
    reason = TextField(default="")
    reverses = ForeignKeyField("self", null=True, unique=True, on_delete="RESTRICT")
    key = TextField(unique=True)
    recorded_at = DateTimeField()

    class Meta:
        constraints = [Check("(reverses_id IS NULL) = (amount > 0)")]


class Claim(Row):
    """The client's word that they have paid, until the owner confirms or declines it."""

    invoice = ForeignKeyField(Invoice, backref="claims", on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, on_delete="RESTRICT")
    reference = TextField(default="")
    claimed_at = DateTimeField()
    answered_at = DateTimeField(null=True)
    payment = ForeignKeyField(Payment, null=True, unique=True, on_delete="RESTRICT")


Claim.add_index(
    SQL(
        "CREATE UNIQUE INDEX IF NOT EXISTS claim_open ON claim (invoice_id)"
        " WHERE answered_at IS NULL"
    )
)


class Rendition(Row):
    """The document made of an invoice: in a table of its own, as the invoice is frozen."""

    invoice = ForeignKeyField(Invoice, unique=True, backref="renditions", on_delete="RESTRICT")
    document = ForeignKeyField(Document, on_delete="RESTRICT")

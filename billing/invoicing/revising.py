"""A draft edited before anybody has seen it: its lines, discounts, terms and words.

What a line bills of a milestone stays what was charged: its words and its tax may change, its
amount may not, and it cannot be taken out. Everything else is free until the draft is issued.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from billing import events
from billing.actors import Actor
from billing.invoicing import drafts, holding, tax
from billing.invoicing import lines as rows
from billing.invoicing.lines import Line, Taxed
from billing.invoicing.units import PIECE
from billing.money import LARGEST, share
from billing.refusals import N_, AlreadyIssued, Conflict, NotPositive, Refusal
from models import Invoice, InvoiceLine, InvoiceState, write

MOST_LINES = 100
"""As many as a document of a few pages holds, made within its time."""
SMALLEST = Decimal("0.000001")


class LinesMissing(Refusal):
    sentence = N_("An invoice needs at least one line.")


class TooManyLines(Refusal):
    """Facts: `most`."""

    sentence = N_("An invoice holds %(most)s lines. Bill the rest on another.")


class LineUnnamed(Refusal):
    sentence = N_("Say in each line what it bills.")


class DiscountTooLarge(Refusal):
    sentence = N_("A discount cannot be more than what it is taken off.")


class NotAQuantity(Refusal):
    """Facts: `text`."""

    sentence = N_("“%(text)s” is not a quantity. Write it like 1 or 2.5, above zero.")
    field = "quantity"


class ChargeMissing(Conflict):
    sentence = N_(
        "What a milestone bills cannot be taken out of the draft. Delete the draft instead, or"
        " credit it once it is issued."
    )


class RevisedElsewhere(Conflict):
    sentence = N_(
        "This draft was changed in another window. What you typed is still here; reload the page"
        " to see the other version."
    )


@dataclass(frozen=True)
class Entry:
    """One line as typed; `line` is the id of the row it was, if it was one.

    Money in minor units in the prices' basis; a `discount_rate` (thousandths of a percent)
    counts before a `discount`. Of a line that a milestone bills, only words and tax are read.
    """

    description: str
    tax: Taxed
    quantity: Decimal = Decimal(1)
    unit: str = PIECE
    unit_price: int = 0
    discount: int = 0
    discount_rate: int = 0
    detail: str = ""
    line: int | None = None

    def as_line(self) -> Line:
        """What it comes to. Refuses NotAQuantity, NotPositive, DiscountTooLarge, LineUnnamed."""
        if not self.description:
            raise LineUnnamed
        if not SMALLEST <= self.quantity <= LARGEST:
            raise NotAQuantity(text=rows.plain(self.quantity))
        whole = rows.times(self.quantity, self.unit_price)
        if not 0 <= whole <= LARGEST or self.unit_price < 0:
            raise NotPositive(field="unit_price")
        off = share(whole, self.discount_rate, tax.WHOLE) if self.discount_rate else self.discount
        if not 0 <= off <= whole:
            raise DiscountTooLarge(field="discount")
        return Line(
            description=self.description,
            amount=whole - off,
            detail=self.detail,
            quantity=self.quantity,
            unit=self.unit,
            unit_price=self.unit_price,
            discount=off,
            discount_rate=self.discount_rate,
            tax=self.tax,
        )


@dataclass(frozen=True)
class Draft:
    """All of a draft that can be edited. `discount` on the whole as in Entry."""

    entries: Sequence[Entry]
    terms_days: int
    supplied_on: date | None = None
    purchase_order: str = ""
    note: str = ""
    discount: int = 0
    discount_rate: int = 0
    discount_reason: str = ""
    withholding_rate: int = 0


def basis(invoice: Invoice) -> str:
    """A mark of what a draft says, to notice that it was changed in another window."""
    said = [
        [
            getattr(row, name)
            for name in ("id", "description", "detail", "quantity", "unit", "unit_price",
                         "discount", "discount_rate", "amount", "tax_category", "tax_rate",
                         "tax_note")
        ]
        for row in rows.of(invoice)
    ]  # fmt: skip
    whole = [
        str(getattr(invoice, name))
        for name in ("terms_days", "supplied_on", "purchase_order", "note", "discount",
                     "discount_rate", "discount_reason", "withholding")
    ]  # fmt: skip
    return sha256(json.dumps([said, whole]).encode()).hexdigest()


def is_charged(row: InvoiceLine) -> bool:
    """Whether a line bills what a milestone charged, so that its amount stands."""
    return row.milestone_id is not None


def counted(invoice: Invoice, draft: Draft) -> tax.Totals:
    """What the draft would come to. Refuses what revise() refuses of the lines."""
    lines = _lines(invoice, draft)
    amounts = [line.amount for line in lines]
    discount = _discount(draft, sum(amounts))
    gross = bool(invoice.project.prices_gross)
    return rows.count([line.tax for line in lines if line.tax], amounts, gross, discount)


def _discount(draft: Draft, whole: int) -> int:
    if draft.discount_rate:
        return share(whole, draft.discount_rate, tax.WHOLE)
    if not 0 <= draft.discount <= whole:
        raise DiscountTooLarge(field="discount")
    return draft.discount


def _lines(invoice: Invoice, draft: Draft) -> list[Line]:
    """The lines as they will be; those charged with their amounts as they stand."""
    if not draft.entries:
        raise LinesMissing
    if len(draft.entries) > MOST_LINES:
        raise TooManyLines(most=MOST_LINES)
    charged = {row.id: row for row in rows.of(invoice) if is_charged(row)}
    if charged.keys() - {entry.line for entry in draft.entries}:
        raise ChargeMissing
    return [
        _charged(charged[entry.line], entry) if entry.line in charged else entry.as_line()
        for entry in draft.entries
    ]


def _charged(row: InvoiceLine, entry: Entry) -> Line:
    if not entry.description:
        raise LineUnnamed
    return Line(
        entry.description,
        int(row.amount),
        entry.detail,
        row.milestone,
        row.accepted_on,
        tax=entry.tax,
    )


def revise(invoice: Invoice, draft: Draft, seen: str, by: Actor, now: datetime) -> Invoice:
    """Save a draft as typed; `seen` is the basis() the typing began with.

    Refuses AlreadyIssued, InvoiceHeld, RevisedElsewhere, LinesMissing, TooManyLines, ChargeMissing,
    NotAQuantity, NotPositive, DiscountTooLarge.
    """
    project = invoice.project
    with write(project):
        stored: Invoice = Invoice.get_by_id(invoice.id)
        if stored.state != InvoiceState.DRAFT:
            raise AlreadyIssued(number=stored.number)
        holding.refuse_held(stored)
        if seen != basis(stored):
            raise RevisedElsewhere
        lines = _lines(stored, draft)
        discount = _discount(draft, sum(line.amount for line in lines))
        _put(stored, draft.entries, lines)
        for name, value in _columns(draft).items():
            setattr(stored, name, value)
        stored.discount = discount
        drafts.recount(stored)
        stored.withholding = rows.withheld(draft.withholding_rate, int(stored.net))
        stored.save()
        events.record(
            "invoice.revised",
            project,
            by,
            now,
            invoice=stored.id,
            total=stored.total,
            currency=stored.currency,
        )
    return stored


def _columns(draft: Draft) -> dict[str, Any]:
    names = (
        "terms_days", "supplied_on", "purchase_order", "note", "discount_rate", "discount_reason",
    )  # fmt: skip
    return {name: getattr(draft, name) for name in names}


def _put(invoice: Invoice, entries: Sequence[Entry], lines: Sequence[Line]) -> None:
    """Write the rows in their order. Charged ones stay, as their charges hang on them."""
    kept = [row for row in rows.of(invoice) if is_charged(row)]
    of_invoice = InvoiceLine.invoice == invoice.id
    InvoiceLine.delete().where(of_invoice, InvoiceLine.milestone.is_null()).execute()
    # Out of the way first: a place can be taken only once.
    InvoiceLine.update(position=InvoiceLine.position + 10_000).where(of_invoice).execute()
    known = {row.id for row in kept}
    usual = rows.usual_tax(invoice.project)
    for position, (entry, line) in enumerate(zip(entries, lines, strict=True)):
        columns = {**line.columns(usual), "position": position}
        if entry.line in known:
            InvoiceLine.update(**columns).where(InvoiceLine.id == entry.line).execute()
        else:
            InvoiceLine.create(invoice=invoice, net=0, **columns)

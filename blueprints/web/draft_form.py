"""The form of a draft: its lines as rows, each with quantity, price, discount and tax."""

from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange, StopValidation

from billing import format
from billing.invoicing import lines as rows
from billing.invoicing import rates, revising, units
from billing.invoicing.lines import Taxed
from billing.invoicing.revising import Draft, Entry, NotAQuantity
from billing.invoicing.tax import Totals
from billing.paying import money_days
from billing.people import businesses
from billing.refusals import Refusal
from blueprints.web import invoice_page
from blueprints.web.business_form import RateField
from blueprints.web.errors import words
from blueprints.web.fields import CountField, DayField, Rows, choices
from blueprints.web.forms import Form, MoneyField, at_most, obey, optional
from models import Business, Invoice, InvoiceLine

UNITS = choices(units.NAMES)


class QuantityField(StringField):
    """A quantity as typed; `amount` holds it once validated."""

    amount = Decimal(1)

    def pre_validate(self, form: Form) -> None:
        typed = (self.data or "1").replace("\u00a0", "").replace(" ", "").replace(",", ".")
        try:
            self.amount = Decimal(typed)
        except InvalidOperation:
            self.amount = Decimal("NaN")
        if not (self.amount.is_finite() and revising.SMALLEST <= self.amount < 10**9):
            raise StopValidation(words(NotAQuantity(text=(self.data or "")[:40])))
        if self.amount != self.amount.quantize(revising.SMALLEST):
            raise StopValidation(words(NotAQuantity(text=(self.data or "")[:40])))


class DiscountField(MoneyField):
    """``10 %`` or an amount; `rate` holds a share in thousandths of a percent."""

    rate = 0

    def pre_validate(self, form: Form) -> None:
        self.rate, self.minor = 0, None
        if (self.data or "").endswith("%"):
            self.rate = obey(businesses.rate, self.data)
            return
        super().pre_validate(form)


class LineForm(Form):
    """One line; `line` is the row that it was. Of a charged one only words and tax are read."""

    class Meta:
        csrf = False

    description = StringField(_l("What"), [at_most(300)])
    quantity = QuantityField(_l("Quantity"), default="1")
    unit = SelectField(_l("Unit"), choices=UNITS, default=units.PIECE, validate_choice=False)
    unit_price = MoneyField(_l("Unit price"))
    discount = DiscountField(_l("Discount"), [at_most(30)])
    tax = SelectField(_l("Tax"))
    detail = TextAreaField(_l("Details"), [optional(), at_most(2000)])
    line = HiddenField()

    @property
    def row(self) -> int | None:
        with suppress(ValueError):
            return int(self.line.data or "")
        return None

    @property
    def is_blank(self) -> bool:
        return not (self.description.data or self.unit_price.data or self.row)

    def entry(self, taxes: dict[str, Taxed]) -> Entry:
        """What was typed, in the verb's units."""
        return Entry(
            description=self.description.data or "",
            tax=taxes[self.tax.data],
            quantity=self.quantity.amount,
            unit=self.unit.data if self.unit.data in units.NAMES else units.PIECE,
            unit_price=self.unit_price.minor or 0,
            discount=self.discount.minor or 0,
            discount_rate=self.discount.rate,
            detail=self.detail.data or "",
            line=self.row,
        )


class DraftForm(Form):
    lines = Rows(FormField(LineForm), most=revising.MOST_LINES)
    discount = DiscountField(_l("Discount on everything"), [optional(), at_most(30)])
    discount_reason = StringField(_l("Why"), [optional(), at_most(100)])
    supplied_on = DayField(_l("Date of supply"), [optional()])
    terms_days = CountField(
        _l("Days to pay"), [NumberRange(0, 365, _l("Enter a number of days from 0 to 365."))]
    )
    purchase_order = StringField(_l("Purchase order"), [optional(), at_most(100)])
    withholding_rate = RateField(_l("Tax the client keeps back"), [optional()])
    note = TextAreaField(_l("Note on the invoice"), [optional(), at_most(2000)])
    seen = HiddenField()

    def validate_supplied_on(self, field: DayField) -> None:
        invoice_page.refuse_other_days(field, money_days.check_supply)

    taxes: dict[str, Taxed]
    charged: dict[int, InvoiceLine]

    def about(self, invoice: Invoice, business: Business) -> Self:
        """What amounts are read as, which taxes there are, and which lines are charged."""
        known = rows.of(invoice)
        self.charged = {row.id: row for row in known if revising.is_charged(row)}
        self.taxes = _taxes(invoice, known, business)
        country = str(business.country)
        self.discount.understand(str(invoice.currency), country)
        for entry in self.lines:
            form = entry.form
            form.tax.choices = choices({key: _named(key, self.taxes) for key in self.taxes})
            form.tax.data = form.tax.data or next(iter(self.taxes))
            for field in (form.unit_price, form.discount):
                field.understand(str(invoice.currency), country)
        return self

    @property
    def draft(self) -> Draft:
        """What was typed, in the verb's units; blank rows left out."""
        typed = (entry.form for entry in self.lines)
        return Draft(
            entries=[each.entry(self.taxes) for each in typed if not each.is_blank],
            terms_days=self.terms_days.data,
            supplied_on=self.supplied_on.data,
            purchase_order=self.purchase_order.data or "",
            note=self.note.data or "",
            discount=self.discount.minor or 0,
            discount_rate=self.discount.rate,
            discount_reason=self.discount_reason.data or "",
            withholding_rate=self.withholding_rate.data or 0,
        )

    def sums(self, invoice: Invoice) -> Totals | None:
        """What the typed lines come to, where they can be added up."""
        if not self.is_submitted():
            return rows.sums_of(invoice, rows.of(invoice))
        if self.errors or not self.validate():
            return None
        try:
            return revising.counted(invoice, self.draft)
        except Refusal as refusal:
            self.refused(refusal)
            return None


def _key(tax: Taxed) -> str:
    return f"{tax.category}:{tax.rate}:{tax.note}"


def _taxes(invoice: Invoice, known: list[InvoiceLine], business: Business) -> dict[str, Taxed]:
    """What can be chosen: the project's tax first, the owner's table, and what lines have."""
    used = [Taxed(row.tax_category, int(row.tax_rate), row.tax_note) for row in known]
    table = [row.taxed for row in rates.of(business)]
    return {_key(tax): tax for tax in (rows.usual_tax(invoice.project), *table, *used)}


KINDS = {
    "Z": _l("0 %, zero rate"),
    "E": _l("Exempt"),
    "AE": _l("Reverse charge"),
    "G": _l("Export"),
    "O": _l("No tax"),
}


def _named(key: str, taxes: dict[str, Taxed]) -> str:
    tax = taxes[key]
    if tax.category == "S":
        return format.rate(tax.rate)
    return f"{KINDS[tax.category]}: {tax.note}" if tax.note else str(KINDS[tax.category])


def texts_of(invoice: Invoice) -> dict[str, Any]:
    """A draft as the form's fields hold it."""
    currency, withheld = str(invoice.currency), invoice.withholding
    return {
        "lines": [_line(row, currency) for row in rows.of(invoice)],
        "discount": _discount(int(invoice.discount), int(invoice.discount_rate), currency),
        "discount_reason": invoice.discount_reason,
        "supplied_on": invoice.supplied_on,
        "terms_days": invoice.terms_days,
        "purchase_order": invoice.purchase_order,
        "withholding_rate": withheld["rate"] if withheld else 0,
        "note": invoice.note,
        "seen": revising.basis(invoice),
    }


def _line(row: InvoiceLine, currency: str) -> dict[str, Any]:
    return {
        "description": row.description,
        "detail": row.detail,
        "quantity": row.quantity,
        "unit": row.unit,
        "unit_price": format.plain(int(row.unit_price), currency),
        "discount": _discount(int(row.discount), int(row.discount_rate), currency),
        "tax": _key(Taxed(row.tax_category, int(row.tax_rate), row.tax_note)),
        "line": row.id,
    }


def _discount(amount: int, rate: int, currency: str) -> str:
    if rate:
        return format.rate(rate)
    return format.plain(amount, currency) if amount else ""

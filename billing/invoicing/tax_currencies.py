"""Tax in the seller's own currency: what an invoice in another one has to say as well.

Article 230 of Directive 2006/112/EC, and HMRC's VAT Notice 700. The owner enters the rates; none is
fetched, and none is made up (decision 122).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from peewee import fn

from billing.invoicing import tax_countries
from billing.invoicing.lines import plain
from billing.money import exponent, round_half_up, share, to_decimal
from billing.refusals import N_, Refusal
from models import Business, ExchangeRate, Invoice, User, write
from models.once import Once


class NotAnExchangeRate(Refusal):
    """Facts: `text`."""

    sentence = N_("“%(text)s” is no exchange rate. Write a number above zero, like 0.9215.")
    field = "rate"


class RateOfItself(Refusal):
    """Facts: `currency`."""

    sentence = N_("%(currency)s is your own currency. Choose another one.")
    field = "currency"


FINEST = 6
"""Decimals of a rate, as central banks write it."""


@dataclass(frozen=True)
class Rate:
    """What one unit of `currency` was worth on a day, and where that stands."""

    currency: str
    rate: str
    day: date
    source: str


def own(business: Business) -> str:
    """The currency in which the business has to state its tax, "" where no law asks for one."""
    return tax_countries.currency(str(business.country)) if business.tax_registered else ""


def owed(business: Business, currency: str, tax: int) -> str:
    """The currency that tax on an invoice in another has to be stated in too, "" if in none."""
    found = own(business)
    return found if tax and found != currency else ""


def wanted(business: Business, currency: str, tax: int) -> str:
    """What owed() says, where no rate is there to state it by; "" where all is well."""
    found = owed(business, currency, tax)
    return "" if found and _rate(business, currency) else found


def missing(invoice: Invoice, business: Business, said: dict[str, Any]) -> str:
    """The currency that an invoice's tax should be stated in and is not, "" where all is well.

    Of an issued one by what it says, of a draft by the rates there are.
    """
    if said.get("tax_stated") or invoice.credits_id is not None:
        return ""
    return owed(business, str(invoice.currency), int(invoice.tax))


def stated(invoice: Invoice, business: Business) -> dict[str, Any] | None:
    """The tax in the own currency (minor units) with its rate, as the invoice says it.

    None where it has not to be, or no rate is known. A credit note follows its invoice.
    """
    if invoice.credits is not None:
        return _taken_back(invoice)
    currency = str(invoice.currency)
    into = owed(business, currency, int(invoice.tax))
    known = _rate(business, currency) if into else None
    if known is None:
        return None
    amount = to_decimal(int(invoice.tax), currency) * Decimal(known.rate)
    return {
        "currency": into,
        "rate": known.rate,
        "day": known.day.isoformat(),
        "source": known.source,
        "tax": round_half_up(amount.scaleb(exponent(into))),
    }


_NOTES = Once(
    lambda invoice, note: Invoice.select(fn.COALESCE(fn.SUM(Invoice.tax), 0)).where(
        Invoice.credits == invoice, Invoice.id != note
    )
)


def _taken_back(note: Invoice) -> dict[str, Any] | None:
    """By the rate of the invoice, rounded cumulatively: all its notes take back what it stated."""
    original = note.credits
    told: dict[str, Any] | None = json.loads(str(original.content)).get("tax_stated")
    if not told:
        return None
    [before] = _NOTES.first(original.id, note.id) or (0,)
    whole, tax = int(told["tax"]), int(original.tax)
    after = int(before) + int(note.tax)
    return {**told, "tax": share(whole, after, tax) - share(whole, int(before), tax)}


def of(business: Business) -> Iterator[Rate]:
    """The rates into the business's own currency, by currency."""
    rows = ExchangeRate.select().where(
        ExchangeRate.owner == business.owner_id, ExchangeRate.own == own(business)
    )
    for row in rows.order_by(ExchangeRate.currency):
        yield Rate(str(row.currency), str(row.rate), row.day, str(row.source))


def _rate(business: Business, currency: str) -> Rate | None:
    return next((each for each in of(business) if each.currency == currency), None)


def enter(each: Rate, by: User, business: Business) -> None:
    """Keep a rate in place of the one there was. What is issued keeps its own.

    Refuses NotAnExchangeRate, RateOfItself.
    """
    into = own(business)
    if each.currency == into:
        raise RateOfItself(currency=into)
    rate = _read(each.rate)
    with write(by):
        ExchangeRate.delete().where(
            ExchangeRate.owner == by.id,
            ExchangeRate.currency == each.currency,
            ExchangeRate.own == into,
        ).execute()
        ExchangeRate.create(
            owner=by,
            currency=each.currency,
            own=into,
            rate=rate,
            day=each.day,
            source=each.source,
        )


def _read(text: str) -> str:
    bare = text.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        rate = Decimal(bare)
    except InvalidOperation as wrong:
        raise NotAnExchangeRate(text=text[:40]) from wrong
    if not rate.is_finite() or not 0 < rate < 10**6 or rate != round(rate, FINEST):
        raise NotAnExchangeRate(text=text[:40])
    return plain(rate)

"""The owner's table of tax rates: what can stand on a line, with the reason where there is one.

It begins with what is usual in the owner's country, and is the owner's from the first change.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.countries import EUROPEAN_UNION
from billing.invoicing import tax_countries
from billing.invoicing.lines import Taxed
from billing.refusals import N_, Refusal
from models import Business, TaxRate, User, write

MOST = 40
"""Rows of one table."""

CATEGORIES = ("S", "Z", "E", "AE", "G", "O")
"""VAT categories of EN 16931 that a service can fall under."""


class NoRates(Refusal):
    sentence = N_("Keep at least one rate.")


class ExemptionUnexplained(Refusal):
    """Facts: `name`."""

    sentence = N_("Say why “%(name)s” is exempt. The sentence is printed on the invoice.")


class RateUnsaid(Refusal):
    """Facts: `name`."""

    sentence = N_("Say the rate of “%(name)s” in percent, or choose another kind of tax.")


@dataclass(frozen=True)
class Rate:
    """One row: `rate` in thousandths of a percent, used with category S alone."""

    name: str
    category: str
    rate: int = 0
    note: str = ""

    @property
    def taxed(self) -> Taxed:
        return Taxed(self.category, self.rate, self.note)


def starting(business: Business) -> list[Rate]:
    """What is usual in a business's country."""
    known = tax_countries.of(str(business.country))
    found = [Rate(name, "S" if rate else "Z", rate) for name, rate in known.rates.items()]
    own = int(business.tax_rate)
    if own and own not in {row.rate for row in found}:
        found.insert(0, Rate("Usual rate", "S", own))
    if known.small:
        found.append(Rate("Small business", known.small_category, 0, known.small))
    if business.country in EUROPEAN_UNION:
        found.append(Rate("Reverse charge", "AE", 0, tax_countries.reason("reverse_charge")))
        found.append(Rate("Export", "G", 0, tax_countries.reason("export")))
    if business.country:
        name = "Client abroad"
        found.append(Rate(name, known.abroad_category, 0, known.abroad))
    return [*found, Rate("No tax", "O")]


def of(business: Business) -> list[Rate]:
    """The owner's table, or what it would begin with."""
    rows = TaxRate.select().where(TaxRate.owner == business.owner_id).order_by(TaxRate.position)
    kept = [Rate(row.name, row.category, int(row.rate), row.note) for row in rows]
    return kept or starting(business)


def is_own(owner: User) -> bool:
    """Whether the owner has changed the table."""
    return bool(TaxRate.select().where(TaxRate.owner == owner.id).exists())


def save(rates: Sequence[Rate], by: User) -> None:
    """Keep the table. What is issued or agreed stays as it was.

    Refuses NoRates, RateUnsaid, ExemptionUnexplained.
    """
    if not rates:
        raise NoRates
    for each in rates:
        if each.category == "S" and not each.rate:
            raise RateUnsaid(name=each.name)
        # EN 16931 BR-E-10: an exemption is not valid without its reason.
        if each.category == "E" and not each.note:
            raise ExemptionUnexplained(name=each.name)
    with write(by):
        TaxRate.delete().where(TaxRate.owner == by.id).execute()
        for position, each in enumerate(rates[:MOST]):
            TaxRate.create(
                owner=by,
                position=position,
                name=each.name,
                category=each.category,
                rate=each.rate if each.category == "S" else 0,
                note=each.note,
            )


def begin_again(by: User) -> None:
    """Give the own table up for what is usual in the country."""
    with write(by):
        TaxRate.delete().where(TaxRate.owner == by.id).execute()

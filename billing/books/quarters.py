"""Income and tax by quarter: as it was billed, and as it was paid; currencies never added."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from billing.books import records
from billing.books.records import Issued, Period, Received, TaxPart
from models import User


@dataclass
class Sums:
    """Minor units; `by_rate` is net and tax by category and rate (1/1000 of a percent)."""

    net: int = 0
    tax: int = 0
    by_rate: dict[tuple[str, int], list[int]] = field(default_factory=dict)

    def add(self, parts: Iterable[TaxPart]) -> None:
        for part in parts:
            self.net += part.net
            self.tax += part.tax
            row = self.by_rate.setdefault((part.category, part.rate), [0, 0])
            row[0] += part.net
            row[1] += part.tax

    @property
    def rates(self) -> list[tuple[str, int, int, int]]:
        """Category, rate, net and tax, the highest rate first."""
        rows = [(*key, sums[0], sums[1]) for key, sums in self.by_rate.items()]
        return sorted(rows, key=lambda row: (-row[1], row[0]))


@dataclass
class Quarter:
    """One quarter in one currency: `billed` by issue date, `paid` by the day money came.

    `stated` is what the documents say of their tax in the seller's own currency, by that.
    """

    year: int
    number: int
    currency: str
    billed: Sums = field(default_factory=Sums)
    paid: Sums = field(default_factory=Sums)
    stated: dict[str, int] = field(default_factory=dict)


def of_year(owner: User, year: int) -> list[Quarter]:
    """The quarters of a year in which anything was billed or paid, by currency, then time."""
    period = Period(date(year, 1, 1), date(year, 12, 31))
    found: dict[tuple[str, int], Quarter] = {}
    issued: list[Issued] = records.issued(owner, period)
    received: list[Received] = records.received(owner, period)
    for document in issued:
        quarter = _quarter(found, document.invoice.currency, document.invoice.issued_on)
        quarter.billed.add(document.parts)
        own = document.tax_stated
        if own:
            quarter.stated[own["currency"]] = quarter.stated.get(own["currency"], 0) + own["tax"]
    for each in received:
        currency = each.issued.invoice.currency
        _quarter(found, currency, each.payment.received_on).paid.add(each.parts)
    return [found[key] for key in sorted(found)]


def _quarter(found: dict[tuple[str, int], Quarter], currency: str, day: date) -> Quarter:
    number = (day.month + 2) // 3
    return found.setdefault((currency, number), Quarter(day.year, number, currency))


BUCKETS = ("current", "1-30", "31-60", "61-90", "90+")
"""How many days an invoice is overdue."""


@dataclass(frozen=True)
class Aged:
    """What one client owes in one currency, by how long it is overdue (minor units, gross)."""

    client: str
    client_id: int
    currency: str
    buckets: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.buckets.values())


def aging(owner: User, today: date) -> list[Aged]:
    """What is still to come, by currency and client; the most owed first."""
    sums: dict[tuple[str, int, str], dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(BUCKETS, 0)
    )
    for invoice, due in records.open_invoices(owner):
        key = (str(invoice.currency), int(invoice.client_id), str(invoice.client.name))
        sums[key][bucket(invoice.due_on, today)] += due
    rows = [Aged(name, number, currency, row) for (currency, number, name), row in sums.items()]
    return sorted(rows, key=lambda row: (row.currency, -row.total, row.client))


def bucket(due_on: date, today: date) -> str:
    """The bucket of a due date on a day."""
    late = (today - due_on) // timedelta(days=1)
    limits = ((0, "current"), (30, "1-30"), (60, "31-60"), (90, "61-90"))
    return next((name for limit, name in limits if late <= limit), "90+")

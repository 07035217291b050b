"""A year and a month in review: accepted work, invoices, cash and the owner's own hours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from billing.outcomes.rates import Done
from billing.reading import cashflow
from billing.reading.insights import Acceptance
from models import Effort, Invoice, InvoiceKind, InvoiceState, Milestone, Project, User


@dataclass
class Month:
    """A month in review; `received` as it reached the bank, tax included."""

    first: date
    accepted: int = 0
    worth: int = 0
    invoiced: int = 0
    received: int = 0
    seconds: int = 0


@dataclass
class Year:
    """A year in review in one currency."""

    currency: str
    months: list[Month] = field(default_factory=list)

    @property
    def total(self) -> Month:
        """All months added up."""
        names = ("accepted", "worth", "invoiced", "received", "seconds")
        sums = {name: sum(getattr(month, name) for month in self.months) for name in names}
        return Month(self.months[0].first, **sums)


def review(
    owner: User, year: int, work: Iterable[Done], accepted: Iterable[Acceptance]
) -> list[Year]:
    """The twelve months of a year, for each currency in which something happened."""
    found: dict[str, Year] = {}

    def at(currency: str, day: date) -> Month:
        if currency not in found:
            months = [Month(date(year, number, 1)) for number in range(1, 13)]
            found[currency] = Year(currency, months)
        return found[currency].months[day.month - 1]

    worth = {each.milestone.id: each for each in work}
    for one in accepted:
        done = worth.get(one.milestone.id)
        if one.on.year == year and done is not None:
            month = at(done.currency, one.on)
            month.accepted += 1
            month.worth += done.worth
    for currency, day, net in _invoiced(owner, year):
        at(currency, day).invoiced += int(net)
    for currency, day, amount in cashflow.received(owner, date(year, 1, 1), date(year, 12, 31)):
        at(currency, day).received += amount
    for currency, day, seconds in _worked(owner, year):
        at(currency, day).seconds += int(seconds)
    return [found[each] for each in sorted(found)]


@dataclass(frozen=True)
class MonthInReview:
    """A month beside the one before it in one currency, and what was accepted in it."""

    currency: str
    month: Month
    before: Month
    finished: Sequence[Done]


def month_in_review(
    owner: User, first: date, work: Sequence[Done], accepted: Sequence[Acceptance]
) -> list[MonthInReview]:
    """The month that begins with `first`, for each currency in which something happened."""
    earlier = (first - timedelta(days=1)).replace(day=1)
    years = {
        each: {row.currency: row.months for row in review(owner, each, work, accepted)}
        for each in {first.year, earlier.year}
    }
    told = {one.milestone.id for one in accepted if one.on.replace(day=1) == first}
    found = []
    for currency in sorted({code for months in years.values() for code in months}):
        now, before = (
            years[day.year][currency][day.month - 1] if currency in years[day.year] else Month(day)
            for day in (first, earlier)
        )
        if now != Month(first) or before != Month(earlier):
            finished = [
                each for each in work if each.currency == currency and each.milestone.id in told
            ]
            found.append(MonthInReview(currency, now, before, finished))
    return found


def _within(column: Any, year: int) -> Any:
    return column.between(date(year, 1, 1), date(year, 12, 31))


def _invoiced(owner: User, year: int) -> Iterable[tuple[str, date, int]]:
    """Net of what was issued; a credit note takes it back on its own day."""
    for row in Invoice.select(Invoice.currency, Invoice.issued_on, Invoice.net, Invoice.kind).where(
        Invoice.owner == owner.id,
        Invoice.state == InvoiceState.ISSUED,
        _within(Invoice.issued_on, year),
    ):
        sign = -1 if row.kind == InvoiceKind.CREDIT_NOTE else 1
        yield row.currency, row.issued_on, sign * int(row.net)


def _worked(owner: User, year: int) -> Any:
    return (
        Effort.select(Project.currency, Effort.worked_on, Effort.seconds)
        .join(Milestone)
        .join(Project)
        .where(
            Effort.owner == owner.id,
            Effort.seconds.is_null(False),
            _within(Effort.worked_on, year),
        )
        .tuples()
    )

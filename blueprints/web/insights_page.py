"""What the pages of insights ask of the visit: year, month, the owner's zone, and bars."""

from datetime import date, timedelta

from billing import clock
from billing.people import accounts
from billing.reading import cashflow, insights
from billing.reading.year_in_review import Year
from blueprints.web import plots
from models import User


def zone_of(owner: User) -> str:
    """Where the owner's days begin."""
    return str(accounts.business(owner).timezone)


def acceptances(owner: User) -> list[insights.Acceptance]:
    """All of an owner, on their own calendar."""
    return insights.acceptances(owner, zone_of(owner))


def year(asked: int | None) -> int:
    """The year asked for, or this one; one before or far behind all invoices is none."""
    return asked if asked is not None and 1970 <= asked <= 2999 else clock.now().year


def month(asked: str | None) -> date:
    """The first day of the month asked for (“2026-10”), or of this one where that is none."""
    try:
        first = date.fromisoformat(f"{asked}-01")
    except ValueError:
        first = date.min
    return first if first.year == year(first.year) else clock.now().date().replace(day=1)


def beside(first: date) -> tuple[str, str]:
    """The months before and after, as addresses name them."""
    return tuple(
        f"{each:%Y-%m}" for each in (first - timedelta(days=1), first + timedelta(days=31))
    )


def bars(years: list[Year]) -> dict[str, list[plots.Bar]]:
    """What was accepted in each month, each currency to a scale of its own."""
    return {
        each.currency: plots.bars(
            [cashflow.Month(month.first, month.worth, 0) for month in each.months]
        )
        for each in years
    }

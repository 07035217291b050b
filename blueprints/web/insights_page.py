"""What the page of insights asks of the visit: the year, the owner's zone, and its bars."""

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


def bars(years: list[Year]) -> dict[str, list[plots.Bar]]:
    """What was accepted in each month, each currency to a scale of its own."""
    return {
        each.currency: plots.bars(
            [cashflow.Month(month.first, month.worth, 0) for month in each.months]
        )
        for each in years
    }

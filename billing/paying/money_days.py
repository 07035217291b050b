"""On which days money can have moved, or work was done: by today, and not before the window."""

from datetime import date, datetime, timedelta

from billing.refusals import N_, Refusal

YEARS = 10
"""How far back money is dated. Books are kept for about that long; a year before is a slip."""


class DayToCome(Refusal):
    sentence = N_("This day has not come yet.")


class DayLongPast(Refusal):
    """Facts: `years`."""

    sentence = N_("This day is more than %(years)s years ago. Look at the year.")


class DayFarOff(Refusal):
    sentence = N_("This day is more than a year ahead. Look at the year.")


def begun(now: datetime) -> date:
    """The latest day that has begun anywhere. A form knows the seller's own; a verb refuses what
    can be nobody's."""
    return (now + timedelta(hours=14)).date()


def check(day: date, today: date, field: str | None = None) -> None:
    """Refuses DayToCome and DayLongPast of a day on which money was to have moved."""
    if day > today:
        raise DayToCome(field)
    _check_past(day, today, field)


def check_supply(day: date, today: date, field: str | None = None) -> None:
    """Refuses DayFarOff and DayLongPast of a day of supply, which may be one to come."""
    if (day.year, day.month, day.day) > (today.year + 1, today.month, today.day):
        raise DayFarOff(field)
    _check_past(day, today, field)


def _check_past(day: date, today: date, field: str | None) -> None:
    # By year alone, so that no 29 February is in the way.
    if (day.year, day.month, day.day) < (today.year - YEARS, today.month, today.day):
        raise DayLongPast(field, years=YEARS)

"""Working days where a client is: weekends and public holidays of a country and its region.

The holidays are those of the library `holidays`; of a region only where its name or ISO 3166-2
code says which one it is. A country that the library does not know has weekends only.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from models.folding import fold

DAY = timedelta(days=1)

SATURDAY = 5
"""From here on (Monday is 0) it is the weekend in a country of which nothing else is known."""


@dataclass(frozen=True)
class Calendar:
    """The working days of one place. `knows_holidays` is false where there are weekends only."""

    country: str = ""
    subdivision: str = ""

    @property
    def knows_holidays(self) -> bool:
        return self.country in _countries()

    def is_working(self, day: date) -> bool:
        """Whether people there are at work on that day."""
        if not self.knows_holidays:
            return day.weekday() < SATURDAY
        return day not in _days_off(self.country, self.subdivision, day.year)

    def next_working(self, day: date) -> date:
        """That day itself, or the first working day after it."""
        while not self.is_working(day):
            day += DAY
        return day

    def last_working(self, day: date) -> date:
        """That day itself, or the last working day before it."""
        while not self.is_working(day):
            day -= DAY
        return day

    def after(self, day: date, count: int) -> date:
        """The last of `count` working days that begin after a day."""
        for _ in range(count):
            day = self.next_working(day + DAY)
        return day


def calendar(country: str, region: str = "") -> Calendar:
    """The calendar of a country (ISO 3166) and of its region as somebody wrote it."""
    return Calendar(country, _subdivisions(country).get(fold(region.strip()), ""))


def load() -> None:
    """Read all that is known of countries now: it takes 18 MB, which forks can share."""
    _countries()


@lru_cache(maxsize=1)
def _countries() -> dict[str, list[str]]:
    found: dict[str, list[str]] = holidays.list_supported_countries()
    return found


@lru_cache(maxsize=64)
def _subdivisions(country: str) -> dict[str, str]:
    """The codes of a country's regions by everything that they are called."""
    if country not in _countries():
        return {}
    named = holidays.country_holidays(country).get_subdivision_aliases()
    codes = {fold(code): code for code in named}
    return {fold(name): code for code, names in named.items() for name in names} | codes


@lru_cache(maxsize=256)
def _days_off(country: str, subdivision: str, year: int) -> frozenset[date]:
    known = holidays.country_holidays(country, subdivision or None, years=year, expand=False)
    first = date(year, 1, 1)
    days = (first + number * DAY for number in range(366 if date.max.year > year else 365))
    return frozenset(day for day in days if day.year == year and not known.is_working_day(day))

"""Interest for late payment: simple, by the day, of 365 days a year, halves rounded up.

What is owed and the rate may change while it runs; a stretch is a run of days on which neither
does. Only the sum of all stretches is rounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.workdays import DAY

YEAR = 365
WHOLE = 100_000
"""A rate of 100 %, in thousandths of a percent."""


@dataclass(frozen=True)
class Stretch:
    """Days, both included, on which `base` (minor units) was owed at `rate` (thousandths of a
    percent a year)."""

    first: date
    last: date
    base: int
    rate: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


Steps = Sequence[tuple[date, int]]
"""Values and the day from which each holds, in order of their days."""


def stretches(owed: Steps, rates: Steps, first: date, last: date) -> list[Stretch]:
    """The stretches from one day to another, those left out on which nothing was owed.

    `owed` and `rates` must hold from `first` on: a LookupError where one does not.
    """
    begins = {first} | {day for day, _value in (*owed, *rates) if first < day <= last}
    starts = sorted(begins) if first <= last else []
    ends = [day - DAY for day in starts[1:]] + [last]
    found = [
        Stretch(start, end, _on(start, owed), _on(start, rates))
        for start, end in zip(starts, ends, strict=False)
    ]
    return [each for each in found if each.base > 0]


def _on(day: date, steps: Steps) -> int:
    """The value that holds on a day."""
    known = [value for since, value in steps if since <= day]
    if not known:
        raise LookupError(f"nothing is known of {day}")
    return known[-1]


def amount(of: Sequence[Stretch]) -> int:
    """The interest of some stretches in minor units."""
    exact = sum(each.base * max(0, each.rate) * each.days for each in of)
    return (2 * exact + WHOLE * YEAR) // (2 * WHOLE * YEAR)

"""What a package from the audit costs at least and should bring: arithmetic without rows.

A piece of work took so long in the middle, and so long in all but a few of a hundred cases. The
floor is the cost of the latter: the cost of the middle one, and a buffer for the spread. The
target adds a margin. All amounts in minor units; this is of what was, and promises nothing.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.money import allocate, round_half_up, share
from billing.outcomes import audit_jobs
from billing.outcomes.reading import HOUR

WHOLE = 10_000


@dataclass(frozen=True)
class Assumptions:
    """What the owner assumes: minor units an hour, of a hundred pieces how many the floor covers
    (50 to 99), and what the target adds to the floor in basis points.
    """

    hourly_cost: int
    quantile: int
    margin: int


@dataclass(frozen=True)
class Reckoned:
    """What follows from them. `count` pieces were looked at; with fewer than
    audit_jobs.FEWEST (`is_enough` is false) the longest stands for the quantile.
    """

    count: int
    is_enough: bool
    middle: float
    covered: float
    cost: int
    floor: int
    target: int

    @property
    def buffer(self) -> int:
        return self.floor - self.cost


def reckon(seconds: Sequence[int], by: Assumptions) -> Reckoned | None:
    """From how long past pieces took (seconds); None without any."""
    if not seconds:
        return None
    is_enough = len(seconds) >= audit_jobs.FEWEST
    middle = float(statistics.median(seconds))
    covered = audit_jobs.quantile(seconds, by.quantile) if is_enough else float(max(seconds))
    floor = _cost(by.hourly_cost, covered)
    return Reckoned(
        count=len(seconds),
        is_enough=is_enough,
        middle=middle,
        covered=covered,
        cost=_cost(by.hourly_cost, middle),
        floor=floor,
        target=floor + share(floor, by.margin, WHOLE),
    )


def _cost(hourly: int, seconds: float) -> int:
    return round_half_up(Decimal(hourly) * Decimal(str(seconds)) / HOUR)


def parts(total: int, shares: Sequence[int]) -> list[int]:
    """A total by shares of a piece (basis points), which add up to their part of it to the cent."""
    whole = sum(shares)
    return allocate(share(total, whole, WHOLE), shares) if whole else [0] * len(shares)

"""Past jobs once more, under each model of pricing: what they would have brought, and how surely.

Pure arithmetic over one currency. Money is in minor units, time in seconds, shares in percent.
For a job of kind k that took `seconds`, in one of the CASES:

    time    = seconds × (100 - saved_k) / 100     with AI, else as it was
                      × (100 + longer) / 100      in the worse case
    hourly  = rate_k × time / 3600
    project = price_k
    outcome = price_k; in the worse case price_k × accepted / 100
              + rate_k × (time beyond the usual case) / 3600 × changes / 100
    value   = price_k × base / 100 + worth_k × value_share / 100 (× reached / 100 in the worse
              case); price_k where the worth is not known
    seat    = seats_k × seat_price × months of the job; price_k where there are no seats

Nothing here forecasts: it tells what the same past would have come to under other terms.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from billing.money import share
from billing.outcomes.audit_jobs import quantile
from billing.outcomes.reading import HOUR

DRAWS = 500
"""How often the past is drawn anew."""

ENOUGH = 8
"""Jobs of one kind from which its hours are drawn; those of fewer stay as they were."""

COVERED = 75
"""Percent of the hours that must be drawn, or a range would be narrower than it is."""

CENT = 100
PART = CENT**2
"""A job's time is told in seconds / PART, so that nothing is rounded on the way."""


class Model(StrEnum):
    """What a client pays for."""

    HOURLY = "hourly"
    PROJECT = "project"
    OUTCOME = "outcome"
    VALUE = "value"
    SEAT = "seat"


@dataclass(frozen=True)
class Case:
    """Whether AI shortens the hours, and whether all takes longer than it did."""

    shortened: bool
    worse: bool


CASES = (Case(False, False), Case(True, False), Case(False, True), Case(True, True))


@dataclass(frozen=True)
class Job:
    """A past job: its kind of work, seconds, what was billed, and in how many months."""

    kind: int
    seconds: int
    billed: int
    months: int = 1


@dataclass(frozen=True)
class KindTerms:
    """What is assumed of one kind of work.

    `rate` is minor units per hour, `price` what one job is sold for, `saved` the percent of hours
    that AI takes away. `worth` is what a result is worth to the client, None if not known; `seats`
    are None where nothing is sold by them. `floor` is minor units an hour, None for that of all.
    """

    rate: int
    price: int
    saved: int
    worth: int | None = None
    seats: int | None = None
    floor: int | None = None


@dataclass(frozen=True)
class Terms:
    """What is assumed of all kinds. `floor` is what an hour must bring at least, in minor units;
    `seat_price` is for a seat and month; everything else is in percent, see above."""

    kinds: Mapping[int, KindTerms]
    floor: int
    seat_price: int | None = None
    longer: int = 50
    accepted: int = 90
    changes: int = 50
    base: int = 50
    value_share: int = 10
    reached: int = 50

    def floor_of(self, kind: int) -> int:
        """What an hour of a kind of work must bring."""
        own = self.kinds[kind].floor
        return self.floor if own is None else own


@dataclass(frozen=True)
class Range:
    """Per hour of all jobs together, in minor units: what 80 of 100 draws lie between."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True)
class Figures:
    """All jobs under one model in one case. `below` are those that bring less than the floor."""

    model: Model
    case: Case
    count: int
    parts: int
    revenue: int
    below: int
    range: Range | None = None

    @property
    def seconds(self) -> int:
        return share(self.parts, 1, PART)

    @property
    def rate(self) -> int:
        """revenue / hours, in minor units to the nearest."""
        return share(self.revenue, HOUR * PART, self.parts) if self.parts else 0

    @property
    def risk(self) -> int:
        """below / count, in basis points."""
        return share(self.below, 10_000, self.count) if self.count else 0


@dataclass(frozen=True)
class Drawn:
    """Sums of seconds by kind, one for each draw; only kinds with ENOUGH jobs are drawn."""

    sums: Mapping[int, Sequence[int]]
    is_enough: bool


def started(jobs: Sequence[Job], saved: int = 50) -> KindTerms:
    """The terms of one kind as its past has them: its rate, and the middle of what was billed.

    rate = billed / hours; price = median of what was billed, halves away from zero.
    """
    billed = sorted(job.billed for job in jobs)
    middle = billed[(len(billed) - 1) // 2] + billed[len(billed) // 2]
    return KindTerms(rate_of(jobs), share(middle, 1, 2), saved)


def rate_of(jobs: Iterable[Job]) -> int:
    """billed / hours in minor units; 0 of nothing."""
    all_jobs = list(jobs)
    seconds = sum(job.seconds for job in all_jobs)
    return share(sum(job.billed for job in all_jobs), HOUR, seconds) if seconds else 0


def models(numbers: Iterable[int], terms: Terms) -> list[Model]:
    """The models there is something to say of kinds of work: value needs a worth, seats seats."""
    kinds = [terms.kinds[number] for number in numbers]
    found = [Model.HOURLY, Model.PROJECT, Model.OUTCOME]
    if any(each.worth is not None for each in kinds):
        found.append(Model.VALUE)
    if terms.seat_price is not None and any(each.seats for each in kinds):
        found.append(Model.SEAT)
    return found


def replay(jobs: Iterable[Job], terms: Terms, drawn: Drawn | None = None) -> list[Figures]:
    """Every model in every one of the CASES, with ranges where enough could be drawn."""
    by_kind: dict[int, list[Job]] = defaultdict(list)
    for job in jobs:
        by_kind[job.kind].append(job)
    sold = models(by_kind, terms)
    enough = drawn if drawn and drawn.is_enough else None
    return [_figures(by_kind, terms, model, case, enough) for case in CASES for model in sold]


@dataclass(frozen=True)
class Deal:
    """One kind of work under one model in one case, worked out once for all its jobs.

    A job is paid `fixed` and `monthly` for each of its months, in minor units, and `hourly` for
    each hour it was worked, in minor units / CENT³. A second of it takes `pace` / PART seconds;
    `floor` is what an hour must bring.
    """

    fixed: int
    monthly: int
    hourly: int
    pace: int
    floor: int

    def brings(self, job: Job) -> int:
        """What one job brings, in minor units, rounded at most once for each sum of the formula."""
        amount = self.fixed + self.monthly * job.months
        return amount + share(self.hourly, job.seconds, HOUR * CENT**3) if self.hourly else amount

    def needs(self, job: Job) -> int:
        """What one job must bring: rounded to the cent as well, so that a job just at the floor
        is not below it."""
        return share(self.floor * self.pace, job.seconds, HOUR * PART)


def deal(terms: Terms, number: int, model: Model, case: Case) -> Deal:
    """The deal over a kind of work, see above."""
    kind = terms.kinds[number]
    speed = CENT - kind.saved if case.shortened else CENT
    pace = speed * (CENT + (terms.longer if case.worse else 0))
    fixed, monthly, paid = _paid(kind, terms, model, case, speed)
    return Deal(fixed, monthly, kind.rate * paid, pace, terms.floor_of(number))


def _paid(
    kind: KindTerms, terms: Terms, model: Model, case: Case, speed: int
) -> tuple[int, int, int]:
    """What is paid whatever the hours, for each month, and the share of the time (of CENT³) that
    is paid by the hour."""
    if model == Model.HOURLY:
        return 0, 0, CENT * speed * (CENT + (terms.longer if case.worse else 0))
    if model == Model.OUTCOME and case.worse:
        return share(kind.price, terms.accepted, CENT), 0, speed * terms.longer * terms.changes
    if model == Model.VALUE and kind.worth is not None:
        reached = terms.reached if case.worse else CENT
        by_value = share(kind.worth, terms.value_share * reached, PART)
        return share(kind.price, terms.base, CENT) + by_value, 0, 0
    if model == Model.SEAT and kind.seats:
        return 0, kind.seats * (terms.seat_price or 0), 0
    return kind.price, 0, 0


def _figures(
    by_kind: Mapping[int, Sequence[Job]],
    terms: Terms,
    model: Model,
    case: Case,
    drawn: Drawn | None,
) -> Figures:
    deals = {kind: deal(terms, kind, model, case) for kind in by_kind}
    count = below = 0
    took, brought = {}, {}
    for kind, jobs in by_kind.items():
        sold = deals[kind]
        amounts = [sold.brings(job) for job in jobs]
        count += len(jobs)
        below += sum(amount < sold.needs(job) for job, amount in zip(jobs, amounts, strict=True))
        took[kind] = sold.pace * sum(job.seconds for job in jobs)
        brought[kind] = sum(amounts)
    found = _range(by_kind, deals, took, brought, drawn) if drawn else None
    return Figures(model, case, count, sum(took.values()), sum(brought.values()), below, found)


def _range(
    by_kind: Mapping[int, Sequence[Job]],
    deals: Mapping[int, Deal],
    took: Mapping[int, int],
    brought: Mapping[int, int],
    drawn: Drawn,
) -> Range:
    """Each draw's revenue / hours; the 10th, 50th and 90th percentile of the draws."""
    whatever = time = 0
    ways = []
    for kind, jobs in by_kind.items():
        if kind in drawn.sums:
            sold = deals[kind]
            whatever += sold.fixed * len(jobs) + sold.monthly * sum(job.months for job in jobs)
            ways.append((drawn.sums[kind], sold.pace, sold.hourly))
        else:
            whatever += brought[kind]
            time += took[kind]
    rates = []
    for at in range(DRAWS):
        spent = time + sum(sums[at] * pace for sums, pace, _hourly in ways)
        by_hours = sum(sums[at] * hourly for sums, _pace, hourly in ways)
        earned = whatever + share(by_hours, 1, HOUR * CENT**3)
        rates.append(share(earned, HOUR * PART, spent))
    low, middle, high = (round(quantile(rates, percent)) for percent in (10, 50, 90))
    return Range(low, middle, high)


def draw(jobs: Iterable[Job], seed: int) -> Drawn:
    """As many jobs of each kind as there were, their hours drawn from what was observed.

    With replacement, DRAWS times; the same jobs and seed give the same draws, in whatever order
    the jobs come. A kind's draws do not depend on the others.
    """
    seconds = defaultdict(list)
    for job in jobs:
        seconds[job.kind].append(job.seconds)
    return _drawn(tuple((kind, tuple(sorted(seconds[kind]))) for kind in sorted(seconds)), seed)


@lru_cache(maxsize=16)
def _drawn(observed: tuple[tuple[int, tuple[int, ...]], ...], seed: int) -> Drawn:
    # Kept, as nothing that is assumed of prices changes the draws.
    enough = {kind: values for kind, values in observed if len(values) >= ENOUGH}
    whole = sum(sum(values) for _kind, values in observed)
    covered = sum(map(sum, enough.values()))
    is_enough = bool(enough) and covered * CENT >= whole * COVERED
    sums = {kind: _sums(kind, values, seed) for kind, values in enough.items()} if is_enough else {}
    return Drawn(sums, is_enough)


def _sums(kind: int, values: Sequence[int], seed: int) -> list[int]:
    # No secret depends on it; it has to be repeatable.
    dice = random.Random(f"{seed}:{kind}")  # noqa: S311
    return [sum(dice.choices(values, k=len(values))) for _draw in range(DRAWS)]

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


def models(jobs: Iterable[Job], terms: Terms) -> list[Model]:
    """The models there is something to say of: value needs a worth, seats need seats."""
    kinds = [terms.kinds[kind] for kind in {job.kind for job in jobs}]
    found = [Model.HOURLY, Model.PROJECT, Model.OUTCOME]
    if any(each.worth is not None for each in kinds):
        found.append(Model.VALUE)
    if terms.seat_price is not None and any(each.seats for each in kinds):
        found.append(Model.SEAT)
    return found


def replay(jobs: Sequence[Job], terms: Terms, drawn: Drawn | None = None) -> list[Figures]:
    """Every model in every one of the CASES, with ranges where enough could be drawn."""
    return [
        _figures(jobs, terms, model, case, drawn if drawn and drawn.is_enough else None)
        for case in CASES
        for model in models(jobs, terms)
    ]


def parts(seconds: int, kind: KindTerms, terms: Terms, case: Case) -> int:
    """The time of a job in one case, in seconds / PART."""
    return seconds * _speed(kind, case) * (CENT + (terms.longer if case.worse else 0))


def revenue(job: Job, terms: Terms, model: Model, case: Case) -> int:
    """What one job brings, in minor units, rounded at most once for each sum of the formula."""
    fixed, paid = _paid(job, terms, model, case)
    return fixed + _for_hours(terms.kinds[job.kind].rate, job.seconds, paid)


def _speed(kind: KindTerms, case: Case) -> int:
    return CENT - kind.saved if case.shortened else CENT


def _paid(job: Job, terms: Terms, model: Model, case: Case) -> tuple[int, int]:
    """What is paid whatever the hours, and the share of `seconds` paid by the hour (of CENT³)."""
    kind = terms.kinds[job.kind]
    if model == Model.HOURLY:
        return 0, CENT * parts(1, kind, terms, case)
    if model == Model.OUTCOME and case.worse:
        beyond = _speed(kind, case) * terms.longer
        return share(kind.price, terms.accepted, CENT), beyond * terms.changes
    if model == Model.VALUE and kind.worth is not None:
        reached = terms.reached if case.worse else CENT
        by_value = share(kind.worth, terms.value_share * reached, PART)
        return share(kind.price, terms.base, CENT) + by_value, 0
    if model == Model.SEAT and kind.seats:
        return kind.seats * (terms.seat_price or 0) * job.months, 0
    return kind.price, 0


def _for_hours(rate: int, seconds: int, paid: int) -> int:
    return share(rate * seconds, paid, HOUR * CENT**3)


def _figures(
    jobs: Sequence[Job], terms: Terms, model: Model, case: Case, drawn: Drawn | None
) -> Figures:
    brought = [revenue(job, terms, model, case) for job in jobs]
    took = [parts(job.seconds, terms.kinds[job.kind], terms, case) for job in jobs]
    # Both are rounded to the cent alike, so that a job just at the floor is not below it.
    below = sum(
        amount < share(terms.floor_of(job.kind), time, HOUR * PART)
        for job, amount, time in zip(jobs, brought, took, strict=True)
    )
    found = _range(jobs, terms, model, case, drawn) if drawn else None
    return Figures(model, case, len(jobs), sum(took), sum(brought), below, found)


def _range(jobs: Sequence[Job], terms: Terms, model: Model, case: Case, drawn: Drawn) -> Range:
    """Each draw's revenue / hours; the 10th, 50th and 90th percentile of the draws."""
    still = [job for job in jobs if job.kind not in drawn.sums]
    drawn_jobs = [job for job in jobs if job.kind in drawn.sums]
    whatever = sum(revenue(job, terms, model, case) for job in still) + sum(
        _paid(job, terms, model, case)[0] for job in drawn_jobs
    )
    time = sum(parts(job.seconds, terms.kinds[job.kind], terms, case) for job in still)
    first = {job.kind: job for job in drawn_jobs}
    ways = [
        (
            drawn.sums[kind],
            parts(1, terms.kinds[kind], terms, case),
            terms.kinds[kind].rate * _paid(job, terms, model, case)[1],
        )
        for kind, job in first.items()
    ]
    rates = []
    for at in range(DRAWS):
        took = time + sum(sums[at] * each for sums, each, _paid_rate in ways)
        by_hours = sum(sums[at] * paid_rate for sums, _each, paid_rate in ways)
        brought = whatever + share(by_hours, 1, HOUR * CENT**3)
        rates.append(share(brought, HOUR * PART, took))
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

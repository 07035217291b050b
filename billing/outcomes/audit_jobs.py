"""Past jobs read from imported hours: what each took, what it brought, and how jobs spread.

A job is one kind of work in one project of a client, in one currency. Where that work comes
back regularly, each month it was done in is a job of its own. Amounts are in minor units as
they were billed; those of two currencies are never added. This room writes nothing.
"""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

from peewee import JOIN, SQL, Case, fn

from billing.money import share
from billing.outcomes.reading import HOUR
from models import HoursEntry, User, WorkKind, WorkLabel, db

FEWEST = 5
"""Jobs from which quartiles and the 90th percentile are told; of fewer the median alone."""

REGULAR = {1: 6, 2: 4, 3: 4, 6: 3, 12: 3}
"""Months between two times that count as regular, and how many times it takes to say so."""

OFTEN = 2 / 3
"""Share of the gaps that must be the usual one."""


@dataclass(frozen=True)
class PastJob:
    """A piece of past work. Time in seconds, `billed` in minor units of `currency`.

    `known_seconds` are those of which it is known what they brought: a billed amount, or nothing
    because they were not billable. `kind_id` is None until the work is grouped. `months` counts
    months from year 0, those it was worked in. `rework_days` are those of work done again.
    """

    client: str
    project: str
    kind_id: int | None
    kind: str
    currency: str
    seconds: int
    known_seconds: int
    unbilled_seconds: int
    rework_seconds: int
    billed: int
    entries: int
    first: date
    last: date
    months: tuple[int, ...]
    rework_days: int = 0

    @property
    def rate(self) -> int | None:
        """Minor units per hour to the nearest; None where it is not known what it brought."""
        if not self.known_seconds or not self.currency:
            return None
        return share(self.billed, HOUR, self.known_seconds)

    @property
    def is_priced(self) -> bool:
        """Whether it is known of all its time what it brought, so that it can be compared."""
        return bool(self.currency) and self.known_seconds == self.seconds


@dataclass(frozen=True)
class HoursSpread:
    """How long jobs took, in seconds. Quartiles and the 90th percentile are those of the whole
    population (method inclusive), told from FEWEST jobs on.
    """

    count: int
    shortest: float
    median: float
    longest: float
    quartiles: tuple[float, float] | None
    p90: float | None


def spread(values: Sequence[float]) -> HoursSpread | None:
    """None of nothing."""
    if not values:
        return None
    quartiles, p90 = None, None
    if len(values) >= FEWEST:
        lower, _middle, upper = statistics.quantiles(values, n=4, method="inclusive")
        quartiles = (lower, upper)
        p90 = quantile(values, 90)
    return HoursSpread(
        len(values), min(values), float(statistics.median(values)), max(values), quartiles, p90
    )


def quantile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` (1 to 99) of the jobs stay below; of a single one that one."""
    if len(values) == 1:
        return float(values[0])
    return float(statistics.quantiles(values, n=100, method="inclusive")[percent - 1])


@dataclass
class JobSum:
    """Jobs added up, all of one currency; each sum is made once, when all jobs are in."""

    name: str
    currency: str
    key: Any = None
    jobs: list[PastJob] = field(default_factory=list)

    def _sum(self, of: Callable[[PastJob], int]) -> int:
        return sum(of(job) for job in self.jobs)

    @property
    def count(self) -> int:
        return len(self.jobs)

    @cached_property
    def seconds(self) -> int:
        return self._sum(lambda job: job.seconds)

    @cached_property
    def known_seconds(self) -> int:
        return self._sum(lambda job: job.known_seconds)

    @cached_property
    def unbilled_seconds(self) -> int:
        return self._sum(lambda job: job.unbilled_seconds)

    @cached_property
    def rework_seconds(self) -> int:
        return self._sum(lambda job: job.rework_seconds)

    @cached_property
    def billed(self) -> int:
        return self._sum(lambda job: job.billed)

    @cached_property
    def rate(self) -> int | None:
        """Minor units per hour; None where it is not known what the hours brought."""
        known = self.known_seconds
        return share(self.billed, HOUR, known) if known and self.currency else None

    @cached_property
    def rework_share(self) -> int:
        """Basis points of the time that came back as rework."""
        return share(self.rework_seconds, 10_000, self.seconds)

    @cached_property
    def spread(self) -> HoursSpread | None:
        return spread([job.seconds for job in self.jobs])


def past_jobs(owner: User, kind: WorkKind | None = None) -> list[PastJob]:
    """All past jobs of an owner, or those of one kind: by client, project, kind and month."""
    return [job for jobs in _whole(owner, kind) for job in _cut(jobs)]


def by_client(jobs: Iterable[PastJob]) -> list[JobSum]:
    """Those with the most hours first within each currency."""
    return added_up(jobs, lambda job: job.client, lambda job: job.client)


def by_kind(jobs: Iterable[PastJob]) -> list[JobSum]:
    return added_up(jobs, lambda job: job.kind_id, lambda job: job.kind)


def by_project(jobs: Iterable[PastJob]) -> list[JobSum]:
    """By client and project: `key` holds both names."""
    return added_up(jobs, lambda job: (job.client, job.project), lambda job: job.project)


def added_up(
    jobs: Iterable[PastJob], key: Callable[[PastJob], Any], name: Callable[[PastJob], str]
) -> list[JobSum]:
    """Jobs by a key and their currency, those with the most hours of each currency first."""
    found: dict[tuple[Any, str], JobSum] = {}
    for job in jobs:
        at = (key(job), job.currency)
        if at not in found:
            found[at] = JobSum(name(job), job.currency, at[0])
        found[at].jobs.append(job)
    return sorted(found.values(), key=lambda row: (row.currency, -row.seconds, row.name))


def regular_gap(months: Sequence[int]) -> int | None:
    """Months from one time to the next where work comes back regularly, else None."""
    ordered = sorted(set(months))
    gaps = [after - before for before, after in pairwise(ordered)]
    if not gaps:
        return None
    usual = int(statistics.median_low(gaps))
    if len(ordered) < REGULAR.get(usual, len(ordered) + 1):
        return None
    return usual if gaps.count(usual) >= OFTEN * len(gaps) else None


def _cut(months: list[PastJob]) -> list[PastJob]:
    """The months of one kind of work in a project: as one job, or as one each where regular."""
    if regular_gap([job.months[0] for job in months]) is not None:
        return months
    whole = months[0]
    for job in months[1:]:
        whole = _joined(whole, job)
    return [whole]


def _joined(one: PastJob, other: PastJob) -> PastJob:
    added = (
        "seconds",
        "known_seconds",
        "unbilled_seconds",
        "rework_seconds",
        "rework_days",
        "billed",
        "entries",
    )
    return replace(
        one,
        **{name: getattr(one, name) + getattr(other, name) for name in added},
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        months=tuple(sorted({*one.months, *other.months})),
    )


def _whole(owner: User, kind: WorkKind | None) -> list[list[PastJob]]:
    """For each client, project, kind and currency its months in order.

    Hours without a currency count to the one that most of that work is in.
    """
    found: dict[tuple[str, str, int | None], dict[str, dict[int, PastJob]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    # As the database has them: reading them by their columns takes as long as all the rest.
    for job in map(_read, db.execute(_months(owner, kind))):
        place = found[job.client, job.project, job.kind_id][job.currency]
        month = job.months[0]
        place[month] = _joined(place[month], job) if month in place else job
    return [
        [months[number] for number in sorted(months)]
        for currencies in found.values()
        for months in _given_a_currency(currencies).values()
    ]


def _given_a_currency(
    currencies: dict[str, dict[int, PastJob]],
) -> dict[str, dict[int, PastJob]]:
    named = {each: months for each, months in currencies.items() if each}
    if "" not in currencies or not named:
        return currencies
    most = max(sorted(named), key=lambda each: sum(job.seconds for job in named[each].values()))
    for month, job in currencies[""].items():
        moved = replace(job, currency=most)
        known = named[most]
        known[month] = _joined(known[month], moved) if month in known else moved
    return named


def _months(owner: User, kind: WorkKind | None) -> Any:
    """Entries added up by the database, for each month of a kind of work in a project."""
    entry, known = HoursEntry, HoursEntry.amount.is_null(False)
    is_unbilled = (~entry.billable) & entry.amount.is_null()
    day = entry.worked_on.cast("text")
    month = fn.SUBSTR(day, 1, 7).alias("month")
    rework = fn.COALESCE(Case(None, [(WorkLabel.rework, 1)], 0), 0)
    seconds = fn.SUM(entry.seconds)
    return (
        entry.select(
            entry.client,
            entry.project,
            WorkLabel.kind,
            fn.MIN(WorkKind.name),
            entry.currency,
            month,
            seconds,
            fn.SUM(Case(None, [(known | is_unbilled, entry.seconds)], 0)),
            fn.SUM(Case(None, [(~entry.billable, entry.seconds)], 0)),
            fn.SUM(Case(None, [(rework == 1, entry.seconds)], 0)),
            fn.COUNT(fn.DISTINCT(Case(None, [(rework == 1, day)]))),
            fn.COALESCE(fn.SUM(entry.amount), 0),
            fn.COUNT(entry.id),
            fn.MIN(day),
            fn.MAX(day),
        )
        .join(WorkLabel, JOIN.LEFT_OUTER)
        .join(WorkKind, JOIN.LEFT_OUTER)
        .where(entry.owner == owner.id, WorkLabel.kind == kind.id if kind else True)
        .group_by(entry.client, entry.project, WorkLabel.kind, entry.currency, SQL("month"))
        .order_by(entry.client, entry.project, WorkLabel.kind, entry.currency, SQL("month"))
    )


def _read(row: Sequence[Any]) -> PastJob:
    client, project, kind, name, currency, month, *sums, first, last = row
    seconds, known, unbilled, rework, days, billed, entries = map(int, sums)
    year, number = map(int, month.split("-"))
    return PastJob(
        client=client,
        project=project,
        kind_id=kind,
        kind=name or "",
        currency=currency,
        seconds=seconds,
        known_seconds=known,
        unbilled_seconds=unbilled,
        rework_seconds=rework,
        rework_days=days,
        billed=billed,
        entries=entries,
        first=date.fromisoformat(first),
        last=date.fromisoformat(last),
        months=(year * 12 + number - 1,),
    )

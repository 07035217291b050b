"""The replay of an owner's own past: which jobs can be replayed, and what comes of it.

A job counts if it is grouped into a kind of work and known of all its time what it brought.
Jobs of two currencies are never put together. This room writes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from billing.money import share
from billing.outcomes import audit_figures, floors, replay, replay_assumptions
from billing.outcomes.audit_jobs import PastJob
from billing.outcomes.replay import CASES, Case, Figures, Job, KindTerms, Terms
from billing.outcomes.replay_assumptions import Assumptions
from models import PackageDraft, User


@dataclass(frozen=True)
class KindOfPast:
    """One kind of work in one currency: how many jobs, the seconds of all, and what it suggests.

    `package` is the one in the making that says what an hour of it costs, if one does.
    """

    id: int
    name: str
    count: int
    seconds: int
    suggested: KindTerms
    is_drawn: bool
    package: PackageDraft | None = None


@dataclass(frozen=True)
class Past:
    """What can be replayed in one currency; the kinds with the most hours first."""

    currency: str
    jobs: list[Job]
    kinds: list[KindOfPast]
    floor: int


@dataclass(frozen=True)
class Replayed:
    """A past under all models. `is_drawn` says whether there was enough for ranges."""

    past: Past
    terms: Terms
    figures: list[Figures]
    is_drawn: bool

    def of(self, case: Case) -> list[Figures]:
        return [each for each in self.figures if each.case == case]

    @property
    def cases(self) -> list[tuple[Case, list[Figures]]]:
        return [(case, self.of(case)) for case in CASES]

    @property
    def highest(self) -> int:
        """The most that any model brings an hour, so that all plots have one scale."""
        tops = [each.range.high if each.range else 0 for each in self.figures]
        return max([each.rate for each in self.figures] + tops + [self.floor], default=0)

    @property
    def floor(self) -> int:
        """What an hour must bring over all kinds of work, by the hours that each took."""
        seconds = sum(job.seconds for job in self.past.jobs)
        needed = sum(self.terms.floor_of(job.kind) * job.seconds for job in self.past.jobs)
        return share(needed, 1, seconds) if seconds else self.terms.floor

    @property
    def has_floors(self) -> bool:
        """Whether kinds of work have floors of their own."""
        return any(each.floor is not None for each in self.terms.kinds.values())

    @property
    def most(self) -> int:
        """The most that any model brings in all."""
        return max((each.revenue for each in self.figures), default=0)


@dataclass(frozen=True)
class LeftOut:
    """Jobs that cannot be replayed: in no kind of work yet, or not known what they brought."""

    ungrouped: int
    unpriced: int


def pasts(owner: User) -> tuple[list[Past], LeftOut]:
    """What can be replayed, by currency, and how many jobs cannot."""
    known = audit_figures.jobs(owner)
    grouped = [job for job in known if job.kind_id is not None]
    priced = [job for job in grouped if job.is_priced]
    packages = floors.of_packages(owner)
    found = [
        _past(
            currency,
            [job for job in priced if job.currency == currency],
            floors.suggested(known, currency) or 0,
            {kind: row for (kind, code), row in packages.items() if code == currency},
        )
        for currency in sorted({job.currency for job in priced})
    ]
    return found, LeftOut(len(known) - len(grouped), len(grouped) - len(priced))


def _past(
    currency: str, known: list[PastJob], floor: int, packages: Mapping[int, PackageDraft]
) -> Past:
    jobs = [_job(each) for each in known]
    of_kind: dict[int, list[Job]] = defaultdict(list)
    for job in jobs:
        of_kind[job.kind].append(job)
    names = {int(each.kind_id or 0): each.kind for each in known}
    suggested = replay_assumptions.suggested(jobs)
    kinds = [
        replace(
            _kind(number, names[number], of_kind[number], terms),
            package=packages.get(number),
        )
        for number, terms in suggested.items()
    ]
    kinds.sort(key=lambda each: (-each.seconds, each.name, each.id))
    return Past(currency, jobs, kinds, floor)


def _job(past: PastJob) -> Job:
    return Job(int(past.kind_id or 0), past.seconds, past.billed, len(past.months))


def _kind(number: int, name: str, jobs: list[Job], suggested: KindTerms) -> KindOfPast:
    seconds = sum(job.seconds for job in jobs)
    is_drawn = len(jobs) >= replay.ENOUGH
    return KindOfPast(number, name, len(jobs), seconds, suggested, is_drawn)


def replayed(found: Iterable[Past], assumed: Assumptions) -> list[Replayed]:
    """Every past under all models, as is assumed."""
    return [_replayed(past, assumed) for past in found]


def _replayed(past: Past, assumed: Assumptions) -> Replayed:
    said = {each.id: int(each.package.hourly_cost) for each in past.kinds if each.package}
    terms = replay_assumptions.terms(past.jobs, past.currency, assumed, past.floor, said)
    drawn = replay.draw(past.jobs, assumed.general.seed)
    figures = replay.replay(past.jobs, terms, drawn)
    return Replayed(past, terms, figures, drawn.is_enough)

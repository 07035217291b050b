"""The effective hourly rate: what accepted work was worth over the time it took, net of tax.

A milestone counts once it is accepted or stopped, with what was billed of a stopped one, and
only where effort is written down for it: work without hours would make every rate too high.
Its worth is what the ladder tells as accepted. Amounts of two currencies are never added.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from peewee import JOIN, Case, fn

from billing.invoicing import charges
from billing.invoicing.tax import net_of
from billing.money import share
from billing.outcomes import audit_figures
from billing.outcomes.effort import TOLD
from billing.outcomes.reading import HOUR
from billing.reading.ladder import ACCEPTED, GIVEN_UP
from models import (
    Client,
    Effort,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Milestone,
    Package,
    Project,
    TriggerKind,
    User,
)

FEWEST = 3
"""Pieces of work on either side below which two rates are not compared."""

FEWEST_HOURS = 10


@dataclass(frozen=True)
class Done:
    """A finished milestone: its worth (minor units, net) and the seconds it took."""

    milestone: Milestone
    currency: str
    worth: int
    seconds: int

    @property
    def rate(self) -> int | None:
        """Minor units per hour to the nearest; None without any time."""
        return share(self.worth, HOUR, self.seconds) if self.seconds else None


@dataclass
class Earned:
    """Finished work added up. `count` is how many pieces of work it is."""

    name: str
    currency: str
    worth: int = 0
    seconds: int = 0
    count: int = 0

    @property
    def rate(self) -> int | None:
        """Minor units per hour to the nearest; None without any time."""
        return share(self.worth, HOUR, self.seconds) if self.seconds else None

    @property
    def is_enough(self) -> bool:
        return self.count >= FEWEST and self.seconds >= FEWEST_HOURS * HOUR

    def take(self, worth: int, seconds: int, count: int = 1) -> None:
        """Add some work."""
        self.worth += worth
        self.seconds += seconds
        self.count += count


@dataclass(frozen=True)
class Switch:
    """An hour before and after outcomes were sold, in one currency."""

    before: Earned
    after: Earned

    @property
    def is_enough(self) -> bool:
        return self.before.is_enough and self.after.is_enough and self.before.worth > 0

    @property
    def multiplier(self) -> int | None:
        """How many times as much an hour earns, in thousandths; None without enough data."""
        if not self.is_enough:
            return None
        ratio = Fraction(self.after.worth, self.after.seconds) / Fraction(
            self.before.worth, self.before.seconds
        )
        return share(ratio.numerator, 1000, ratio.denominator)


def finished(owner: User) -> list[Done]:
    """All finished milestones of an owner, those without effort too, the newest project first."""
    sign = Case(None, [(Invoice.kind == InvoiceKind.CREDIT_NOTE, -1)], 1)
    billed = {
        milestone: (int(amount), int(net))
        for milestone, amount, net in InvoiceLine.select(
            InvoiceLine.milestone,
            fn.SUM(InvoiceLine.amount * sign),
            fn.SUM((InvoiceLine.net - InvoiceLine.allowance_net) * sign),
        )
        .join(Invoice)
        .where(
            Invoice.owner == owner.id,
            Invoice.state == InvoiceState.ISSUED,
            InvoiceLine.milestone.is_null(False),
        )
        .group_by(InvoiceLine.milestone)
        .tuples()
    }
    taken = dict(
        Effort.select(Effort.milestone, fn.SUM(Effort.seconds))
        .where(Effort.owner == owner.id, Effort.seconds.is_null(False))
        .group_by(Effort.milestone)
        .tuples()
    )
    waiting = _unmeasured(owner)
    return [
        Done(
            row,
            str(row.project.currency),
            _worth(row, *billed.get(row.id, (0, 0)), waiting.get(int(row.id), 0)),
            _told(int(taken.get(row.id, 0))),
        )
        for row in _milestones(owner)
        if row.state in ACCEPTED or row.id in billed or row.id in taken
    ]


def _told(seconds: int) -> int:
    """What pages show as 0:00 makes no rate: a timer that was only tried would tell of millions."""
    return seconds if seconds >= TOLD else 0


def _milestones(owner: User) -> Any:
    return (
        Milestone.select(Milestone, Project, Client, Package)
        .join(Project)
        .join(Client)
        .switch(Project)
        .join(Package, JOIN.LEFT_OUTER)
        .where(
            Project.owner == owner.id,
            Milestone.deleted_at.is_null(),
            Milestone.state.in_((*ACCEPTED, *GIVEN_UP)),
        )
        .order_by(Project.id.desc(), Milestone.position, Milestone.id)
    )


def _unmeasured(owner: User) -> dict[int, int]:
    """What of accepted milestones still waits for its measure, in the prices' basis."""
    sums: dict[int, int] = defaultdict(int)
    found = (
        charges.unfired(TriggerKind.ON_METRIC)
        .select_extend(Project)
        .join_from(Milestone, Project)
        .where(Project.owner == owner.id, Milestone.state.in_(ACCEPTED))
    )
    for trigger in found:
        amounts = charges.trigger_amounts(trigger.milestone)
        sums[int(trigger.milestone_id)] += amounts[trigger.id]
    return sums


def _worth(milestone: Milestone, amount: int, net: int, waiting: int) -> int:
    """What was billed, net, and of an accepted one what is still to be billed."""
    if milestone.state not in ACCEPTED:
        return net
    left = int(milestone.price or 0) - int(milestone.given_up) - amount - waiting
    project = milestone.project
    return net + (net_of(left, int(project.tax_rate)) if project.prices_gross else left)


def earned(
    work: Iterable[Done], key: Callable[[Done], Any], name: Callable[[Done], str]
) -> list[Earned]:
    """Work with effort added up by a key and its currency, the best rate of each currency first."""
    found: dict[tuple[Any, str], Earned] = {}
    for each in work:
        if each.seconds and key(each) is not None:
            at = (key(each), each.currency)
            found.setdefault(at, Earned(name(each), each.currency)).take(each.worth, each.seconds)
    return sorted(found.values(), key=lambda row: (row.currency, -(row.rate or 0), row.name))


def by_milestone(work: Iterable[Done]) -> list[Earned]:
    return earned(work, lambda each: each.milestone.id, lambda each: str(each.milestone.title))


def by_project(work: Iterable[Done]) -> list[Earned]:
    return earned(
        work, lambda each: each.milestone.project_id, lambda each: str(each.milestone.project.title)
    )


def by_client(work: Iterable[Done]) -> list[Earned]:
    return earned(
        work,
        lambda each: each.milestone.project.client_id,
        lambda each: str(each.milestone.project.client.name),
    )


def by_package(work: Iterable[Done]) -> list[Earned]:
    """Of projects that were started from a package."""
    return earned(
        work,
        lambda each: each.milestone.project.package_id,
        lambda each: str(each.milestone.project.package.name),
    )


def switches(owner: User, work: Iterable[Done]) -> list[Switch]:
    """Before (imported past hours) and after, for each currency that either is in.

    Past hours count as in the audit: where it is known what they brought, with nothing for those
    given away.
    """
    after = {each.currency: each for each in earned(work, lambda _each: 0, lambda _each: "")}
    before: dict[str, Earned] = {}
    for job in audit_figures.jobs(owner):
        if job.currency:
            known = before.setdefault(job.currency, Earned("", job.currency))
            known.take(job.billed, job.known_seconds, job.entries)
    return [
        Switch(before.get(each, Earned("", each)), after.get(each, Earned("", each)))
        for each in sorted({*before, *after})
    ]

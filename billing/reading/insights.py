"""What an owner's own past tells: speed, rounds, clients, packages and what was given away.

Days are calendar days of the owner. Amounts are net in minor units unless they say otherwise,
and those of two currencies are never added.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from peewee import fn

from billing import clock
from billing.invoicing.tax import net_of
from billing.money import share
from billing.outcomes.rates import Done
from billing.outcomes.reading import HOUR
from billing.reading.ladder import ACCEPTED
from models import (
    Agreement,
    Change,
    ChangeKind,
    Client,
    Decision,
    DecisionKind,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Milestone,
    Payment,
    Project,
    ProjectState,
    Submission,
    User,
)

FEWEST = 4
"""Values from which quartiles are told; of fewer the median alone."""


@dataclass(frozen=True)
class Spread:
    """Days in the middle, and between which the middle half lies where there are enough."""

    count: int
    median: float
    quartiles: tuple[float, float] | None


def spread(days: Sequence[int]) -> Spread | None:
    """None of nothing. Quartiles are those of the whole population (method inclusive)."""
    if not days:
        return None
    quartiles = None
    if len(days) >= FEWEST:
        lower, _middle, upper = statistics.quantiles(days, n=4, method="inclusive")
        quartiles = (lower, upper)
    return Spread(len(days), float(statistics.median(days)), quartiles)


@dataclass(frozen=True)
class Acceptance:
    """How a milestone was accepted: in which round, and how long after it was submitted."""

    milestone: Milestone
    round: int
    days: int
    on: date

    @property
    def client(self) -> Client:
        found: Client = self.milestone.project.client
        return found


def acceptances(owner: User, zone: str) -> list[Acceptance]:
    """Of all accepted milestones, by the decision that stands."""
    found = (
        Decision.select(Decision, Submission, Milestone, Project, Client)
        .join(Submission)
        .join(Milestone)
        .join(Project)
        .join(Client)
        .where(
            Project.owner == owner.id,
            Milestone.deleted_at.is_null(),
            Milestone.state.in_(ACCEPTED),
            Decision.withdrawn_at.is_null(),
            Decision.kind.in_((DecisionKind.ACCEPTED, DecisionKind.DEEMED_ACCEPTED)),
        )
        .order_by(Decision.decided_at, Decision.id)
    )
    last = {row.submission.milestone_id: row for row in found}
    return [_acceptance(row, zone) for row in last.values()]


def _acceptance(decision: Decision, zone: str) -> Acceptance:
    submission, on = decision.submission, clock.local_date(decision.decided_at, zone)
    days = (on - clock.local_date(submission.submitted_at, zone)).days
    return Acceptance(submission.milestone, int(submission.round), days, on)


def cash_days(owner: User) -> dict[int, list[int]]:
    """By client: days from the issue of an invoice to the payment that settled it."""
    credited = dict(
        Invoice.select(Invoice.credits, fn.SUM(Invoice.total))
        .where(Invoice.owner == owner.id, Invoice.credits.is_null(False))
        .group_by(Invoice.credits)
        .tuples()
    )
    payments: dict[int, list[tuple[date, int]]] = defaultdict(list)
    invoices: dict[int, Invoice] = {}
    for row in (
        Payment.select(Payment, Invoice)
        .join(Invoice)
        .where(
            Invoice.owner == owner.id,
            Invoice.state == InvoiceState.ISSUED,
            Invoice.kind == InvoiceKind.INVOICE,
        )
        .order_by(Payment.received_on, Payment.id)
    ):
        invoices[row.invoice_id] = row.invoice
        payments[row.invoice_id].append((row.received_on, int(row.amount)))
    days: dict[int, list[int]] = defaultdict(list)
    for number, invoice in invoices.items():
        day = settled_on(payments[number], int(invoice.total) - int(credited.get(number, 0)))
        if day is not None:
            days[int(invoice.client_id)].append((day - invoice.issued_on).days)
    return dict(days)


def settled_on(payments: Iterable[tuple[date, int]], due: int) -> date | None:
    """The day from which payments (in order; one taken back is below zero) reach what is due."""
    paid, day = 0, None
    for received_on, amount in payments:
        paid += amount
        if paid < due or paid <= 0:
            day = None
        elif day is None:
            day = received_on
    return day


@dataclass
class Rank:
    """A client in one currency: what was accepted and how they are to work with.

    `used` rounds of corrections of those `agreed`; `rate` is per hour, None without hours.
    """

    client: Client
    currency: str
    worth: int = 0
    priced: int = 0
    seconds: int = 0
    accepting: Spread | None = None
    paying: Spread | None = None
    used: int = 0
    agreed: int = 0

    @property
    def rate(self) -> int | None:
        return share(self.priced, HOUR, self.seconds) if self.seconds else None


def ranking(
    work: Iterable[Done], accepted: Iterable[Acceptance], cash: dict[int, list[int]]
) -> list[Rank]:
    """Clients by what was accepted of them, those of each currency together."""
    found: dict[tuple[int, str], Rank] = {}
    for each in work:
        client = each.milestone.project.client
        row = found.setdefault((client.id, each.currency), Rank(client, each.currency))
        row.worth += each.worth
        if each.seconds:
            row.priced += each.worth
            row.seconds += each.seconds
    days: dict[int, list[int]] = defaultdict(list)
    for one in accepted:
        days[one.client.id].append(one.days)
        rank = found.get((one.client.id, str(one.milestone.project.currency)))
        if rank is not None:
            rank.used += one.round - 1
            rank.agreed += int(one.milestone.rounds)
    for (client_id, _currency), row in found.items():
        row.accepting = spread(days.get(client_id, []))
        row.paying = spread(cash.get(client_id, []))
    return sorted(found.values(), key=lambda row: (row.currency, -row.worth, row.client.name))


@dataclass(frozen=True)
class Sold:
    """A package in one currency: what it earned, and days from start to the last acceptance."""

    name: str
    currency: str
    projects: int
    worth: int
    rate: int | None
    speed: Spread | None


def packages(work: Iterable[Done], accepted: Iterable[Acceptance], zone: str) -> list[Sold]:
    """Packages by what an hour of them earned; speed is told of projects that are closed."""
    ended: dict[int, date] = {}
    for one in accepted:
        project = int(one.milestone.project_id)
        ended[project] = max(one.on, ended.get(project, one.on))
    found: dict[tuple[int, str], list[Done]] = defaultdict(list)
    for each in work:
        if each.milestone.project.package_id is not None:
            found[each.milestone.project.package_id, each.currency].append(each)
    sold = [_sold(rows, ended, zone) for rows in found.values()]
    return sorted(sold, key=lambda row: (row.currency, -(row.rate or 0), row.name))


def _sold(rows: list[Done], ended: dict[int, date], zone: str) -> Sold:
    projects = {int(row.milestone.project_id): row.milestone.project for row in rows}
    days = [
        (ended[number] - clock.local_date(project.started_at, zone)).days
        for number, project in projects.items()
        if project.state == ProjectState.CLOSED and project.started_at and number in ended
    ]
    timed = [row for row in rows if row.seconds]
    seconds = sum(row.seconds for row in timed)
    return Sold(
        name=str(rows[0].milestone.project.package.name),
        currency=rows[0].currency,
        projects=len(projects),
        worth=sum(row.worth for row in rows),
        rate=share(sum(row.worth for row in timed), HOUR, seconds) if seconds else None,
        speed=spread(days),
    )


@dataclass
class GivenAway:
    """What was done for nothing, in one currency. Favours without a worth are counted alone."""

    currency: str
    favours: int = 0
    worth: int = 0
    unpriced: int = 0
    credited: int = 0


def given_away(owner: User) -> list[GivenAway]:
    """Favours of signed changes at what they would have cost, and credit notes by hand."""
    found: dict[str, GivenAway] = {}
    favours = (
        Change.select(Change, Agreement, Project)
        .join(Agreement)
        .join(Project)
        .where(
            Project.owner == owner.id,
            Change.kind == ChangeKind.FAVOUR,
            Agreement.active_at.is_null(False),
        )
    )
    for change in favours:
        project, worth = change.agreement.project, change.terms.get("worth")
        row = found.setdefault(str(project.currency), GivenAway(str(project.currency)))
        row.favours += 1
        row.unpriced += worth is None
        row.worth += _net(int(worth or 0), project)
    for currency, net in (
        Invoice.select(Invoice.currency, fn.SUM(Invoice.net))
        .where(
            Invoice.owner == owner.id,
            Invoice.kind == InvoiceKind.CREDIT_NOTE,
            Invoice.state == InvoiceState.ISSUED,
            Invoice.cause == "manual",
        )
        .group_by(Invoice.currency)
        .tuples()
    ):
        found.setdefault(currency, GivenAway(currency)).credited += int(net)
    return [found[each] for each in sorted(found)]


def _net(amount: int, project: Project) -> int:
    return net_of(amount, int(project.tax_rate)) if project.prices_gross else amount

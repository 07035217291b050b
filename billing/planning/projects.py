"""Projects: started blank or from a package, and closed when all is accepted and paid."""

from datetime import date, datetime

from billing import clock, events
from billing.actors import Actor
from billing.agreeing import agreements
from billing.invoicing import charges, rates, tax_modes
from billing.outbox import business_of
from billing.outcomes import client_letters
from billing.paying import withholding
from billing.planning import options, plan, tiers
from billing.planning.package_terms import outcome
from billing.planning.terms import Terms
from billing.states import move, stored_state
from models import (
    Business,
    Client,
    ClientKind,
    Decision,
    Invoice,
    InvoiceState,
    Milestone,
    MilestoneState,
    OptionKind,
    Package,
    Project,
    ProjectState,
    Submission,
    TriggerKind,
    User,
    write,
)
from models.once import Once

SETTLED = (
    MilestoneState.ACCEPTED,
    MilestoneState.DEEMED_ACCEPTED,
    MilestoneState.CANCELLED,
    MilestoneState.SUPERSEDED,
)


def start(
    client: Client,
    title: str,
    by: User,
    now: datetime,
    package: Package | None = None,
    begins: date | None = None,
) -> Project:
    """A draft project in the client's currency, with the package's milestones if one is given.

    Due dates count from the day it `begins`, today unless said otherwise.
    """
    business: Business = Business.get(Business.owner == by.id)
    mode = tax_modes.usual(business, client, rates.of(business))
    # With nobody else at its client, so that it is found under their name and has their letters.
    with write(client):
        project: Project = Project.create(
            owner=by,
            client=client,
            package=package,
            title=title,
            currency=package.currency if package else client.currency,
            prices_gross=client.kind == ClientKind.CONSUMER,
            terms_days=business.terms_days,
            tax_category=mode.category,
            tax_rate=mode.rate,
            tax_note=mode.note,
            withholding_rate=mode.withholding,
            created_at=now,
        )
        events.record("project.created", project, by, now, title=title)
        client_letters.put_on_record(project, now)
        chosen_from = _offered(package, project)
        first = begins or clock.local_date(now, business.timezone)
        for terms in _planned(package, first, chosen_from):
            plan.add(project, terms)
    return project


def _offered(package: Package | None, project: Project) -> dict[int, int]:
    """The options (ids) that a package's tiers become, by the tiers' numbers."""
    made: dict[int, int] = {}
    offered = tiers.filled(package) if package else {}
    for number, tier in offered.items():
        option = options.add(project, OptionKind.TIER)
        options.revise(option, tier.title, "", tier.recommended)
        made[number] = int(option.id)
    return made


def _planned(package: Package | None, first: date, chosen_from: dict[int, int]) -> list[Terms]:
    if package is None:
        return []
    return [
        outcome(row).terms(first, chosen_from.get(int(row.tier)))
        for row in sorted(package.milestones, key=lambda row: int(row.position))
    ]


def cancel(project: Project, reason: str, by: User, now: datetime) -> None:
    """Give up a project that is not in force; an offer of it is withdrawn. Refuses WrongState."""
    with write(project):
        standing = agreements.standing(project)
        if standing is not None:
            agreements.void(standing, by, now)
        move(project, ProjectState.DRAFT, to=ProjectState.CANCELLED)
        events.record("project.cancelled", project, by, now, reason=reason.strip())


def close_if_settled(project: Project, by: Actor, now: datetime) -> None:
    """Close an active project once every milestone is settled, all billed and every invoice paid.

    Runs in the caller's write().
    """
    if stored_state(project) != ProjectState.ACTIVE or not is_settled(project):
        return
    closed = (
        Project.update(state=ProjectState.CLOSED)
        .where(Project.id == project.id, Project.state == ProjectState.ACTIVE)
        .execute()
    )
    if closed:
        events.record("project.closed", project, by, now)


_UNSETTLED = Once(
    lambda project: (
        Milestone.select(Milestone.id)
        .where(
            Milestone.project == project,
            Milestone.deleted_at.is_null(),
            Milestone.state.not_in(SETTLED),
        )
        .limit(1)
    )
)


def is_settled(project: Project) -> bool:
    """Whether every milestone is settled for good, all is billed and every invoice is paid."""
    is_open = _UNSETTLED.first(project.id) or pending(project)
    return not (is_open or _owed(project) or _billed_later(project))


def pending(project: Project) -> frozenset[int]:
    """The milestones (ids) with an acceptance that can still be undone."""
    found = Decision.select(Submission.milestone).join(Submission).join(Milestone)
    rows = found.where(
        Milestone.project == project.id,
        Decision.undo_until.is_null(False),
        Decision.final_at.is_null(),
        Decision.withdrawn_at.is_null(),
    )
    return frozenset(milestone for (milestone,) in rows.tuples())


def reopen_if_owed(project: Project, by: Actor, now: datetime) -> None:
    """A closed project that is owed money again is active again. Runs in the caller's write()."""
    if not _owed(project):
        return
    reopened = (
        Project.update(state=ProjectState.ACTIVE)
        .where(Project.id == project.id, Project.state == ProjectState.CLOSED)
        .execute()
    )
    if reopened:
        events.record("project.reopened", project, by, now)


def _owed(project: Project) -> bool:
    return bool(
        Invoice.select()
        .where(
            Invoice.project == project.id,
            (Invoice.state == InvoiceState.DRAFT) | withholding.is_asked(),
        )
        .exists()
    )


def _billed_later(project: Project) -> bool:
    """Whether a share of the price still waits for its day or its measure."""
    open_ones = (Milestone.project == project.id) & Milestone.state.not_in(
        [MilestoneState.CANCELLED, MilestoneState.SUPERSEDED]
    )
    kinds = (TriggerKind.ON_DATE, TriggerKind.ON_METRIC)
    return any(charges.unfired(kind).where(open_ones).exists() for kind in kinds)


def zone_of(project: Project) -> str:
    """The time zone of the seller: every date of a project is a day in it."""
    return str(business_of(project).timezone)

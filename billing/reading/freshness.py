"""Whether an owner's page is still what it was: all that it depends on, in queries built once.

Whatever happens in a project raises its version, so versions stand for all that is shown of
projects; what a page shows beside them stands here in full.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from peewee import fn

from billing import clock
from billing.people import clients
from billing.reading import live
from models import (
    Business,
    Client,
    Delivery,
    DeliveryState,
    Effort,
    Link,
    Milestone,
    Project,
    User,
)
from models.once import Once


class Home(NamedTuple):
    """What the owner's first page depends on, the day and the server's settings aside."""

    owner: int
    email: str
    zone: str
    projects: tuple[int, int | None]
    business: tuple[Any, ...]
    failed: tuple[tuple[Any, ...], ...]

    @property
    def version(self) -> int:
        """What an open home is told when anything happens in a project."""
        return live.of_many(*self.projects)


class Page(NamedTuple):
    """What the page of one project depends on, the day and the server's settings aside.

    `expires_at` is when the next link ends by time alone, `there` the client's calendar day.
    `effort` is the owner's own, which is no part of what happens in a project: how many
    pieces, and when one was last changed.
    """

    project: int
    email: str
    zone: str
    state: str
    version: int
    expires_at: Any
    effort: tuple[int, Any]
    there: date


_VERSIONS = Once(
    lambda owner: Project.select(fn.COUNT(Project.id), fn.SUM(Project.version)).where(
        Project.owner == owner
    )
)

_BUSINESS = Once(
    lambda owner: Business.select(Business.timezone, Business).where(Business.owner == owner)
)

_FAILED = Once(
    lambda owner: (
        Delivery.select(Delivery.id, Delivery.recipient)
        .where(
            Delivery.owner == owner,
            Delivery.state == DeliveryState.FAILED,
            Delivery.channel == "mail",
        )
        .order_by(Delivery.id)
    )
)


def _effort(project: Any, what: Any) -> Any:
    return Effort.select(what).join(Milestone).where(Milestone.project == project)


_PROJECT = Once(
    lambda owner, project, now: (
        Project.select(
            Project.state,
            Project.version,
            Business.timezone,
            Link.select(fn.MIN(Link.expires_at))
            .where(Link.project == project, Link.expires_at > now)
            .alias("expires_at"),
            _effort(project, fn.COUNT(Effort.id)).alias("pieces"),
            _effort(project, fn.MAX(Effort.changed_at)).alias("changed_at"),
            Client.country,
            Client.timezone.alias("own_zone"),
        )
        .join(Business, on=(Business.owner == Project.owner))
        .switch(Project)
        .join(Client)
        .where(Project.owner == owner, Project.id == project)
    )
)


def of_home(owner: User) -> Home:
    """Three short queries, however much there is."""
    [(count, versions)] = _VERSIONS.rows(owner.id)
    [(zone, *business)] = _BUSINESS.rows(owner.id)
    return Home(
        owner=int(owner.id),
        email=str(owner.email),
        zone=zone,
        projects=(count, versions),
        business=tuple(business),
        failed=tuple(_FAILED.rows(owner.id)),
    )


def of_project(owner: User, project_id: int, now: datetime) -> Page | None:
    """One query; None for a project that is not the owner's."""
    # A database refuses numbers beyond its own, and no row has one.
    row = _PROJECT.first(owner.id, project_id, now) if project_id < 2**31 else None
    if row is None:
        return None
    state, version, zone, expires_at, *effort, country, own_zone = row
    there = clock.local_date(now, clients.zone(own_zone, country, zone))
    pieces, changed_at = effort
    return Page(
        project_id, str(owner.email), zone, state, version, expires_at, (pieces, changed_at), there
    )

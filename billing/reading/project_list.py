"""The list of an owner's projects: a page of one state, or of all, the newest first."""

from dataclasses import dataclass
from typing import Any

from peewee import PREFETCH_TYPE, Load

from models import Client, Milestone, Package, Project, User

PER_PAGE = 25


@dataclass(frozen=True)
class Listed:
    """One page, each project with its client and milestones; `counts` by state over all pages."""

    projects: list[Project]
    counts: dict[str, int]
    total: int
    number: int
    pages: int


def listed(by: User, state: str = "", number: int = 1) -> Listed:
    """A page (from 1) of the projects in `state`; three queries, however many there are."""
    counts: dict[str, int] = dict(Project.counts(by))
    total = counts.get(state, 0) if state else sum(counts.values())
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), pages)
    found = Project.of(by).where(Project.state == state) if state else Project.of(by)
    rows = found.order_by(Project.id.desc()).paginate(number, PER_PAGE)
    return Listed(list(rows.with_related(_milestones())), counts, total, number, pages)


def _milestones() -> Load:
    rows = Milestone.select().where(Milestone.deleted_at.is_null()).order_by(Milestone.position)
    return Load(Project.milestones, rows, strategy=PREFETCH_TYPE.MATERIALIZE)


def clients(by: User) -> list[Client]:
    """Whom a project can be started for, by name."""
    return list(Client.of(by).where(Client.archived_at.is_null()).order_by(Client.folded))


def packages(by: User) -> Any:
    """What a project can start from, by name."""
    return list(Package.of(by).where(Package.archived_at.is_null()).order_by(Package.name))

"""Packages: saved sets of milestones that projects start from."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from peewee import PREFETCH_TYPE, Load

from billing import clock
from billing.planning import projects, tiers
from billing.planning.package_terms import Outcome as Outcome
from billing.planning.package_terms import packed
from billing.planning.terms import terms_of
from billing.planning.tiers import Tier
from billing.refusals import NothingToPack
from models import Milestone, Package, PackageMilestone, Project, User, write
from models.folding import fold


@dataclass(frozen=True)
class Contents:
    """All that a package says. Its currency becomes that of the projects that start from it.

    Where `tiers` is None those of a package stay as they are.
    One that is `monthly` is prepared again for each month, see retainers.
    """

    name: str
    currency: str
    outcomes: tuple[Outcome, ...]
    summary: str = ""
    tiers: tuple[Tier, ...] | None = None
    monthly: bool = False


def create(contents: Contents, by: User, now: datetime) -> Package:
    """A new package."""
    with write():
        package: Package = Package.create(owner=by, created_at=now, **_columns(contents))
        _write(package, contents.outcomes)
    return package


def revise(package: Package, contents: Contents) -> None:
    """Change a package. Projects that started from it stay as they are."""
    with write(package):
        Package.update(**_columns(contents)).where(Package.id == package.id).execute()
        PackageMilestone.delete().where(PackageMilestone.package == package.id).execute()
        _write(package, contents.outcomes)


def from_project(project: Project, name: str, by: User, now: datetime) -> Package:
    """Save a project's plan as a package of that name. Refuses NothingToPack.

    Dates become days from the project's beginning; a share billed on a date has no
    place in a package and is billed on acceptance.
    """
    begun = clock.local_date(project.created_at, projects.zone_of(project))
    outcomes = tuple(packed(terms_of(row), begun) for row in _planned(project))
    if not outcomes:
        raise NothingToPack
    return create(Contents(name, project.currency, outcomes, project.summary), by, now)


def archive(package: Package, now: datetime) -> None:
    """Put a package away, so that no project is offered it."""
    _set_archived(package, now)


def restore(package: Package) -> None:
    """Bring an archived package back."""
    _set_archived(package, None)


def listed(by: User, archived: bool = False) -> list[Package]:
    """An owner's packages by name, with their milestones; two queries, however many there are."""
    found = Package.of(by).where(Package.archived_at.is_null(not archived))
    ordered = PackageMilestone.select().order_by(PackageMilestone.position)
    milestones = Load(Package.milestones, ordered, strategy=PREFETCH_TYPE.MATERIALIZE)
    return sorted(found.with_related(milestones), key=lambda row: (fold(row.name), row.id))


def outcomes(package: Package) -> list[PackageMilestone]:
    """A package's milestones in order."""
    return sorted(package.milestones, key=lambda row: int(row.position))


def worth(package: Package) -> int:
    """The least that a package's prices can come to (minor units), open ones counted as nothing."""
    by_tier = dict.fromkeys((0, *tiers.filled(package)), 0)
    for row in package.milestones:
        by_tier[int(row.tier) if int(row.tier) in by_tier else 0] += int(row.price or 0)
    return by_tier.pop(0) + min(by_tier.values(), default=0)


def _columns(contents: Contents) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "name": contents.name,
        "summary": contents.summary,
        "currency": contents.currency,
        "monthly": contents.monthly,
    }
    if contents.tiers is not None:
        columns["tiers"] = [asdict(each) for each in contents.tiers]
    return columns


def _write(package: Package, outcomes: tuple[Outcome, ...]) -> None:
    for position, outcome in enumerate(outcomes):
        PackageMilestone.create(package=package, position=position, **outcome.columns())


def _planned(project: Project) -> list[Milestone]:
    related = [
        Load(relation, strategy=PREFETCH_TYPE.MATERIALIZE)
        for relation in (Milestone.criteria, Milestone.triggers)
    ]
    return list(Milestone.live(project).with_related(*related))


def _set_archived(package: Package, at: datetime | None) -> None:
    with write(package):
        Package.update(archived_at=at).where(Package.id == package.id).execute()
    package.archived_at = at

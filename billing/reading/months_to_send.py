"""Months of retainers that were prepared and wait for their owner to look them over and send."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from billing.reading.needing import AT_MOST, Need
from billing.refusals import N_
from models import Client, Project, ProjectState, Retainer, RetainerMonth, User


def needs(owner: User, today: date) -> Iterator[Need]:
    """The month that begins first, first."""
    waiting = (
        RetainerMonth.select(RetainerMonth, Project, Client)
        .join(Project)
        .join(Client)
        .where(Project.owner == owner.id, Project.state == ProjectState.DRAFT)
        .order_by(RetainerMonth.month, RetainerMonth.id)
        .limit(AT_MOST)
    )
    for each in waiting:
        facts = {"title": each.project.title, "client": each.project.client.name, "day": each.month}
        told = (
            N_("“%(title)s” is prepared for %(client)s; the month begins on %(day)s.")
            if each.month > today
            else N_("“%(title)s” is prepared for %(client)s; the month began on %(day)s.")
        )
        yield Need(told, facts, N_("Look it over and send it"), "project", each.project, "draft")


def is_month() -> Any:
    """The condition that a project is a month of a retainer."""
    return Project.id.in_(RetainerMonth.select(RetainerMonth.project))


def retainer_of(project: Project) -> Retainer | None:
    """What a project is a month of, if it is one."""
    found: Retainer | None = (
        Retainer.of(project.owner)
        .join_from(Retainer, RetainerMonth)
        .where(RetainerMonth.project == project.id)
        .first()
    )
    return found

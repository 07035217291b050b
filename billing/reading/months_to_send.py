"""Months of retainers that were prepared and wait for their owner to look them over and send."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from billing.refusals import N_
from models import Client, Project, ProjectState, Retainer, RetainerMonth, User

Sentence = tuple[str, dict[str, Any], str, Project]
"""A sentence with its facts, the verb that answers it, and the project it is about."""


def needs(owner: User, today: date, at_most: int) -> Iterator[Sentence]:
    """The month that begins first, first."""
    waiting = (
        RetainerMonth.select(RetainerMonth, Project, Client)
        .join(Project)
        .join(Client)
        .where(Project.owner == owner.id, Project.state == ProjectState.DRAFT)
        .order_by(RetainerMonth.month, RetainerMonth.id)
        .limit(at_most)
    )
    for each in waiting:
        facts = {"title": each.project.title, "client": each.project.client.name, "day": each.month}
        told = (
            N_("“%(title)s” is prepared for %(client)s; the month begins on %(day)s.")
            if each.month > today
            else N_("“%(title)s” is prepared for %(client)s; the month began on %(day)s.")
        )
        yield told, facts, N_("Look it over and send it"), each.project


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

"""Readings of clients that wait for the owner's answer."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from peewee import JOIN

from billing.accepting import measured
from billing.reading.needing import AT_MOST, Need
from billing.refusals import N_
from models import Client, Milestone, Project, Reading, ReadingAnswer, Trigger, User


def needs(owner: User, _today: date) -> Iterator[Need]:
    """The oldest first, of measures that are open still."""
    for reading in _waiting(owner).limit(AT_MOST):
        milestone = reading.trigger.milestone
        if measured.of(milestone.project, [milestone])[milestone.id].is_open:
            facts = {"client": milestone.project.client.name, "title": milestone.title}
            told = N_("%(client)s has entered a reading of “%(title)s”.")
            yield Need(told, facts, N_("Confirm or refuse"), "reading", milestone, "submitted")


def _waiting(owner: User) -> Any:
    return (
        Reading.select(Reading, Trigger, Milestone, Project, Client)
        .join(Trigger)
        .join(Milestone)
        .join(Project)
        .join(Client)
        .join_from(Reading, ReadingAnswer, JOIN.LEFT_OUTER)
        .where(
            Project.owner == owner.id,
            Reading.contact.is_null(False),
            ReadingAnswer.id.is_null(),
        )
        .order_by(Reading.id)
    )

"""Who is told of a reading: the other side to answer it, then who entered it; and the client some
days before the fallback is billed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from billing import clock, outbox, workdays
from billing.accepting.measured import Standing
from billing.accepting.review_clock import CLOSES, OPENS
from billing.people import clients
from billing.planning import projects
from models import AnswerKind, Contact, Project, Reading, User

AHEAD = 5
"""Working days of the client's before the last day, from which on they are told of it."""


def entered(reading: Reading, project: Project, now: datetime) -> None:
    """Tell the other side, whose answer it waits for."""
    is_clients = reading.contact_id is not None
    readers: Iterable[Contact | User] = outbox.contacts(project, "approver")
    _tell("reading_entered", reading, project, [project.owner] if is_clients else readers, now)


def answered(reading: Reading, kind: AnswerKind, project: Project, now: datetime) -> None:
    """Tell who entered it that it was confirmed or refused."""
    _tell(f"reading_{kind}", reading, project, [reading.contact or project.owner], now)


def _tell(
    letter: str,
    reading: Reading,
    project: Project,
    readers: Iterable[Contact | User],
    now: datetime,
) -> None:
    facts = {"milestone": reading.trigger.milestone_id, "reading": reading.id}
    for reader in readers:
        to_owner = isinstance(reader, User)
        kind = f"{letter}_by_client" if to_owner else letter
        key = f"{letter}:{reading.id}:{'owner' if to_owner else reader.id}"
        outbox.mail(kind, project, reader, key, now, facts)


def warn(seen: Standing, now: datetime) -> None:
    """Tell the client once that without a reading of theirs the fallback is billed (if it is
    any), in business hours where they are. Runs in the caller's write()."""
    project: Project = seen.milestone.project
    if not _is_near(seen, now) or outbox.about("reading_due", seen.trigger.id):
        return
    facts: dict[str, Any] = {"milestone": seen.milestone.id}
    for contact in outbox.contacts(project, "approver"):
        key = f"reading_due:{seen.trigger.id}:{contact.id}"
        outbox.mail("reading_due", project, contact, key, now, facts)


def _is_near(seen: Standing, now: datetime) -> bool:
    project: Project = seen.milestone.project
    if not seen.is_open or seen.last_day is None or not seen.measure.withheld(seen.cap):
        return False
    today, client = clock.local_date(now, projects.zone_of(project)), project.client
    calendar = workdays.calendar(str(client.country), str(client.region))
    there = clock.local(now, clients.zone_of(client))
    if not (calendar.is_working(there.date()) and OPENS <= there.time() < CLOSES):
        return False
    return today <= seen.last_day <= calendar.after(today, AHEAD)

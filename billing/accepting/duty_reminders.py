"""Reminding clients of what they supply: two working days before it is due, and once it is late.

Written in business hours where the client is, each once; of several that were missed the latest.
"""

from datetime import datetime
from hashlib import sha256

from billing import clock, outbox
from billing.accepting import owed, review_clock
from billing.accepting.owed import Owed, Place, Standing
from billing.apart import apart
from billing.workdays import DAY
from models import Delivery, Milestone, write

LETTER = "duty_due"
AHEAD = 2
"""Working days before the last one."""

SOON, LATE = "soon", "late"


def pass_time(now: datetime) -> None:
    """Remind where it is time. What fails for one milestone holds up no other."""
    for milestone in owed.in_force():
        with apart("the duties of milestone", milestone.id):
            remind(milestone, now)


def remind(milestone: Milestone, now: datetime) -> int:
    """Write what is due about the duties of one milestone; how many were not written before."""
    place = Place.of(milestone.project.client)
    if not review_clock.is_at_work(place.calendar, place.zone, now):
        return 0
    standing: Owed | None = owed.of_project(milestone.project, [milestone], now).get(milestone.id)
    due = [
        (each, kind)
        for each in (standing.open if standing else ())
        if (kind := _due(each, place, now))
    ]
    return sum(_write(milestone, each, kind, now) for each, kind in due)


def _due(each: Standing, place: Place, now: datetime) -> str | None:
    if each.is_overdue:
        return LATE
    day = each.duty.due_on
    for _ in range(AHEAD):
        day = place.calendar.last_working(day - DAY)
    return SOON if day <= clock.local_date(now, place.zone) else None


def _write(milestone: Milestone, each: Standing, kind: str, now: datetime) -> int:
    """To those who decide for the client; each letter once."""
    mark = sha256(each.duty.text.encode()).hexdigest()[:16]
    again = f":{each.returned.id}" if each.returned else ""
    subject = f"{LETTER}:{milestone.id}:{mark}:{each.duty.due_on}{again}:{kind}"
    if Delivery.select().where(Delivery.key.startswith(f"{subject}:")).exists():
        return 0
    facts = {
        "milestone": milestone.id,
        "duty": each.duty.text,
        "due_on": each.duty.due_on.isoformat(),
    }
    project = milestone.project
    with write(project):
        for contact in outbox.contacts(project, "approver"):
            outbox.mail(LETTER, project, contact, f"{subject}:{contact.id}", now, facts)
    return 1

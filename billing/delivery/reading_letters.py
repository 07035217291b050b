"""Letters about readings of a measure: to answer, answered, and the last day to give one."""

from collections.abc import Callable
from typing import Any

from billing.accepting import readings
from billing.accepting.readings import Standing
from billing.delivery.occasion import Occasion, Said, quote
from models import Reading


def reading_entered(at: Occasion) -> Said:
    return Said(at.portal(), _told(at))


def reading_entered_by_client(at: Occasion) -> Said:
    return Said(_page(at), _told(at))


def reading_confirmed(at: Occasion) -> Said:
    return Said(at.portal(), _told(at))


def reading_confirmed_by_client(at: Occasion) -> Said:
    return Said(_page(at), _told(at))


def reading_refused(at: Occasion) -> Said:
    return Said(at.portal(), _told(at))


def reading_refused_by_client(at: Occasion) -> Said:
    return Said(_page(at), _told(at))


def reading_due(at: Occasion) -> Said:
    """Until when, and what is billed by itself after that."""
    seen = _standing(at)
    follows = readings.consequence(seen, seen.measure.withheld(seen.cap), at.now)
    facts = {
        **at.outcome(),
        "measure": seen.measure.name,
        "last_day": seen.last_day.isoformat() if seen.last_day else None,
        "amount": follows.amount,
        "waits": seen.waiting is not None,
    }
    return Said(at.portal(), facts)


def _told(at: Occasion) -> dict[str, Any]:
    """What was read, what it earns (minor units payable), and what was said of it."""
    seen, reading = _standing(at), _reading(at)
    answer = readings.answer_of(reading)
    follows = readings.consequence(seen, seen.amount(int(reading.value)), at.now)
    return {
        **at.outcome(),
        "measure": seen.measure.name,
        "unit": seen.measure.unit,
        "reading": int(reading.value),
        "taken_on": reading.taken_on.isoformat(),
        "amount": follows.amount,
        "is_draft": follows.due_on is None,
        "reason": quote(answer.reason) if answer else "",
        "who": reading.contact.name if reading.contact_id else "",
    }


def _standing(at: Occasion) -> Standing:
    return readings.of(at.project, [at.milestone])[at.milestone.id]


def _reading(at: Occasion) -> Reading:
    found: Reading = Reading.get_by_id(at.about["reading"])
    return found


def _page(at: Occasion) -> str:
    return at.page(f"projects/{at.project.id}/milestones/{at.milestone.id}/measure")


LETTERS: dict[str, Callable[[Occasion], Said]] = {
    letter.__name__: letter
    for letter in (
        reading_entered,
        reading_entered_by_client,
        reading_confirmed,
        reading_confirmed_by_client,
        reading_refused,
        reading_refused_by_client,
        reading_due,
    )
}


def _is_answered(at: Occasion) -> bool:
    return readings.answer_of(_reading(at)) is not None


def _is_given(at: Occasion) -> bool:
    """The client has given a reading, or what it decides is billed already."""
    seen = _standing(at)
    return not seen.is_open or any(row.contact_id is not None for row in seen.readings)


OVERTAKEN: dict[str, Callable[[Occasion], bool]] = {
    "reading_entered": _is_answered,
    "reading_entered_by_client": _is_answered,
    "reading_due": _is_given,
}

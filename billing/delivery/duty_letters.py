"""Letters about what a client supplies: that it came, what is missing of it, when it is due."""

from collections.abc import Callable
from typing import Any

from billing.accepting import owed
from billing.delivery.occasion import LONGEST_TITLE, Occasion, Said, quote, short
from models import Supply


def duty_supplied(at: Occasion) -> Said:
    row = _supply(at)
    told = {**_named(at, row.duty), "note": quote(row.note), "files": row.files.count()}
    return Said(at.page(f"projects/{at.project.id}#milestone_{at.milestone.id}"), told)


def duty_reopened(at: Occasion) -> Said:
    row = _supply(at)
    return Said(at.portal(), {**_named(at, row.duty), "reason": quote(row.reopened_why or "")})


def duty_due(at: Occasion) -> Said:
    """What is needed by when, and what being late does."""
    standing = _standing(at)
    told = {
        **_named(at, at.about["duty"]),
        "due_on": at.about["due_on"],
        "is_late": standing is not None and standing.is_overdue,
    }
    return Said(at.portal(), told)


def _named(at: Occasion, duty: str) -> dict[str, Any]:
    return {**at.outcome(), "duty": short(duty, LONGEST_TITLE)}


def _supply(at: Occasion) -> Supply:
    found: Supply = Supply.get_by_id(at.about["supply"])
    return found


def _standing(at: Occasion) -> owed.Standing | None:
    of_milestone = owed.of_project(at.project, [at.milestone], at.now).get(at.milestone.id)
    found = of_milestone.open if of_milestone and of_milestone.is_needed else []
    return next((each for each in found if each.duty.text == at.about["duty"]), None)


LETTERS: dict[str, Callable[[Occasion], Said]] = {
    letter.__name__: letter for letter in (duty_supplied, duty_reopened, duty_due)
}

OVERTAKEN: dict[str, Callable[[Occasion], bool]] = {
    "duty_due": lambda at: _standing(at) is None,
    "duty_supplied": lambda at: _supply(at).reopened_at is not None,
}
"""What has come needs no reminder, and what was looked at no notice."""

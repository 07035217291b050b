"""One extension per milestone: the client asks for more days to review, or the owner grants them.

While it runs the review clock stands still.
"""

from datetime import datetime
from typing import Any

from billing import events
from billing.accepting import moves, windows
from billing.accepting.moves import Verb
from billing.actors import Actor
from billing.refusals import N_, Conflict, Refusal
from models import Contact, Extension, Milestone, Project, User, write

MOST_DAYS = 30
"""Working days; the table allows no more."""


class NotInReview(Conflict):
    sentence = N_("“%(title)s” is not in review now.")


class ReviewOver(Conflict):
    sentence = N_("The time to review “%(title)s” is already over.")


class ExtendedBefore(Conflict):
    sentence = N_("The review of “%(title)s” was extended already; that is possible once.")


class ExtensionWaits(Conflict):
    sentence = N_("More time for “%(title)s” was asked for already. An answer is on its way.")


class AlreadyAnswered(Conflict):
    sentence = N_("This request was answered already.")


class WhyMissing(Refusal):
    sentence = N_("Say why.")
    field = "reason"


class NoDays(Refusal):
    sentence = N_("Choose 1 to 30 working days.")
    field = "days"


def ask(milestone: Milestone, days: int, reason: str, by: Contact, now: datetime) -> Extension:
    """The client asks for more working days and says why.

    Refuses NotYours, NoDays, WhyMissing, NotInReview, ReviewOver, ExtendedBefore,
    ExtensionWaits.
    """
    moves.refuse_others(milestone.project, Verb.ACCEPT, by)
    if not reason.strip():
        raise WhyMissing
    with write(milestone.project):
        made = _make(milestone, days, reason, now, contact=by)
        _note("review.extension_asked", made, by, now, days=days, reason=made.reason)
    return made


def grant(milestone: Milestone, days: int, reason: str, by: User, now: datetime) -> Extension:
    """The owner gives more working days unasked. Refuses as ask() does, without a reason too."""
    with write(milestone.project):
        made = _make(milestone, days, reason, now, answered_at=now, agreed=True)
        _note("review.extended", made, by, now, days=days)
    return made


def answer(extension: Extension, agreed: bool, words: str, by: User, now: datetime) -> None:
    """The owner agrees, or declines and says why.

    Refuses WhyMissing, AlreadyAnswered, and NotInReview where the client decided meanwhile.
    """
    milestone = extension.milestone
    with write(milestone.project):
        if Extension.get_by_id(extension.id).answered_at is not None:
            raise AlreadyAnswered
        if not agreed and not words.strip():
            raise WhyMissing(field="answer")
        if agreed:
            _window(milestone, now)
        Extension.update(answered_at=now, agreed=agreed, answer=words.strip()).where(
            Extension.id == extension.id
        ).execute()
        if agreed:
            _note("review.extended", extension, by, now, days=extension.days)
        else:
            _note("review.extension_refused", extension, by, now, answer=words.strip())


def of(project: Project, number: int) -> Extension | None:
    """One of a project's requests, by its id."""
    found: Extension | None = (
        Extension.select(Extension, Milestone)
        .join(Milestone)
        .where(Milestone.project == project.id, Extension.id == number)
        .first()
    )
    if found is not None:
        found.milestone.project = project
    return found


def _make(milestone: Milestone, days: int, reason: str, now: datetime, **columns: Any) -> Extension:
    if not 1 <= days <= MOST_DAYS:
        raise NoDays
    window = _window(milestone, now)
    if window.reading.is_over:
        raise ReviewOver(title=milestone.title)
    if window.extension is not None:
        raise ExtendedBefore(title=milestone.title)
    if window.asked is not None:
        raise ExtensionWaits(title=milestone.title)
    made: Extension = Extension.create(
        milestone=milestone,
        submission=window.submission,
        days=days,
        reason=reason.strip(),
        asked_at=now,
        **columns,
    )
    return made


def _window(milestone: Milestone, now: datetime) -> windows.Window:
    stored: Milestone = Milestone.get_by_id(milestone.id)
    stored.project = milestone.project
    found = windows.of(stored, now)
    if found is None:
        raise NotInReview(title=milestone.title)
    return found


def _note(kind: str, extension: Extension, by: Actor, now: datetime, **facts: Any) -> None:
    milestone = extension.milestone
    named = {"milestone": milestone.id, "title": milestone.title, "extension": extension.id}
    events.record(kind, milestone.project, by, now, **named, **facts)

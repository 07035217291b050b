"""Time passing over reviews: reminders before the end, and silence that counts as acceptance.

Silence counts only where both signed that it does and the client is a business, and never before
a reminder of the last day has gone out in time. It is recorded as deemed, as nobody's acceptance.
"""

from datetime import date, datetime

from billing import events
from billing.accepting import gates, moves, review_clock, reviews, verdicts, windows
from billing.accepting.moves import Verb
from billing.accepting.review_clock import HALF, LAST, MOST
from billing.accepting.windows import Window
from billing.actors import CLOCK
from billing.apart import apart
from billing.planning import projects, terms
from models import (
    Client,
    Decision,
    DecisionKind,
    Milestone,
    Project,
    ProjectState,
    ReviewReminder,
    Verdict,
    write,
)
from models.once import Once

ORDER = (HALF, MOST, LAST)


def pass_time(now: datetime) -> None:
    """Remind and deem where it is time. What fails for one milestone holds up no other."""
    for window in windows.of_all(_IN_REVIEW.models(), now).values():
        with apart("the review of milestone", window.milestone.id):
            if due(window, now) is not None:
                remind(window.milestone, now)
            if _is_over(window, now):
                deem(window.milestone, now)


_IN_REVIEW = Once(
    lambda: (
        Milestone.select(Milestone, Project, Client)
        .join(Project)
        .join(Client)
        .where(
            Milestone.state.in_(moves.IN_REVIEW),
            Milestone.deleted_at.is_null(),
            Project.state == ProjectState.ACTIVE,
        )
    )
)


def due(window: Window, now: datetime) -> str | None:
    """Which reminder is to be written now; of several that were missed only the latest.

    None at night and on days off, while the clock stands, and once the time is over unless the
    last day has yet to be named before silence may count.
    """
    if window.reading.stands or not review_clock.is_open(window.facts, now):
        return None
    passed = [kind for kind, at in review_clock.moments(window.facts) if at <= now]
    if not passed or (window.reading.is_over and not window.deems):
        return None
    kind = passed[-1]
    if kind == LAST:
        return None if window.reminder_of_last_day else kind
    known = {row.kind for row in window.reminders}
    return None if known & set(ORDER[ORDER.index(kind) :]) else kind


def remind(milestone: Milestone, now: datetime) -> ReviewReminder | None:
    """Write the reminder that is due, once; None where none is (any more)."""
    with write(milestone.project):
        window = _window(milestone, now)
        kind = due(window, now) if window else None
        if window is None or kind is None:
            return None
        made: ReviewReminder = ReviewReminder.create(
            submission=window.submission,
            kind=kind,
            last_day=_last_day(window),
            written_at=now,
        )
        events.record(
            "review.reminded",
            milestone.project,
            CLOCK,
            now,
            milestone=milestone.id,
            title=milestone.title,
            round=window.submission.round,
            reminder=made.id,
            last_day=made.last_day.isoformat(),
        )
    return made


def _last_day(window: Window) -> date:
    """The day that ends the review as far as is known: of an open pause the clock says none."""
    day = window.reading.last_day
    if day is None:
        raise LookupError("A review that stands has no last day.")
    return day


def _is_over(window: Window, now: datetime) -> bool:
    ends = window.deems_at() if window.deems and window.reading.is_over else None
    return ends is not None and ends <= now


def deem(milestone: Milestone, now: datetime) -> Decision | None:
    """What is still in review counts as accepted, with all that an acceptance does.

    None where that is not so (any more): exactly one of several workers does it.
    """
    project: Project = milestone.project
    with write(project):
        window = _window(milestone, now)
        if window is None or not _is_over(window, now):
            return None
        stored, submission = window.milestone, window.submission
        terms.read(stored)
        still = verdicts.still_open(stored, verdicts.accepted(stored))
        moves.make(stored, Verb.DEEM, CLOCK)
        decision: Decision = Decision.create(
            submission=submission, kind=DecisionKind.DEEMED_ACCEPTED, contact=None, decided_at=now
        )
        for criterion in still:
            Verdict.create(
                decision=decision, submission=submission, criterion=criterion, accepted=True
            )
        events.record(
            "milestone.deemed_accepted",
            project,
            CLOCK,
            now,
            milestone=stored.id,
            title=stored.title,
            round=submission.round,
            submission=submission.id,
            decision=decision.id,
        )
        reviews.bill_acceptance(stored.project, stored, CLOCK, now, still)
        gates.open_next(stored.project, CLOCK, now)
        projects.close_if_settled(stored.project, CLOCK, now)
    return decision


def _window(milestone: Milestone, now: datetime) -> Window | None:
    """The window as it is stored now: what was read before the transaction may be over."""
    stored: Milestone = Milestone.get_by_id(milestone.id)
    stored.project = Project.get_by_id(milestone.project_id)
    if stored.project.state != ProjectState.ACTIVE:
        return None
    return windows.of(stored, now)

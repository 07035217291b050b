"""Private effort: a timer per milestone, and time typed. It is no part of a project's history.

No event is recorded and no version raised: whatever a client may see, download or be sent is
made from those.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from peewee import IntegrityError

from billing import clock
from billing.paying import money_days
from billing.people import accounts
from billing.refusals import N_, Conflict, Refusal
from models import Effort, Milestone, Project, ProjectState, User, write

LONG = timedelta(hours=4)
"""After so long without a stop nobody is believed to have worked all the time."""

TOLD = 60
"""Seconds below which a time is shown as none."""

LONGEST_NOTE = 500


class AnotherTimerRuns(Conflict):
    sentence = N_("A timer is running on “%(title)s”. Stop that one first.")


class NoTimerRuns(Conflict):
    sentence = N_("No timer is running.")


class HowMuchWasWork(Refusal):
    sentence = N_("The timer ran for %(hours)s hours. Say how much of it was work.")
    field = "worked"


class MoreThanRan(Refusal):
    sentence = N_("The timer ran for %(hours)s hours only.")
    field = "worked"


class TimerStillRuns(Conflict):
    sentence = N_("This timer is still running. Stop it first.")


@dataclass(frozen=True)
class Work:
    """A piece of work as it is typed. `seconds` from 1 to a day."""

    worked_on: date
    seconds: int
    note: str = ""


def running(owner: User) -> Effort | None:
    """The one whose timer runs."""
    found: Effort | None = Effort.of(owner).where(Effort.seconds.is_null()).first()
    return found


def start(milestone: Milestone, by: User, now: datetime) -> Effort:
    """Start a timer; the same one again if it runs already. Refuses AnotherTimerRuns."""
    today = clock.local_date(now, str(accounts.business(by).timezone))
    try:
        with write():
            made: Effort = Effort.create(
                owner=by, milestone=milestone, worked_on=today, started_at=now, changed_at=now
            )
            return made
    except IntegrityError:
        there = running(by)
        if there is None:
            raise
        if there.milestone_id == milestone.id:
            return there
        raise AnotherTimerRuns(title=there.milestone.title) from None


def stop(by: User, now: datetime, worked: int | None = None, note: str = "") -> Effort:
    """Stop the timer. `worked` (seconds) is what of it was work, asked for after a long time.

    Refuses NoTimerRuns, HowMuchWasWork, MoreThanRan.
    """
    with write():
        there = running(by)
        if there is None:
            raise NoTimerRuns
        ran = elapsed(there, now)
        if worked is None and ran > LONG.total_seconds():
            raise HowMuchWasWork(hours=_told(ran))
        if worked is not None and worked > ran + 60:
            raise MoreThanRan(hours=_told(ran))
        stopped = (
            Effort.update(seconds=worked or ran, note=note[:LONGEST_NOTE], changed_at=now)
            .where(Effort.id == there.id, Effort.seconds.is_null())
            .execute()
        )
        if not stopped:
            raise NoTimerRuns
        stored: Effort = Effort.get_by_id(there.id)
        return stored


def elapsed(effort: Effort, now: datetime) -> int:
    """Whole seconds since the timer was started, at least one."""
    return max(1, int((now - effort.started_at).total_seconds()))


def _told(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}"


def add(milestone: Milestone, work: Work, by: User, now: datetime, key: str) -> Effort:
    """Keep time that was typed; the same `key` twice adds nothing.

    Refuses DayToCome, DayLongPast.
    """
    _check_day(work, by, now)
    with write():
        Effort.insert(
            owner=by, milestone=milestone, changed_at=now, key=key, **work.__dict__
        ).on_conflict_ignore().execute()
        kept: Effort = Effort.get(Effort.owner == by.id, Effort.key == key)
        return kept


def revise(effort: Effort, milestone: Milestone, work: Work, by: User, now: datetime) -> None:
    """Correct a piece of work. Refuses TimerStillRuns, DayToCome, DayLongPast."""
    _check_day(work, by, now)
    with write():
        # Where it was is no longer told either: both pages must see that something changed.
        changed = (
            Effort.update(milestone=milestone, changed_at=now, **work.__dict__)
            .where(Effort.id == effort.id, Effort.seconds.is_null(False))
            .execute()
        )
        if not changed:
            raise TimerStillRuns


def _check_day(work: Work, by: User, now: datetime) -> None:
    today = clock.local_date(now, str(accounts.business(by).timezone))
    money_days.check(work.worked_on, today, "worked_on")


def remove(effort: Effort) -> None:
    """Forget a piece of work, or a timer with what it ran; twice is once."""
    with write():
        Effort.delete().where(Effort.id == effort.id).execute()


def latest(owner: User, count: int) -> list[Effort]:
    """What was worked last, the newest day first; a running timer is not among it."""
    found = Effort.of(owner).where(Effort.seconds.is_null(False))
    return list(found.order_by(Effort.worked_on.desc(), Effort.id.desc()).limit(count))


def of_project(project: Project) -> list[Effort]:
    """All effort of a project, the newest day first."""
    found = Effort.select(Effort, Milestone).join(Milestone)
    mine = found.where(Milestone.project == project.id)
    return list(mine.order_by(Effort.worked_on.desc(), Effort.id.desc()))


def seconds_by_milestone(pieces: Iterable[Effort]) -> dict[int, int]:
    """Whole seconds by milestone, of what is not running."""
    sums: dict[int, int] = defaultdict(int)
    for each in pieces:
        sums[int(each.milestone_id)] += int(each.seconds or 0)
    return dict(sums)


def workable(owner: User) -> list[Milestone]:
    """What effort can be written down for: milestones of projects that were not given up."""
    found = Milestone.of(owner).where(
        Milestone.deleted_at.is_null(), Project.state != ProjectState.CANCELLED
    )
    return list(found.order_by(Project.id.desc(), Milestone.position, Milestone.id))

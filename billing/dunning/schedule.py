"""When a reminder of an invoice goes out, computed from facts alone.

Steps are days from the due date, below zero before it. Each is for the first working day from
then on where the client is, in business hours. Of several that were missed only the latest counts,
one before the due date only until that has passed, and between two lie some days.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from billing import clock
from billing.accepting.review_clock import CLOSES, OPENS
from billing.workdays import DAY, Calendar

APART = 3
"""Fewest days between two reminders of one invoice."""

EARLIEST, LATEST = -30, 365
"""Between which days from the due date a step may lie."""


@dataclass(frozen=True)
class Hours:
    """When people are at work somewhere: working days from 9 to 17 o'clock."""

    calendar: Calendar
    zone: str

    def day(self, now: datetime) -> date:
        """The calendar day there."""
        return clock.local_date(now, self.zone)

    def next_open(self, now: datetime) -> datetime:
        """This instant if they are at work, else when they begin next. Naive UTC."""
        there = clock.local(now, self.zone)
        day = there.date()
        if self.calendar.is_working(day):
            if OPENS <= there.time() < CLOSES:
                return now
            if there.time() < OPENS:
                return self._at(day, OPENS)
        return self.opening(day + DAY)

    def opening(self, day: date) -> datetime:
        """When they begin on the first working day from `day` on. Naive UTC."""
        return self._at(self.calendar.next_working(day), OPENS)

    def _at(self, day: date, hour: time) -> datetime:
        there = datetime.combine(day, hour, ZoneInfo(self.zone))
        return there.astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Facts:
    """All that the next reminder depends on. `sent` are steps that had theirs, the latest at
    `sent_at` (naive UTC)."""

    issued_on: date
    due_on: date
    steps: tuple[int, ...]
    hours: Hours
    sent: tuple[int, ...] = ()
    sent_at: datetime | None = None


@dataclass(frozen=True)
class Turn:
    """A step and when its reminder goes out (naive UTC)."""

    step: int
    at: datetime


def coming(facts: Facts, now: datetime) -> list[Turn]:
    """The reminders to come, in order; the first is due once `at` is not after `now`."""
    last = max(facts.sent, default=None)
    ahead = [
        Turn(step, facts.hours.opening(facts.due_on + step * DAY))
        for step in sorted(facts.steps)
        if (last is None or step > last) and facts.due_on + step * DAY > facts.issued_on
    ]
    passed = [turn for turn in ahead if turn.at <= now]
    left = [*passed[-1:], *ahead[len(passed) :]]
    turns: list[Turn] = []
    before = facts.hours.day(facts.sent_at) if facts.sent_at else None
    for turn in left:
        at = max(turn.at, now)
        if before is not None:
            at = max(at, facts.hours.opening(before + APART * DAY))
        at = facts.hours.next_open(at)
        if _is_late(turn.step, facts.hours.day(at), facts):
            continue
        turns.append(Turn(turn.step, at))
        before = facts.hours.day(at)
    return turns


def _is_late(step: int, day: date, facts: Facts) -> bool:
    """Whether it would announce a due date that has passed."""
    return step <= 0 and day > facts.due_on

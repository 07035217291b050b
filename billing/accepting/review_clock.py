"""The review clock: how much of a submission's review is over, computed from facts alone.

A review lasts some working days where the client is, counted from the day after the submission to
the end of the last one. A day on which the clock stands at any moment does not count, so that a
pause never shortens a review.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from billing import clock
from billing.workdays import DAY, Calendar

HALF, MOST, LAST = "half", "most", "last"
"""Reminders: on the day that ends half of the review, on the one that ends 80 %, on the last."""

OPENS, NOON, CLOSES = time(9), time(12), time(17)
"""Business hours, and until when on the last day a reminder of it is in time."""


@dataclass(frozen=True)
class Pause:
    """While a client duty is overdue (`about` names it). Naive UTC; open while `until` is None."""

    since: datetime
    until: datetime | None = None
    about: str = ""

    def touches(self, start: datetime, end: datetime) -> bool:
        """Whether the clock stands at any moment between two instants."""
        if self.until is not None and self.until <= self.since:
            return False
        return self.since < end and (self.until is None or self.until > start)


@dataclass(frozen=True)
class Extension:
    """Working days for which the clock stands, from the day on which they were agreed."""

    agreed_at: datetime
    days: int


@dataclass(frozen=True)
class Facts:
    """All that a review's end depends on. Instants are naive UTC, days those of `zone`."""

    submitted_at: datetime
    days: int
    calendar: Calendar
    zone: str
    pauses: tuple[Pause, ...] = ()
    extension: Extension | None = None

    def standing(self, now: datetime) -> Pause | None:
        """The pause in which the clock stands now."""
        return next((each for each in self.pauses if each.touches(now, now + INSTANT)), None)


INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Reading:
    """The clock at one moment.

    `last_day` and `ends_at` are None while nobody can know them: a pause is open. `stands_for` is
    the pause, `extended_until` the last day of an extension that runs.
    """

    days: int
    used: int
    last_day: date | None
    ends_at: datetime | None
    stands_for: Pause | None
    extended_until: date | None

    @property
    def left(self) -> int:
        return self.days - self.used

    @property
    def is_over(self) -> bool:
        return self.left == 0

    @property
    def stands(self) -> bool:
        return not self.is_over and bool(self.stands_for or self.extended_until)


@dataclass(frozen=True)
class _Days:
    """The days of a review and those of its extension, as far as they are known."""

    review: list[date]
    extension: list[date]


def read(facts: Facts, now: datetime) -> Reading:
    """The clock at an instant; the later, the more of the same facts is used."""
    days = _days(facts)
    is_known = len(days.review) == facts.days
    used = sum(end_of(day, facts.zone) <= now for day in days.review)
    today = clock.local_date(now, facts.zone)
    extended = days.extension and facts.extension and facts.extension.agreed_at <= now
    return Reading(
        days=facts.days,
        used=used,
        last_day=days.review[-1] if is_known else None,
        ends_at=end_of(days.review[-1], facts.zone) if is_known else None,
        stands_for=facts.standing(now),
        extended_until=days.extension[-1] if extended and today <= days.extension[-1] else None,
    )


def moments(facts: Facts) -> list[tuple[str, datetime]]:
    """When the client is to be reminded of what, in order; the latter of two on one day."""
    days = _days(facts).review
    numbers = {-(-facts.days // 2): HALF, -(-facts.days * 4 // 5): MOST, facts.days: LAST}
    return [
        (kind, _at(days[number - 1], OPENS, facts.zone))
        for number, kind in sorted(numbers.items())
        if number <= len(days)
    ]


def is_open(facts: Facts, now: datetime) -> bool:
    """Whether people are at work where the client is: a working day between 9 and 17 o'clock."""
    return is_at_work(facts.calendar, facts.zone, now)


def is_at_work(calendar: Calendar, zone: str, now: datetime) -> bool:
    """The same for a place of which no review is known."""
    there = clock.local(now, zone)
    return calendar.is_working(there.date()) and OPENS <= there.time() < CLOSES


def fair_end(facts: Facts, reminded_at: datetime) -> datetime | None:
    """When silence may count as acceptance: at the end of the last day, if the reminder of that
    went out by its noon; else at the end of the next day that counts and has its noon ahead.
    """
    reading = read(facts, reminded_at)
    if reading.last_day is None:
        return None
    last = reading.last_day
    fair = (
        end_of(day, facts.zone)
        for day in _counting(facts)
        if day >= last and _at(day, NOON, facts.zone) >= reminded_at
    )
    return next(fair, None)


def _days(facts: Facts) -> _Days:
    found, more = _Days([], []), facts.extension
    begins = clock.local_date(more.agreed_at, facts.zone) if more else date.max
    for day in _counting(facts):
        if more and day >= begins and len(found.extension) < more.days:
            found.extension.append(day)
            continue
        found.review.append(day)
        if len(found.review) == facts.days:
            break
    return found


def _counting(facts: Facts) -> Iterator[date]:
    """Working days after the submission on which the clock runs all day, as far as is known."""
    open_since = min((each.since for each in facts.pauses if each.until is None), default=None)
    day = clock.local_date(facts.submitted_at, facts.zone)
    start = end_of(day, facts.zone)
    while True:
        day += DAY
        end = end_of(day, facts.zone)
        if open_since is not None and open_since < end:
            return
        if facts.calendar.is_working(day) and not _stands(facts, start, end):
            yield day
        start = end


def _stands(facts: Facts, start: datetime, end: datetime) -> bool:
    return any(each.touches(start, end) for each in facts.pauses)


def end_of(day: date, zone: str) -> datetime:
    """The instant at which a day is over in a zone, whatever its clocks do that night."""
    return _at(day + DAY, time(), zone)


def _at(day: date, hour: time, zone: str) -> datetime:
    there = datetime.combine(day, hour, ZoneInfo(zone))
    return there.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

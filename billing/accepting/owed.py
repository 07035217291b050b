"""How client duties stand, and what overdue ones do: days move, and the review clock stands.

Everything follows from the signed day of a duty and from when it was met; nothing of it is stored.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from billing import clock, workdays
from billing.accepting import review_clock
from billing.accepting.review_clock import Pause
from billing.accepting.supplies import OPEN
from billing.people import clients
from billing.planning import duties
from billing.planning.duties import Duty
from billing.workdays import DAY, Calendar
from models import (
    Attachment,
    Client,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    Supply,
    SupplyFile,
)

TO_COME = (MilestoneState.AGREED, MilestoneState.ACTIVE, MilestoneState.CHANGES_REQUESTED)
"""A milestone in one of these has its day ahead, which a duty may move."""


@dataclass(frozen=True)
class Place:
    """Where the client is: their working days and their zone."""

    calendar: Calendar
    zone: str

    @classmethod
    def of(cls, client: Client) -> "Place":
        region = str(client.region)
        return cls(workdays.calendar(str(client.country), region), clients.zone_of(client))


@dataclass(frozen=True)
class Standing:
    """One duty: `supply` meets it; `returned` is what was not complete, while it is open again.

    `late` are working days on which it was overdue at any moment. `number` is its 1-based place.
    """

    number: int
    duty: Duty
    supply: Supply | None
    returned: Supply | None
    late: tuple[date, ...]
    is_overdue: bool

    @property
    def is_met(self) -> bool:
        return self.supply is not None


@dataclass(frozen=True)
class Owed:
    """The duties of one milestone, and where its day has moved because of them.

    `moved_to` is None where the day stays or there is none; `late` working days made it move.
    """

    milestone: Milestone
    duties: tuple[Standing, ...]
    late: int
    moved_to: date | None

    @property
    def open(self) -> list[Standing]:
        return [each for each in self.duties if not each.is_met]

    @property
    def overdue(self) -> list[Standing]:
        return [each for each in self.duties if each.is_overdue]

    @property
    def due_on(self) -> date | None:
        """The milestone's day as it stands now."""
        return self.moved_to or self.milestone.due_on

    @property
    def is_needed(self) -> bool:
        """Whether what is open can still be supplied."""
        return self.milestone.state in OPEN and bool(self.open)


def of_project(project: Project, milestones: Iterable[Milestone], now: datetime) -> dict[int, Owed]:
    """By the milestone's id, of those that have duties. Queries only where there are any."""
    rows = [row for row in milestones if row.duties]
    if not rows:
        return {}
    supplied = _supplied(rows)
    place = Place.of(project.client)
    return {row.id: owed(row, supplied.get(row.id, []), place, now) for row in rows}


def owed(milestone: Milestone, supplied: Sequence[Supply], place: Place, now: datetime) -> Owed:
    """How the duties of one milestone stand; `supplied` is all that was said to meet them."""
    found = tuple(
        _standing(number, duty, supplied, place, now)
        for number, duty in enumerate(duties.read(milestone.duties), 1)
    )
    late = len({day for each in found for day in each.late})
    moves = late and milestone.due_on is not None and milestone.state in TO_COME
    moved_to = place.calendar.after(milestone.due_on, late) if moves else None
    return Owed(milestone, found, late if moves else 0, moved_to)


def _standing(
    number: int, duty: Duty, supplied: Sequence[Supply], place: Place, now: datetime
) -> Standing:
    rows = [row for row in supplied if row.duty == duty.text]
    newest = rows[-1] if rows else None
    met = newest if newest is not None and newest.reopened_at is None else None
    late = _pauses(duty, rows, place.zone, now)
    return Standing(
        number=number,
        duty=duty,
        supply=met,
        returned=None if met else newest,
        late=tuple(_working_days(late, place, now)),
        is_overdue=bool(late) and late[-1].until is None,
    )


def pauses(
    milestone: Milestone, supplied: Sequence[Supply], zone: str, now: datetime
) -> tuple[Pause, ...]:
    """When duties of a milestone were overdue, as far as has happened by now."""
    return tuple(
        pause
        for duty in duties.read(milestone.duties)
        for pause in _pauses(duty, [row for row in supplied if row.duty == duty.text], zone, now)
    )


def _pauses(duty: Duty, rows: Sequence[Supply], zone: str, now: datetime) -> list[Pause]:
    """From the end of the duty's day until it was met, and again from when it was reopened."""
    due = review_clock.end_of(duty.due_on, zone)
    since, found = due, []
    for row in rows:
        if row.supplied_at > since:
            found.append(Pause(since, row.supplied_at, duty.text))
        if row.reopened_at is None:
            return [each for each in found if each.since <= now]
        since = max(due, row.reopened_at)
    found.append(Pause(since, None, duty.text))
    return [each for each in found if each.since <= now]


def _working_days(late: Iterable[Pause], place: Place, now: datetime) -> Iterator[date]:
    """The working days that a pause touches, today among them."""
    for pause in late:
        day = clock.local_date(pause.since, place.zone)
        # A pause that begins with the end of a day touches the next one first.
        last = clock.local_date(min(pause.until or now, now), place.zone)
        while day <= last:
            if place.calendar.is_working(day):
                yield day
            day += DAY


def supplied_of(milestones: Sequence[Milestone]) -> dict[int, list[Supply]]:
    """What was supplied for milestones, by their ids and in order, without its files."""
    ids = [row.id for row in milestones if row.duties]
    found: dict[int, list[Supply]] = {}
    if ids:
        for row in Supply.select().where(Supply.milestone.in_(ids)).order_by(Supply.id):
            found.setdefault(row.milestone_id, []).append(row)
    return found


def _supplied(milestones: Sequence[Milestone]) -> dict[int, list[Supply]]:
    """The same, each with its `attachments`."""
    found = supplied_of(milestones)
    files: dict[int, list[Attachment]] = {}
    for row in _with_supplies(milestones) if found else ():
        files.setdefault(row.supply_id, []).append(row)
    for row in (each for supplied in found.values() for each in supplied):
        row.attachments = files.get(row.id, [])
    return found


def _with_supplies(milestones: Sequence[Milestone]) -> Any:
    return (
        Attachment.in_projects()
        .select_extend(SupplyFile.supply.alias("supply_id"))
        .join_from(Attachment, SupplyFile)
        .where(Attachment.milestone.in_([row.id for row in milestones]))
        .order_by(SupplyFile.id)
        .objects()
    )


def in_force() -> list[Milestone]:
    """All milestones that still need something, joined with project and client."""
    return list(
        Milestone.select(Milestone, Project, Client)
        .join(Project)
        .join(Client)
        .where(
            Milestone.state.in_(OPEN),
            Milestone.deleted_at.is_null(),
            Milestone.duties != [],
            Project.state == ProjectState.ACTIVE,
        )
    )


def paused(milestones: Sequence[Milestone], now: datetime) -> dict[int, tuple[Pause, ...]]:
    """The pauses of review clocks, by milestone; each read with its project and client."""
    supplied = supplied_of(milestones)
    return {
        row.id: pauses(row, supplied.get(row.id, []), clients.zone_of(row.project.client), now)
        for row in milestones
        if row.duties
    }

"""What Maya billed by the hour before she sold outcomes, and what outcomes took since."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from billing.delivery import jobs
from billing.outcomes import (
    audit_editing,
    audit_grouping,
    effort,
    importing,
    mapping,
    replay_assumptions,
)
from billing.outcomes.replay_assumptions import Assumptions
from billing.scenarios.stage import Stage
from models import Milestone, User, WorkKind

RATE = 95
"""Dollars an hour, as it was then."""

LONGEST_SITTING = 4.0

HARBOR, LODZ = "Harbor & Finch Coffee", "Łódź Lighting Ltd"
NORTHWAY, QUILL, DENTAL = "Northway Bikes", "Quill & Partners", "Bright Dental"
FABLE, ROWAN = "Fable Toys", "Rowan Legal"

COLUMNS = (
    "User", "Email", "Client", "Project", "Task", "Description", "Billable", "Start date",
    "Start time", "End date", "End time", "Duration", "Tags", "Amount (USD)",
)  # fmt: skip


@dataclass(frozen=True)
class Job:
    """One project of the past: how many days ago it began, and hours by what was done."""

    client: str
    project: str
    days: int
    hours: Sequence[tuple[str, float]]


def _newsletters() -> Iterator[Job]:
    """Each month the same, and nearly as long."""
    for month, draft in enumerate((6.5, 6, 6.5, 7, 6.25, 6, 6.75, 6.5, 6, 6.5, 7.25, 6.25)):
        steps = ("Newsletter: topics and outline", 2.75), ("Newsletter: draft", draft)
        yield Job(HARBOR, f"Newsletter no. {month + 1}", 540 - 28 * month, steps)


def _website(client: str, days: int, interviews: float, draft: float, again: float) -> Job:
    steps = ("Website texts: interviews", interviews), ("Website texts: draft", draft)
    revised = (("Website texts: revision", again),) if again else ()
    return Job(client, f"Website {client.split()[0]}", days, (*steps, *revised))


def _strategy(client: str, product: str, days: int, research: float, draft: float) -> Job:
    steps = (
        ("Content strategy: research", research),
        ("Content strategy: outline", 5.5),
        ("Content strategy: draft", draft),
    )
    return Job(client, f"Content strategy {product}", days, steps)


PAST = (
    *_newsletters(),
    _website(LODZ, 530, 5, 17, 3),
    _website(NORTHWAY, 470, 8, 23, 14),
    _website(QUILL, 410, 6.5, 19.5, 0),
    _website(HARBOR, 350, 11, 33, 19.5),
    _website(DENTAL, 300, 4.5, 13.5, 2.5),
    _website(FABLE, 275, 9, 29, 12),
    _website(ROWAN, 250, 6, 18.5, 1.5),
    _website("Salt Studio", 230, 5.5, 21, 6),
    _strategy(HARBOR, "Autumn roast", 500, 15, 9.5),
    _strategy(QUILL, "Tax season", 455, 14, 8.5),
    _strategy(NORTHWAY, "E-bikes", 430, 16.5, 10),
    _strategy(LODZ, "Street lights", 385, 15.5, 9.25),
    _strategy(DENTAL, "Implants", 340, 13, 8),
    _strategy(FABLE, "Spring catalogue", 310, 14.5, 9),
    _strategy(ROWAN, "New office", 270, 16, 11),
    _strategy(HARBOR, "Cold brew", 235, 15, 9.75),
)

COSTS = 6000
"""Cents that an hour must bring her."""

STRATEGY, WORTH = "Content strategy", 4_000_000
"""What a client says that a strategy is worth to them, in cents."""


def billed_by_the_hour(stage: Stage, by: User) -> None:
    """Import the past, have it audited, and assume something for its replay."""
    file = importing.keep(_export(stage), "toggl-detailed.csv", by, "USD", stage.at(60))
    importing.start(file, mapping.of(file.mapping), stage.at(60))
    _until_done(stage)
    audit_grouping.start(by, False, stage.at(60))
    _until_done(stage)
    audit_editing.value(by, HARBOR, "Newsletter no. 12", "A third of the web shop's orders")
    strategy = WorkKind.get(WorkKind.owner == by.id, WorkKind.name == STRATEGY)
    worth = replay_assumptions.OfKind(saved=90, worth=WORTH)
    floor = replay_assumptions.InCurrency(floor=COSTS)
    replay_assumptions.keep(
        by, Assumptions(money={"USD": floor}, kinds={(strategy.id, "USD"): worth})
    )


def _until_done(stage: Stage) -> None:
    while jobs.work_once(stage.at(60)):
        pass


def worked(
    stage: Stage, by: User, milestone: Milestone, days: int, hours: float, note: str
) -> None:
    """Time that a milestone took, as its owner writes it down for themselves."""
    work = effort.Work(stage.at(days).date(), round(hours * 3600), note)
    effort.add(milestone, work, by, stage.at(days - 1), f"demo-{milestone.id}-{days}")


def _export(stage: Stage) -> bytes:
    """The past as Toggl Track's detailed report gives it."""
    today = stage.now.date()
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for job in PAST:
        rows.writerows(_sittings(job, today - timedelta(days=job.days)))
    return text.getvalue().encode("utf-8-sig")


def _sittings(job: Job, day: date) -> Iterator[tuple[str, ...]]:
    """Work of more than a morning goes on the next day."""
    for description, hours in job.hours:
        while hours > 0:
            part = min(hours, LONGEST_SITTING)
            yield _row(job, description, day, round(part * 60))
            hours -= part
            day += timedelta(days=1)


def _row(job: Job, description: str, day: date, minutes: int) -> tuple[str, ...]:
    hours, rest = divmod(minutes, 60)
    return (
        "Maya Hart", "maya@example.com", job.client, job.project, "", description, "Yes",
        day.isoformat(), "09:00:00", day.isoformat(), f"{9 + hours:02}:{rest:02}:00",
        f"{hours:02}:{rest:02}:00", "", f"{minutes * RATE / 60:.2f}",
    )  # fmt: skip

"""Hours that were tracked in the past, as entries of one file, and their audit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from billing import files
from billing.delivery import jobs
from billing.outcomes import audit_grouping
from models import HoursEntry, HoursFile, User
from tests import cast as the
from tests.cast import NOW

HOUR = 3600

_serial = count(1)


@dataclass(frozen=True)
class Tracked:
    """One entry. Hours as a number, `billed` in minor units, None where nothing says it."""

    day: str
    hours: float
    description: str = ""
    billed: int | None = None
    client: str = "Cleo GmbH"
    project: str = "Website"
    kind: str = ""
    currency: str = "EUR"
    billable: bool = True

    def columns(self) -> dict[str, Any]:
        return {
            "worked_on": date.fromisoformat(self.day),
            "seconds": round(self.hours * HOUR),
            "description": self.description,
            "amount": self.billed,
            "client": self.client,
            "project": self.project,
            "kind": self.kind,
            "currency": self.currency if self.billed is not None else "",
            "billable": self.billable,
        }


def imported(owner: User, entries: Iterable[Tracked]) -> HoursFile:
    """The entries, as if a file of them had been imported."""
    number = next(_serial)
    kept = files.put(f"hours {owner.id} {number}".encode(), "text/csv", kept=False)
    source: HoursFile = HoursFile.create(owner=owner, file=kept, name="past.csv", uploaded_at=NOW)
    for at, each in enumerate(entries):
        HoursEntry.create(owner=owner, source=source, key=f"{source.id}:{at}", **each.columns())
    return source


def grouped(owner: User, anew: bool = False) -> None:
    """The worker groups what is there."""
    audit_grouping.start(owner, anew, NOW)
    while jobs.work_once(NOW):
        pass


def seasoned() -> User:
    """An owner with a past of both kinds, grouped."""
    user = the.owner()
    imported(user, [*websites(), *newsletters()])
    grouped(user)
    return user


def websites(billed: int = 100_000, times: Iterable[float] = (8, 10, 10, 12, 30)) -> list[Tracked]:
    """A website for each of some clients, at a price each, one of which got out of hand."""
    return [
        Tracked("2025-03-04", hours, "Website build", billed, client=f"Client {at}")
        for at, hours in enumerate(times)
    ]


def newsletters(months: int = 12, hours: float = 3) -> list[Tracked]:
    """A newsletter a month, with a second pass each time."""
    months_of = [f"{2024 + at // 12}-{at % 12 + 1:02}" for at in range(months)]
    return [
        each
        for month in months_of
        for each in (
            Tracked(f"{month}-05", hours, f"Newsletter {month}", 21_000, project="Newsletter"),
            Tracked(f"{month}-08", 1, "Newsletter, second pass", 7_000, project="Newsletter"),
        )
    ]

"""What a package in the making starts from: outcomes, exclusions and rounds, from past pieces.

All of it is a proposal in the owner's own words of then, to be changed at will.
"""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import fn

from billing.money import allocate
from billing.outcomes import audit_editing
from billing.outcomes.audit_jobs import PastJob
from billing.outcomes.audit_pricing import WHOLE
from billing.refusals import N_
from models import HoursEntry, User, WorkKind, WorkLabel

FEWEST, MOST = 3, 5
"""Milestones of a package from the audit."""

TELLING = 800
"""Basis points of the hours from which a description is an outcome of its own."""

USUAL = (
    (N_("Direction agreed"), 3000),
    (N_("First version delivered"), 4000),
    (N_("Final version in use"), 3000),
)
"""Where descriptions tell no steps apart: titles, and shares of the hours in basis points."""

NOT_INCLUDED = N_("Not included beyond the agreed rounds:")

EXCLUDED = 3
"""Descriptions of rework that are proposed as exclusions."""


@dataclass(frozen=True)
class Step:
    """A milestone that is proposed, with its share of a piece's hours in basis points."""

    title: str
    share: int


def steps(kind: WorkKind) -> list[Step]:
    """Three to five, in the order in which they were usually worked on."""
    told = _told(kind)
    total = sum(seconds for _sample, seconds, _place in told)
    large = [row for row in told if row[1] * WHOLE >= TELLING * total][:MOST]
    if len(large) < FEWEST:
        return [Step(title, points) for title, points in USUAL]
    ordered = sorted(large, key=lambda row: (row[2], row[0]))
    shares = allocate(WHOLE, [row[1] for row in ordered])
    return [Step(row[0][:300], points) for row, points in zip(ordered, shares, strict=True)]


def are_told_apart(kind: WorkKind) -> bool:
    """Whether the steps come from descriptions and are not only the usual ones."""
    return [step.title for step in steps(kind)] != [title for title, _points in USUAL]


def _told(kind: WorkKind) -> list[tuple[str, int, float]]:
    """Descriptions that are no rework: words, seconds, and where in their projects they come."""
    rows = (
        HoursEntry.select(
            WorkLabel.sample,
            HoursEntry.client,
            HoursEntry.project,
            fn.SUM(HoursEntry.seconds),
            fn.MIN(HoursEntry.worked_on),
        )
        .join(WorkLabel)
        .where(WorkLabel.kind == kind.id, ~WorkLabel.rework)
        .group_by(WorkLabel.id, WorkLabel.sample, HoursEntry.client, HoursEntry.project)
        .tuples()
    )
    began: dict[tuple[str, str], date] = {}
    found = list(rows)
    for _sample, client, project, _seconds, first in found:
        began[client, project] = min(first, began.get((client, project), first))
    seconds: dict[str, int] = defaultdict(int)
    days: dict[str, list[int]] = defaultdict(list)
    for sample, client, project, took, first in found:
        seconds[sample] += int(took)
        days[sample].append((first - began[client, project]).days)
    told = [(sample, seconds[sample], statistics.mean(days[sample])) for sample in seconds]
    return sorted(told, key=lambda row: (-row[1], row[0]))


def rounds(jobs: Sequence[PastJob]) -> int:
    """As many as three of four pieces needed: days on which they were worked on again, 1 to 5."""
    again = [job.rework_days for job in jobs]
    usual = statistics.quantiles(again, n=4, method="inclusive")[2] if len(again) > 1 else 1
    return min(5, max(1, round(usual)))


def exclusions(kind: WorkKind) -> str:
    """What came back most: no piece includes it beyond its rounds."""
    labels, _count = audit_editing.described(kind, "", 100)
    again = [row.sample for row in labels if row.is_rework][:EXCLUDED]
    return f"{NOT_INCLUDED} {'; '.join(again)}" if again else ""


def value(owner: User, jobs: Sequence[PastJob]) -> str:
    """What clients valued in the projects of these pieces, one a line."""
    named: dict[Any, str] = audit_editing.valued(owner)
    found = (named.get((job.client, job.project)) for job in jobs)
    return "\n".join(dict.fromkeys(each for each in found if each))

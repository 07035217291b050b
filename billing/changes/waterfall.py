"""The value of a contract as it came about: the signed price, every signed change, today's value.

All in minor units of the prices' basis: net, or gross where prices are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from billing.agreeing import agreements
from billing.changes import outlook
from models import AgreementState, Project


@dataclass(frozen=True)
class Level:
    """One step: from `start` to `end`. `kind` is signed, change, stopped, today or pending.

    `number` is the change's own; a pending one is out to sign (one still being made is
    nobody's yet) and counts for nothing so far.
    """

    kind: str
    start: int
    end: int
    number: int = 0

    @property
    def difference(self) -> int:
        return self.end - self.start


def levels(project: Project) -> list[Level]:
    """The steps of a project whose agreement is in force; none before."""
    signed = [agreements.read(row) for row in agreements.in_force(project)]
    if not signed:
        return []
    today = sum(int(row.price or 0) for row in outlook.in_force(project))
    found = _signed(signed, today)
    out = agreements.standing(project)
    if out is not None and agreements.is_change(out) and out.state != AgreementState.PREPARING:
        said = agreements.read(out)
        found.append(Level("pending", today, worth(said["milestones"]), said["number"]))
    return found


def _signed(signed: Sequence[dict[str, Any]], today: int) -> list[Level]:
    value = worth(signed[0]["milestones"])
    found = [Level("signed", 0, value)]
    for said in signed[1:]:
        # What was stopped between two changes stands between them.
        before, after = worth(said["before"]), worth(said["milestones"])
        if before != value:
            found.append(Level("stopped", value, before))
        found.append(Level("change", before, after, said["number"]))
        value = after
    if value != today:
        found.append(Level("stopped", value, today))
    return [*found, Level("today", 0, today)]


def worth(milestones: Sequence[dict[str, Any]]) -> int:
    """The sum of prices in a payload's list of milestones."""
    return sum(int(each["price"]) for each in milestones)

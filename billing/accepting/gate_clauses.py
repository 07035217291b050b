"""The clauses that shut a gate: without them work waits for nothing but the deposit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing.agreeing import clause_choices, versions
from models import Agreement, Project

PREVIOUS, EXPOSURE = "previous", "exposure"


@dataclass(frozen=True)
class Gates:
    """What both have signed beside the deposit: whether the milestone before must be paid, and
    the most that may be open at a time (minor units payable), None without a limit."""

    previous: bool = False
    exposure: int | None = None


def proposed(agreement: Agreement) -> dict[str, Any]:
    """What an agreement freezes of its gates: the clauses that stand, and the agreed limit."""
    keys = {clause["key"] for clause in clause_choices.standing(agreement)}
    cap = agreement.project.exposure_cap if EXPOSURE in keys else None
    return {"previous": PREVIOUS in keys, "exposure": cap}


def agreed(project: Project) -> Gates:
    """What both have signed last. What was signed before there were such clauses has none."""
    for agreement in reversed(versions.in_force(project)):
        said = versions.read(agreement)
        if "gates" in said:
            return of_payload(said)
    return Gates()


def of_payload(said: Mapping[str, Any]) -> Gates:
    """The gates that a frozen payload speaks of."""
    return Gates(**said.get("gates") or {})

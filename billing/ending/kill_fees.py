"""The kill-fee ladder: what share of a milestone is owed when it is stopped, as both signed."""

from collections.abc import Mapping
from typing import Any

from billing.agreeing import clause_choices, versions
from models import Agreement, Milestone, MilestoneState, Project

CLAUSE = "stopping"
"""The clause that names the ladder; without it none is agreed."""

STAGES: dict[str, str] = {
    MilestoneState.AGREED: "not_begun",
    MilestoneState.ACTIVE: "in_progress",
    MilestoneState.CHANGES_REQUESTED: "in_progress",
    MilestoneState.SUBMITTED: "submitted",
    MilestoneState.PARTLY_ACCEPTED: "submitted",
    MilestoneState.DISPUTED: "submitted",
}
"""How far a milestone is that is still open; all others cannot be stopped."""

Ladder = Mapping[str, int]
"""Basis points of a milestone's price by stage."""


def proposed(agreement: Agreement) -> dict[str, int] | None:
    """What an agreement freezes; None where it has no such clause, as with consumers."""
    keys = {clause["key"] for clause in clause_choices.standing(agreement)}
    return of_project(agreement.project) if CLAUSE in keys else None


def of_project(project: Project) -> dict[str, int]:
    """What the owner has set for a project."""
    return {
        "not_begun": int(project.fee_not_begun),
        "in_progress": int(project.fee_in_progress),
        "submitted": int(project.fee_submitted),
    }


def agreed(project: Project) -> Ladder | None:
    """What both have signed last; None where they have not agreed on a price of stopping."""
    for agreement in reversed(versions.in_force(project)):
        said: dict[str, Any] = versions.read(agreement)
        if "stopping" in said:
            return said["stopping"]  # type: ignore[no-any-return]
    return None


def stage(milestone: Milestone) -> str | None:
    """How far an open milestone is; None where there is nothing to stop."""
    return STAGES.get(milestone.state)

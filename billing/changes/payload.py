"""What a change order says, in plain data: shown while it is composed, frozen when it is sent.

To what every agreement says it adds `number`, `changes` (each with the milestone before and
after), `before` (the plan as it was) and `waterfall`. Its `milestones` are the plan after it, and
`waived` is what of their prices was given up in settling disputes.
"""

from datetime import datetime
from typing import Any

from billing.agreeing import agreements, freezing
from billing.changes import drafts, outlook, waterfall
from billing.changes.outlook import Step
from billing.changes.redline import Outcome
from billing.invoicing import tax
from models import Agreement, Project


def payload(draft: Agreement, now: datetime) -> dict[str, Any]:
    """All that both sides sign, in plain data; money in minor units, dates ISO."""
    seen = outlook.of(draft)
    return {
        **freezing.head(draft, now),
        "number": agreements.number_of(draft),
        "reason": drafts.reason_of(draft),
        "amends": _amended(draft.project),
        "changes": [_said(step) for step in seen.steps],
        "before": seen.before,
        "milestones": seen.after,
        "totals_before": _totals(draft.project, seen.before),
        "totals": _totals(draft.project, seen.after),
        "waterfall": [
            {"kind": level.kind, "number": level.number, "start": level.start, "end": level.end}
            for level in waterfall.levels(draft.project)
            if level.kind != "pending"
        ],
        "waived": _waived(draft.project, seen.after),
        "clauses": [],
    }


def _said(step: Step) -> dict[str, Any]:
    favour = step.change.terms if step.kind == "favour" else {}
    return {
        "id": step.change.id,
        "kind": step.kind,
        "before": step.before,
        "after": step.after,
        "difference": step.difference,
        "title": favour.get("title", ""),
        "worth": favour.get("worth"),
        "note": step.change.note,
    }


def _amended(project: Project) -> int | None:
    """The version whose terms it changes."""
    signed = agreements.in_force(project)
    return int(signed[-1].version) if signed else None


def _waived(project: Project, milestones: list[Outcome]) -> int:
    """What of these prices is never billed; the prices themselves stay what was signed."""
    stay = {each["id"] for each in milestones}
    return sum(int(row.waived) for row in outlook.in_force(project) if row.id in stay)


def _totals(project: Project, milestones: list[Outcome]) -> dict[str, int]:
    """Net, tax and total of a plan."""
    category, rate = str(project.tax_category), int(project.tax_rate)
    lines = [tax.Taxable(int(each["price"]), category, rate) for each in milestones]
    sums = tax.totals(lines, bool(project.prices_gross))
    return {"net": sums.net, "tax": sums.tax, "total": sums.total}

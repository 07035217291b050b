"""The disputes of a project as the pack records them: what was said, offered and answered."""

from typing import Any

from models import Dispute, Milestone, Project, SplitOffer


def records(project: Project) -> list[dict[str, Any]]:
    """All disputes, the oldest first; amounts in minor units of the prices' basis."""
    found = Dispute.select(Dispute, Milestone).join(Milestone)
    found = found.where(Milestone.project == project.id).order_by(Dispute.id)
    return [_dispute(row) for row in found]


def _dispute(row: Dispute) -> dict[str, Any]:
    return {
        "id": row.id,
        "milestone": row.milestone_id,
        "title": row.milestone.title,
        "side": row.side,
        "reason": row.reason,
        "criteria": [each.criterion.text for each in row.criteria],
        "opened_at": _moment(row.opened_at),
        "ended": row.ended,
        "ended_at": _moment(row.ended_at),
        "offers": [_offer(each) for each in sorted(row.offers, key=lambda each: int(each.number))],
    }


def _offer(row: SplitOffer) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "side": row.side,
        "note": row.note,
        "made_at": _moment(row.made_at),
        "answer_by": row.answer_by.isoformat(),
        "answer": row.answer,
        "why": row.why,
        "answered_at": _moment(row.answered_at),
        "shares": [
            {
                "criterion": each.criterion.text,
                "outcome": each.outcome,
                "worth": each.worth,
                "amount": each.amount,
            }
            for each in sorted(row.shares, key=lambda each: int(each.id))
        ],
    }


def _moment(at: Any) -> str | None:
    return f"{at.isoformat()}Z" if at else None

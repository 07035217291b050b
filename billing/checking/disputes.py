"""Whether disputes stand and ended as their rows say, and what was given up is what was offered."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from billing.accepting import moves
from billing.checking.history import Deed
from billing.disputing import effects, splits
from billing.disputing.splits import Part
from billing.invoicing import charges
from models import (
    Answer,
    Dispute,
    DisputeEnd,
    Milestone,
    MilestoneState,
    Outcome,
    Project,
    SplitOffer,
    Submission,
)


def problems(project: Project) -> Iterator[str]:
    """Disputes of a project that do not fit their milestones or their offers."""
    for milestone in Milestone.live(project):
        found = list(milestone.disputes)
        for dispute in found:
            yield from _of_dispute(dispute, milestone)
        waived = sum(part.waived for part in _settled_parts(milestone))
        if milestone.waived != waived:
            yield f"milestone {milestone.id}: {milestone.waived} given up, but {waived} was settled"


def _of_dispute(dispute: Dispute, milestone: Milestone) -> Iterator[str]:
    name = f"dispute {dispute.id}"
    disputed = {row.criterion_id for row in dispute.criteria}
    if not disputed:
        yield f"{name}: it is about nothing"
    offers = list(dispute.offers)
    taken = sum(row.answer == Answer.TAKEN for row in offers)
    if taken != (dispute.ended == DisputeEnd.SETTLED):
        yield f"{name}: it is {dispute.ended or 'open'}, but {taken} of its offers were taken"
    if dispute.ended_at is not None and any(row.answered_at is None for row in offers):
        yield f"{name}: it is over, but an offer waits"
    if sorted(row.number for row in offers) != list(range(1, len(offers) + 1)):
        yield f"{name}: the numbers of its offers have gaps or repeat"
    worths = charges.worths(milestone)
    for offer in offers:
        parts = effects.parts_of(offer)
        if {part.criterion for part in parts} != disputed:
            yield f"offer {offer.id}: it is not about what is in dispute"
        if offer.answer == Answer.TAKEN and any(
            part.worth != worths.get(part.criterion)
            for part in parts
            if part.outcome != Outcome.REDONE
        ):
            yield f"offer {offer.id}: its criteria are not worth what it says"


def _taken(milestone: Milestone) -> list[SplitOffer]:
    return [
        offer
        for dispute in milestone.disputes
        for offer in dispute.offers
        if offer.answer == Answer.TAKEN
    ]


def _settled_parts(milestone: Milestone) -> list[Part]:
    return [part for offer in _taken(milestone) for part in effects.parts_of(offer)]


def settled(milestone: Milestone) -> dict[tuple[int, int], int]:
    """What settled criteria bill, by trigger and criterion."""
    found: dict[tuple[int, int], int] = {}
    for offer in _taken(milestone):
        amounts, _ = splits.charged(milestone, effects.parts_of(offer))
        found |= amounts
    return found


def state_of(
    milestone: Milestone, submission: Submission
) -> tuple[MilestoneState, datetime | None] | None:
    """Where the last dispute of the newest round leads to, and when it was settled if it was.

    One that was withdrawn leads nowhere: what was said before it holds.
    """
    last = _last(milestone, submission)
    if last is None or last.ended == DisputeEnd.STOPPED:
        return None
    if last.ended_at is None:
        return MilestoneState.DISPUTED, None
    [offer] = [row for row in last.offers if row.answer == Answer.TAKEN]
    return moves.TABLE[effects.verb_after(milestone, effects.parts_of(offer))].to, last.ended_at


def _last(milestone: Milestone, submission: Submission) -> Dispute | None:
    found: Dispute | None = (
        Dispute.select()
        .where(
            Dispute.milestone == milestone.id,
            Dispute.submission == submission.id,
            Dispute.ended.is_null() | (Dispute.ended != DisputeEnd.WITHDRAWN),
        )
        .order_by(Dispute.id.desc())
        .first()
    )
    return found


def _disputed(project: Project) -> Any:
    return Dispute.select().join(Milestone).where(Milestone.project == project.id)


def _offered(*answers: Answer) -> Callable[[Project], Any]:
    """The offers of a project, all or those that were answered so."""

    def rows(project: Project) -> Any:
        found = SplitOffer.select().join(Dispute).join(Milestone)
        found = found.where(Milestone.project == project.id)
        return found.where(SplitOffer.answer.in_(answers)) if answers else found

    return rows


def _facts(offer: SplitOffer) -> dict[str, Any]:
    return {"dispute": offer.dispute_id, "number": offer.number, "side": offer.side}


def _offer_facts(offer: SplitOffer) -> dict[str, Any]:
    parts = effects.parts_of(offer)
    return {
        **_facts(offer),
        "accepted": sum(part.amount for part in parts),
        "waived": sum(part.waived for part in parts),
        "answer_by": offer.answer_by.isoformat(),
    }


DEEDS = (
    Deed(
        "milestone.disputed",
        "dispute",
        _disputed,
        lambda row: {"milestone": row.milestone_id, "side": row.side},
    ),
    Deed("dispute.offered", "offer", _offered(), _offer_facts),
    Deed("dispute.declined", "offer", _offered(Answer.DECLINED), _facts),
    Deed("dispute.lapsed", "offer", _offered(Answer.LAPSED), _facts),
    Deed(
        "dispute.withdrawn",
        "dispute",
        lambda project: _disputed(project).where(Dispute.ended == DisputeEnd.WITHDRAWN),
        lambda row: {"milestone": row.milestone_id, "side": row.side},
    ),
    Deed("dispute.settled", "offer", _offered(Answer.TAKEN), _facts),
)

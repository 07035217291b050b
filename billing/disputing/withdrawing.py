"""Withdrawing a dispute: whoever raised it takes it back, and all goes on where it stood before."""

from datetime import datetime

from billing import events
from billing.accepting import moves
from billing.accepting.moves import Verb
from billing.disputing import disputes, effects, offers, standpoint
from billing.refusals import N_, NotYours
from models import (
    Answer,
    Contact,
    Decision,
    DecisionKind,
    Dispute,
    DisputeEnd,
    Milestone,
    SplitOffer,
    Submission,
    User,
    write,
)


class NotYourDispute(NotYours):
    """Facts: `role`, the name of the side that raised it."""

    sentence = N_("Only who raised the dispute can withdraw it: %(role)s.")


RESUMES: dict[Verb, Verb] = {
    Verb.SETTLE_REVIEW: Verb.RESUME,
    Verb.SETTLE_PART: Verb.RESUME_PART,
    Verb.SETTLE_ROUND: Verb.RESUME_ROUND,
}
"""Where a dispute led that was settled before this one of the same round."""


def withdraw(dispute: Dispute, by: User | Contact, now: datetime) -> None:
    """Take a dispute back: the milestone stands as before it, and the time to review runs on.

    What was accepted by raising it stays accepted; an offer that waits is off. Refuses NotYours,
    NotYourDispute, DisputeOver.
    """
    milestone: Milestone = dispute.milestone
    project = milestone.project
    moves.refuse_others(project, Verb.RESUME, by)
    if dispute.side != standpoint.of(by):
        raise NotYourDispute(role=standpoint.name(dispute.side, project))
    with write(project):
        disputes.end(dispute, DisputeEnd.WITHDRAWN, now)
        offers.close(dispute, Answer.ENDED, now)
        moves.make(milestone, leads_to(dispute), by)
        events.record(
            "dispute.withdrawn",
            project,
            by,
            now,
            milestone=milestone.id,
            title=milestone.title,
            dispute=dispute.id,
            side=dispute.side,
            state=milestone.state,
        )


def leads_to(dispute: Dispute) -> Verb:
    """Where withdrawing leads: back into review, with a part accepted or not, or to the changes
    that were asked for. It follows from what was last said of the round."""
    decision: Decision | None = (
        Decision.select()
        .where(Decision.submission == dispute.submission_id, Decision.withdrawn_at.is_null())
        .order_by(Decision.id.desc())
        .first()
    )
    settled = _settled_before(dispute)
    is_later = settled is not None and (
        decision is None or decision.decided_at <= settled.dispute.ended_at
    )
    if settled is not None and is_later:
        return RESUMES[effects.verb_after(dispute.milestone, effects.parts_of(settled))]
    if decision is None:
        return Verb.RESUME
    asked = decision.kind == DecisionKind.CHANGES_REQUESTED
    return Verb.RESUME_ROUND if asked else Verb.RESUME_PART


def _settled_before(dispute: Dispute) -> SplitOffer | None:
    """The offer by which the last dispute of the same round was settled."""
    found: SplitOffer | None = (
        SplitOffer.select(SplitOffer, Dispute)
        .join(Dispute)
        .join(Submission)
        .where(
            Dispute.submission == dispute.submission_id,
            Dispute.id < dispute.id,
            SplitOffer.answer == Answer.TAKEN,
        )
        .order_by(Dispute.id.desc())
        .first()
    )
    return found

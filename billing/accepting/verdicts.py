"""What was said of criteria: those accepted, or settled, stay so over all later rounds."""

from collections.abc import Iterable, Mapping

from billing.invoicing import charges
from models import (
    Answer,
    Criterion,
    Decision,
    Dispute,
    Milestone,
    MilestoneState,
    Outcome,
    SplitOffer,
    SplitShare,
    Submission,
    Verdict,
)

SAYING = (
    MilestoneState.SUBMITTED,
    MilestoneState.PARTLY_ACCEPTED,
    MilestoneState.CHANGES_REQUESTED,
    MilestoneState.DISPUTED,
)
"""States in which some criteria may be accepted while others are not."""


def accepted_by(milestones: Iterable[int]) -> dict[int, set[int]]:
    """The ids of accepted and settled criteria by the id of their milestone, in two queries."""
    found: dict[int, set[int]] = {each: set() for each in milestones}
    for milestone, criterion in (
        Verdict.select(Submission.milestone, Verdict.criterion)
        .join(Submission)
        .switch(Verdict)
        .join(Decision)
        .where(
            Submission.milestone.in_(list(found)),
            Verdict.accepted == True,  # noqa: E712
            Decision.withdrawn_at.is_null(),
        )
        .tuples()
    ):
        found[milestone].add(criterion)
    for milestone, criterion in (
        SplitShare.select(Dispute.milestone, SplitShare.criterion)
        .join(SplitOffer)
        .join(Dispute)
        .where(
            Dispute.milestone.in_(list(found)),
            SplitOffer.answer == Answer.TAKEN,
            SplitShare.outcome != Outcome.REDONE,
        )
        .tuples()
    ):
        found[milestone].add(criterion)
    return found


def accepted(milestone: Milestone) -> set[int]:
    """The same for one."""
    return accepted_by([milestone.id])[milestone.id]


def told(milestone: Milestone) -> set[int]:
    """The same of a milestone that was read with its rounds, decisions and disputes."""
    met = {
        verdict.criterion_id
        for submission in milestone.submissions
        for decision in submission.decisions
        for verdict in decision.verdicts
        if verdict.accepted and decision.withdrawn_at is None
    }
    return met | settled(milestone)


def settled(milestone: Milestone) -> set[int]:
    """The criteria that both sides have settled; they need not be accepted."""
    return {row.criterion_id for row in _taken(milestone) if row.outcome != Outcome.REDONE}


def given_up(milestone: Milestone) -> set[int]:
    """Those of them of which nothing is accepted."""
    return {row.criterion_id for row in _taken(milestone) if row.outcome == Outcome.GIVEN_UP}


def _taken(milestone: Milestone) -> list[SplitShare]:
    return [
        share
        for dispute in milestone.disputes
        for offer in dispute.offers
        if offer.answer == Answer.TAKEN
        for share in offer.shares
    ]


def remarks(milestone: Milestone) -> dict[int, str]:
    """What was last said of each criterion, by its id; read as for told()."""
    return {
        verdict.criterion_id: str(verdict.remark)
        for submission in reversed(list(milestone.submissions))
        for decision in reversed(list(submission.decisions))
        for verdict in decision.verdicts
        if decision.withdrawn_at is None
    }


def still_open(milestone: Milestone, met: set[int]) -> list[Criterion]:
    """The criteria that are not among the accepted ones, in order."""
    return [row for row in milestone.criteria if row.id not in met]


def earned(milestone: Milestone, met: set[int]) -> int:
    """What of the price the accepted criteria stand for by their weights, in minor units.

    What a measure decides is earned by no criterion, nor is what was given up in settling.
    """
    parts = charges.worths(milestone)
    return sum(parts.get(each, 0) for each in met) - int(milestone.waived)


def earned_by(milestones: Iterable[Milestone]) -> dict[int, int]:
    """The same by milestone, of those that are accepted in part; asks nothing where none can be."""
    some = {row.id: row for row in milestones if row.state in SAYING}
    said = accepted_by(some) if some else {}
    return {each: earned(some[each], met) for each, met in said.items() if met}


def say(
    decision: Decision,
    criteria: Iterable[Criterion],
    is_met: bool,
    remarks: Mapping[int, str] | None = None,
) -> None:
    """Record what a decision says of criteria, with a remark on each by its id.

    What was said of them before in that round no longer stands. In the caller's write().
    """
    rows = list(criteria)
    submission = decision.submission
    Verdict.update(standing=False).where(
        Verdict.submission == submission.id,
        Verdict.criterion.in_([row.id for row in rows]),
        Verdict.standing == True,  # noqa: E712
        Verdict.accepted == False,  # noqa: E712
    ).execute()
    for row in rows:
        Verdict.create(
            decision=decision,
            submission=submission,
            criterion=row,
            accepted=is_met,
            remark=(remarks or {}).get(row.id, "").strip(),
        )


def in_words(note: str, criteria: Iterable[Criterion], remarks: Mapping[int, str]) -> str:
    """All that was said of what is not met, as one text: for the history and for mails."""
    said = [f"{row.text}: {remarks[row.id].strip()}" for row in criteria if remarks.get(row.id)]
    return "\n".join(filter(None, [note.strip(), *said]))


def missing(decision: Decision) -> str:
    """The same of one decision, as its rows tell it."""
    unmet = [row for row in decision.verdicts if not row.accepted]
    remarks = {row.criterion_id: str(row.remark) for row in unmet}
    return in_words(str(decision.note), [row.criterion for row in unmet], remarks)

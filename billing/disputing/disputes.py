"""Disputes: either side says what is not agreed on; what is not in dispute is invoiced at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from billing import clock, events, outbox
from billing.accepting import consequences, moves, reviews, verdicts
from billing.accepting.moves import Verb
from billing.changes import touching
from billing.disputing import standpoint
from billing.invoicing import charges
from billing.planning import projects, terms
from billing.refusals import N_, Refusal
from models import (
    Answer,
    Contact,
    Criterion,
    Dispute,
    DisputedCriterion,
    DisputeEnd,
    Milestone,
    MilestoneState,
    Project,
    Side,
    SplitOffer,
    Submission,
    User,
    write,
)


class NothingDisputed(Refusal):
    sentence = N_("Choose at least one criterion that you disagree about.")
    field = "criteria"


class DisputeReasonMissing(Refusal):
    sentence = N_("Say what you disagree about. The other side reads it.")
    field = "reason"


@dataclass(frozen=True)
class Stakes:
    """What disputing now does. `worth` in minor units of the prices' basis stands still.

    `accepted` is what the deed accepts and bills, nothing where there is none of it.
    """

    disputed: list[Criterion]
    worth: int
    accepted: consequences.Consequence | None
    left: int


def stakes(
    milestone: Milestone, criteria: Collection[int], side: Side, now: datetime
) -> Stakes | None:
    """What a dispute about these criteria (ids) would do; None where none of them is open."""
    still = verdicts.still_open(milestone, verdicts.told(milestone))
    chosen = [row for row in still if row.id in criteria]
    if not chosen:
        return None
    rest = [row for row in still if row.id not in criteria]
    parts = charges.worths(milestone)
    accepts = side == Side.CLIENT and rest
    met = [row.id for row in rest]
    return Stakes(
        disputed=chosen,
        worth=sum(parts[row.id] for row in chosen),
        accepted=_accepting(milestone, now, met) if accepts else None,
        left=0 if accepts else len(rest),
    )


def _accepting(
    milestone: Milestone, now: datetime, met: Collection[int]
) -> consequences.Consequence:
    """What is accepted by disputing the rest; nothing begins with it and nobody undoes it."""
    project = milestone.project
    today = clock.local_date(now, projects.zone_of(project))
    return consequences.on(milestone, today, outbox.contacts(project, "payer"), met)


def may(milestone: Milestone, side: Side) -> bool:
    """Whether a side can dispute a milestone as it stands.

    The owner may also refuse changes, as beyond what was agreed.
    """
    return moves.may(Verb.DISPUTE, milestone) or (
        side == Side.OWNER and moves.may(Verb.REFUSE_CHANGES, milestone)
    )


def dispute(
    milestone: Milestone,
    criteria: Collection[int],
    reason: str,
    by: User | Contact,
    now: datetime,
    seen: int | None = None,
) -> Dispute:
    """Dispute criteria (ids) of the newest round; nothing of it is accepted or falls due meanwhile.

    Where the client does, all else that was open is accepted by that deed and billed. Only the
    client accepts: where the owner does, it stays open. `seen` is the round that was shown.
    Refuses NotYours, DisputeReasonMissing, NothingDisputed, DecidedMeanwhile, OtherRound,
    OutOfTurn, and Touched while a change of it is out to sign.
    """
    return _raise(milestone, Verb.DISPUTE, criteria, reason, by, now, seen)


def refuse_changes(
    milestone: Milestone,
    criteria: Collection[int],
    reason: str,
    by: User,
    now: datetime,
    seen: int | None = None,
) -> Dispute:
    """The owner disputes changes that were asked for, as beyond what was agreed. As dispute()."""
    return _raise(milestone, Verb.REFUSE_CHANGES, criteria, reason, by, now, seen)


def _raise(
    milestone: Milestone,
    verb: Verb,
    criteria: Collection[int],
    reason: str,
    by: User | Contact,
    now: datetime,
    seen: int | None,
) -> Dispute:
    project = milestone.project
    moves.refuse_others(project, verb, by)
    if not reason.strip():
        raise DisputeReasonMissing
    with write(project):
        terms.read(milestone)
        touching.refuse_touched(milestone)
        moves.make(milestone, verb, by)
        chosen, rest = _divided(milestone, criteria)
        submission = reviews.newest(milestone, seen)
        accepts = isinstance(by, Contact) and bool(rest)
        if isinstance(by, Contact) and rest:
            reviews.record_acceptance(
                milestone, submission, rest, len(chosen), by, now, is_final=True
            )
        made = _open(milestone, submission, chosen, reason.strip(), by, now)
        if accepts:
            reviews.bill_acceptance(project, milestone, by, now, rest)
    return made


def _divided(
    milestone: Milestone, criteria: Collection[int]
) -> tuple[list[Criterion], list[Criterion]]:
    """What is disputed and what else is open."""
    still = verdicts.still_open(milestone, verdicts.accepted(milestone))
    chosen = [row for row in still if row.id in criteria]
    if len(chosen) < len(set(criteria)):
        raise reviews.DecidedMeanwhile(title=milestone.title)
    if not chosen:
        raise NothingDisputed
    return chosen, [row for row in still if row.id not in criteria]


def _open(
    milestone: Milestone,
    submission: Submission,
    criteria: Iterable[Criterion],
    reason: str,
    by: User | Contact,
    now: datetime,
) -> Dispute:
    parts, chosen = charges.worths(milestone), list(criteria)
    made: Dispute = Dispute.create(
        milestone=milestone,
        submission=submission,
        side=standpoint.of(by),
        contact=standpoint.contact(by),
        reason=reason,
        opened_at=now,
    )
    for row in chosen:
        DisputedCriterion.create(dispute=made, criterion=row)
    events.record(
        "milestone.disputed",
        milestone.project,
        by,
        now,
        milestone=milestone.id,
        title=milestone.title,
        round=submission.round,
        dispute=made.id,
        side=made.side,
        criteria=len(chosen),
        amount=sum(parts[row.id] for row in chosen),
        currency=milestone.project.currency,
        reason=reason,
    )
    return made


def standing(milestone: Milestone) -> Dispute | None:
    """The dispute that a milestone is in."""
    found: Dispute | None = Dispute.get_or_none(
        (Dispute.milestone == milestone.id) & Dispute.ended_at.is_null()
    )
    return found


def latest(milestone: Milestone) -> Dispute | None:
    """The dispute that it is in, or the last it was in; with the milestone it is given."""
    found: Dispute | None = (
        Dispute.select()
        .where(Dispute.milestone == milestone.id)
        .order_by(Dispute.id.desc())
        .first()
    )
    if found is not None:
        found.milestone = milestone
    return found


def end(dispute: Dispute, how: DisputeEnd, now: datetime) -> None:
    """It is over; exactly one caller wins. Refuses DisputeOver. Runs in the caller's write()."""
    ended = (
        Dispute.update(ended=how, ended_at=now)
        .where(Dispute.id == dispute.id, Dispute.ended_at.is_null())
        .execute()
    )
    if not ended:
        raise standpoint.DisputeOver(title=dispute.milestone.title)


def overtake(milestone: Milestone, now: datetime) -> None:
    """What stops a milestone ends its dispute and what was offered. In the caller's write()."""
    found = standing(milestone)
    if found is not None:
        SplitOffer.update(answer=Answer.ENDED, answered_at=now).where(
            SplitOffer.dispute == found.id, SplitOffer.answered_at.is_null()
        ).execute()
        end(found, DisputeEnd.STOPPED, now)


def is_concerned(project: Project, milestones: Iterable[int]) -> bool:
    """Whether one of these milestones (ids) is disputed, so that nobody is reminded to pay it."""
    return bool(
        Milestone.live(project)
        .where(Milestone.id.in_(list(milestones)), Milestone.state == MilestoneState.DISPUTED)
        .exists()
    )

"""What taking an offer does, computed before it is made, before it is taken, and to take it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

import rfc8785

from billing import clock
from billing.accepting import foreseeing, gates, moves, verdicts
from billing.accepting.bookkeeping import Deed
from billing.accepting.foreseeing import Next
from billing.accepting.moves import Verb
from billing.disputing import splits
from billing.disputing.splits import Part, Split
from billing.invoicing import announcing, charges, credit_notes
from billing.invoicing.announcing import Raised
from billing.planning import projects
from models import (
    Charge,
    Criterion,
    Decision,
    Dispute,
    Milestone,
    Outcome,
    Project,
    SplitOffer,
    Submission,
    Verdict,
    snapshot,
)


@dataclass(frozen=True)
class Effect:
    """What a split comes to. `worth`, `accepted` and `waived` are minor units in the prices' basis,
    invoices `raised` and what is `credited` are with tax. `redone` criteria go back for another
    round, `left` ones were not disputed and stay in review. `verb` says where the milestone goes,
    `next` what begins with it.
    """

    project: Project
    parts: Sequence[Part]
    split: Split
    raised: list[Raised]
    credited: int
    verb: Verb
    redone: int
    left: int
    due_on: date
    next: Next

    @property
    def worth(self) -> int:
        return sum(part.worth for part in self.parts)

    @property
    def accepted(self) -> int:
        return sum(part.amount for part in self.parts)

    @property
    def waived(self) -> int:
        return self.split.waived

    @property
    def payable(self) -> int:
        return sum(each.total for each in self.raised)

    @property
    def is_draft(self) -> bool:
        """Whether none of what it bills is issued at once."""
        return all(each.due_on is None for each in self.raised)

    @cached_property
    def mark(self) -> str:
        """The same while the effect is the same: what somebody was shown who then takes it."""
        parts: list[Any] = [[row.criterion, str(row.outcome), row.amount] for row in self.parts]
        said = rfc8785.dumps([parts, self.payable, self.credited, str(self.verb)])
        return sha256(said).hexdigest()[:32]


def of_offer(offer: SplitOffer, now: datetime) -> Effect:
    """What taking an offer would do now."""
    return of(offer.dispute, parts_of(offer), now)


def parts_of(offer: SplitOffer) -> list[Part]:
    """What an offer makes of each criterion, in its order."""
    return [
        Part(row.criterion_id, Outcome(row.outcome), int(row.worth), int(row.amount))
        for row in sorted(offer.shares, key=lambda row: int(row.id))
    ]


def of(dispute: Dispute, parts: Sequence[Part], now: datetime) -> Effect:
    """What a split of a dispute would do now."""
    # All of it as it was at one moment: somebody may be paying or crediting right now.
    with snapshot():
        return _of(dispute.milestone, parts, now)


def _of(milestone: Milestone, parts: Sequence[Part], now: datetime) -> Effect:
    project, closed = milestone.project, verdicts.accepted(milestone)
    split = splits.split(milestone, parts, unfired(milestone), closed, charges.billed(milestone))
    by_trigger: dict[int, int] = {}
    for (trigger, _), amount in split.charged.items():
        by_trigger[trigger] = by_trigger.get(trigger, 0) + amount
    billing = [(str(row.delivery), by_trigger.get(row.id, 0)) for row in milestone.triggers]
    today = clock.local_date(now, projects.zone_of(project))
    raised = announcing.raised(project, billing, today)
    back = credit_notes.plan(project, {milestone: split.credited} if split.credited else {})
    verb, facts = verb_after(milestone, parts), gates.facts(project, now)
    deed = Deed(
        milestone=milestone.id,
        state=moves.TABLE[verb].to,
        charged=list(split.charged),
        amounts=charges.kept(milestone) | split.reduced if split.reduced else None,
    )
    return Effect(
        project=project,
        parts=parts,
        split=split,
        raised=raised,
        credited=sum(each.total for each in back.totals()),
        verb=verb,
        redone=sum(part.outcome == Outcome.REDONE for part in parts),
        left=len(_left(milestone, parts)),
        due_on=clock.due_date(today, int(project.terms_days)),
        next=foreseeing.after(facts and facts.paid(back.taken()), deed, raised, today),
    )


def verb_after(milestone: Milestone, parts: Iterable[Part]) -> Verb:
    """Where a milestone goes by a split: done again, back into review, accepted, or given up."""
    outcomes = {part.outcome for part in parts}
    accepts = Outcome.ACCEPTED in outcomes or _is_any_accepted(milestone)
    if Outcome.REDONE in outcomes:
        return Verb.SETTLE_ROUND
    if _left(milestone, parts):
        return Verb.SETTLE_PART if accepts else Verb.SETTLE_REVIEW
    return Verb.SETTLE if accepts else Verb.SETTLE_NOTHING


def _left(milestone: Milestone, parts: Iterable[Part]) -> list[Criterion]:
    """What is open and not in dispute."""
    disputed = {part.criterion for part in parts}
    still = verdicts.still_open(milestone, verdicts.accepted(milestone))
    return [row for row in still if row.id not in disputed]


def _is_any_accepted(milestone: Milestone) -> bool:
    """Whether some criterion was accepted before, by the client or in settling."""
    said = (
        Verdict.select(Verdict.id)
        .join(Decision)
        .join(Submission)
        .where(
            Submission.milestone == milestone.id,
            Verdict.accepted == True,  # noqa: E712
            Decision.withdrawn_at.is_null(),
        )
    )
    return bool(said.exists() or _was_settled(milestone))


def _was_settled(milestone: Milestone) -> bool:
    return any(
        row.outcome == Outcome.ACCEPTED
        for dispute in milestone.disputes
        for offer in dispute.offers
        if offer.answer == "taken"
        for row in offer.shares
    )


def unfired(milestone: Milestone) -> set[int]:
    """The triggers of a milestone that have never charged anything, by id."""
    fired = Charge.select(Charge.trigger).where(Charge.milestone == milestone.id).tuples()
    return {row.id for row in milestone.triggers} - {trigger for (trigger,) in fired}

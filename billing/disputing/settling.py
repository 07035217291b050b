"""Settling: the offer is taken, and what both then owe each other is billed, credited, recorded."""

from datetime import datetime

from billing import clock, events
from billing.accepting import gates, moves
from billing.accepting.moves import Verb
from billing.disputing import disputes, effects, offers
from billing.disputing.effects import Effect
from billing.disputing.splits import Split
from billing.invoicing import charges, credit_notes, invoices
from billing.planning import projects, terms
from billing.refusals import N_, Conflict
from models import (
    Answer,
    Charge,
    Contact,
    DisputeEnd,
    Milestone,
    SplitOffer,
    Trigger,
    User,
    write,
)

CAUSE = "settlement"
"""Why an invoice or a credit note was raised."""


class EffectChanged(Conflict):
    sentence = N_(
        "What taking this offer does has changed since you opened this page. Look at it again"
        " before you decide."
    )


def take(offer: SplitOffer, by: User | Contact, now: datetime, seen: str | None = None) -> Effect:
    """Take the other side's offer: charge, credit, what is given up, state and mails are one deed.

    `seen` is the mark of the effect that was shown. Refuses NotYours, OwnOffer, EffectChanged,
    and what became of the offer: OfferTaken, OfferDeclined, OfferReplaced, OfferLapsed,
    DisputeOver.
    """
    offers.refuse_own(offer, by)
    dispute = offer.dispute
    with write(dispute.milestone.project):
        offers.refuse_answered(offer, now)
        milestone: Milestone = Milestone.get_by_id(dispute.milestone_id)
        terms.read(milestone)
        dispute.milestone = milestone
        effect = effects.of_offer(offer, now)
        offers.answer(offer, Answer.TAKEN, by, now)
        if seen is not None and effect.mark != seen:
            raise EffectChanged
        disputes.end(dispute, DisputeEnd.SETTLED, now)
        moves.make(milestone, effect.verb, by)
        _settle(offer, milestone, effect, by, now)
    return effect


def _settle(
    offer: SplitOffer, milestone: Milestone, effect: Effect, by: User | Contact, now: datetime
) -> None:
    project = milestone.project
    events.record(
        "dispute.settled",
        project,
        by,
        now,
        charged=effect.payable,
        credited=effect.credited,
        waived=effect.waived,
        currency=project.currency,
        state=milestone.state,
        **offers.about(offer),
    )
    if effect.verb == Verb.SETTLE_NOTHING:
        _give_up(milestone, by, now)
    _bill(milestone, effect.split, by, now)
    gates.open_next(project, by, now)
    projects.close_if_settled(project, by, now)


def _give_up(milestone: Milestone, by: User | Contact, now: datetime) -> None:
    events.record(
        "milestone.cancelled",
        milestone.project,
        by,
        now,
        milestone=milestone.id,
        title=milestone.title,
        stage="submitted",
        fee=0,
        currency=milestone.project.currency,
    )


def _bill(milestone: Milestone, split: Split, by: User | Contact, now: datetime) -> None:
    project = milestone.project
    fired = _charge(milestone, split, now)
    _reduce(milestone, split)
    charges.tell(project, fired, by, now)
    accepted_on = clock.local_date(now, projects.zone_of(project))
    invoices.raise_for(project, fired, CAUSE, by, now, accepted_on)
    if split.credited:
        credit_notes.credit_milestone(project, milestone, split.credited, CAUSE, by, now)


def _charge(milestone: Milestone, split: Split, now: datetime) -> list[charges.Fired]:
    """The charges of the settled criteria, of nothing too, so that nothing bills them again."""
    fired = []
    for trigger in milestone.triggers:
        made = [
            Charge.create(
                milestone=milestone,
                trigger=trigger,
                criterion=criterion,
                amount=amount,
                fired_at=now,
            )
            for (by, criterion), amount in split.charged.items()
            if by == trigger.id
        ]
        if made:
            fired.append(charges.Fired(milestone, trigger, made))
    return fired


def _reduce(milestone: Milestone, split: Split) -> None:
    """Keep what was given up, and what shares that have not fired still bill."""
    if split.reduced:
        for trigger, amount in (charges.kept(milestone) | split.reduced).items():
            Trigger.update(amount=amount).where(Trigger.id == trigger).execute()
    if split.waived:
        Milestone.update(waived=Milestone.waived + split.waived).where(
            Milestone.id == milestone.id
        ).execute()
        milestone.waived += split.waived

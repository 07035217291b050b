"""Offers of a split: each side may make one, which the other takes, replaces, or declines."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from billing import events, format
from billing.accepting import moves
from billing.accepting.moves import Verb
from billing.actors import CLOCK
from billing.apart import apart
from billing.disputing import deadlines, standpoint
from billing.disputing.splits import Part
from billing.invoicing import charges
from billing.refusals import N_, Conflict, Refusal
from models import (
    Answer,
    Contact,
    Dispute,
    Outcome,
    Project,
    SplitOffer,
    SplitShare,
    User,
    write,
)


class ShareMissing(Refusal):
    sentence = N_("Say of every criterion in dispute what becomes of it.")


class ShareTooLarge(Refusal):
    """Facts: `text`, the criterion, and `worth` in words."""

    sentence = N_("Of “%(text)s” more than nothing and at most %(worth)s can be accepted.")


class OfferedMeanwhile(Conflict):
    sentence = N_(
        "%(name)s has made an offer since you opened this page. Look at it before you make yours."
    )


class OwnOffer(Refusal):
    sentence = N_("This offer is yours. The other side answers it.")
    status = 403


class OfferReplaced(Conflict):
    sentence = N_("This offer was replaced by another one, which you see here.")


class OfferDeclined(Conflict):
    sentence = N_("This offer was declined.")


class OfferTaken(Conflict):
    sentence = N_("This offer is already taken.")


class OfferLapsed(Conflict):
    sentence = N_("The time to take this offer has passed. Make another one.")


class WhyMissing(Refusal):
    sentence = N_("Say why you decline. The other side reads it.")
    field = "why"


@dataclass(frozen=True)
class Wanted:
    """What a side would have become of a criterion; without an `amount` all of it is accepted."""

    outcome: Outcome
    amount: int | None = None


def parts(dispute: Dispute, wanted: Mapping[int, Wanted]) -> list[Part]:
    """A split in full, by the ids of the disputed criteria. Refuses ShareMissing, ShareTooLarge."""
    milestone = dispute.milestone
    worths, found = charges.worths(milestone), []
    disputed = {row.criterion_id for row in dispute.criteria}
    for criterion in sorted(milestone.criteria, key=lambda row: int(row.position)):
        if criterion.id not in disputed:
            continue
        if criterion.id not in wanted:
            raise ShareMissing
        part = _part(criterion.id, worths[criterion.id], wanted[criterion.id])
        if part is None:
            worth = format.money(worths[criterion.id], str(milestone.project.currency))
            raise ShareTooLarge(field=f"amount_{criterion.id}", text=criterion.text, worth=worth)
        found.append(part)
    return found


def _part(criterion: int, worth: int, wanted: Wanted) -> Part | None:
    if wanted.outcome != Outcome.ACCEPTED:
        return Part(criterion, wanted.outcome, worth, 0)
    amount = worth if wanted.amount is None else wanted.amount
    # Of what is worth nothing, nothing can be more.
    return (
        Part(criterion, Outcome.ACCEPTED, worth, amount)
        if min(1, worth) <= amount <= worth
        else None
    )


def make(
    dispute: Dispute,
    wanted: Mapping[int, Wanted],
    note: str,
    by: User | Contact,
    now: datetime,
    seen: int | None = None,
) -> SplitOffer:
    """Offer a split; it replaces the one that waits, of whichever side.

    `seen` is the number of the newest offer that was shown; the same offer sent twice is one.
    Refuses NotYours, ShareMissing, ShareTooLarge, OfferedMeanwhile, DisputeOver.
    """
    milestone = dispute.milestone
    project = milestone.project
    moves.refuse_others(project, Verb.SETTLE, by)
    with write(project):
        refuse_over(dispute)
        split, newest = parts(dispute, wanted), latest(dispute)
        number = int(newest.number) if newest else 0
        if newest is not None and seen is not None and seen != number:
            if _is(newest, split, note, by):
                return newest
            raise OfferedMeanwhile(name=standpoint.name(newest.side, project))
        close(dispute, Answer.REPLACED, now)
        made: SplitOffer = SplitOffer.create(
            dispute=dispute,
            number=number + 1,
            side=standpoint.of(by),
            contact=standpoint.contact(by),
            note=note.strip(),
            made_at=now,
            answer_by=deadlines.answer_by(project, now),
        )
        for part in split:
            SplitShare.create(
                offer=made,
                criterion=part.criterion,
                outcome=part.outcome,
                worth=part.worth,
                amount=part.amount,
            )
        events.record(
            "dispute.offered",
            project,
            by,
            now,
            accepted=sum(part.amount for part in split),
            waived=sum(part.waived for part in split),
            currency=project.currency,
            answer_by=made.answer_by.isoformat(),
            note=made.note,
            **about(made),
        )
    return made


def _is(offer: SplitOffer, split: list[Part], note: str, by: User | Contact) -> bool:
    """Whether an offer that waits is this one, made by the same person."""
    speaker = standpoint.contact(by)
    is_theirs = offer.side == standpoint.of(by) and offer.contact == speaker
    made = {(row.criterion_id, row.outcome, row.amount) for row in offer.shares}
    wanted = {(each.criterion, each.outcome, each.amount) for each in split}
    is_open = offer.answered_at is None
    return is_theirs and is_open and made == wanted and offer.note == note.strip()


def about(offer: SplitOffer) -> dict[str, int | str]:
    """What every event of an offer says of it."""
    milestone = offer.dispute.milestone
    return {
        "milestone": milestone.id,
        "title": milestone.title,
        "dispute": offer.dispute_id,
        "offer": offer.id,
        "number": offer.number,
        "side": offer.side,
    }


def latest(dispute: Dispute) -> SplitOffer | None:
    """The newest offer, answered or not."""
    found: SplitOffer | None = (
        SplitOffer.select()
        .where(SplitOffer.dispute == dispute.id)
        .order_by(SplitOffer.number.desc())
        .first()
    )
    return found


def refuse_over(dispute: Dispute) -> None:
    """Refuse DisputeOver where it has ended meanwhile."""
    ended = Dispute.select(Dispute.ended_at).where(Dispute.id == dispute.id).scalar()
    if ended is not None:
        raise standpoint.DisputeOver(title=dispute.milestone.title)


def close(dispute: Dispute, answer: Answer, now: datetime) -> None:
    """What waits for an answer is off. Runs in the caller's write()."""
    SplitOffer.update(answer=answer, answered_at=now).where(
        SplitOffer.dispute == dispute.id, SplitOffer.answered_at.is_null()
    ).execute()


def decline(offer: SplitOffer, why: str, by: User | Contact, now: datetime) -> None:
    """Say no, and why; the dispute goes on. Refuses NotYours, OwnOffer, WhyMissing, and what
    became of the offer meanwhile.
    """
    project = offer.dispute.milestone.project
    refuse_own(offer, by)
    if not why.strip():
        raise WhyMissing
    with write(project):
        answer(offer, Answer.DECLINED, by, now, why.strip())
        events.record("dispute.declined", project, by, now, reason=why.strip(), **about(offer))


def refuse_own(offer: SplitOffer, by: User | Contact) -> None:
    """Refuse NotYours to those who may not answer at all, and OwnOffer to the side it is of."""
    moves.refuse_others(offer.dispute.milestone.project, Verb.SETTLE, by)
    if offer.side == standpoint.of(by):
        raise OwnOffer


BECAME: dict[str, type[Refusal]] = {
    Answer.TAKEN: OfferTaken,
    Answer.DECLINED: OfferDeclined,
    Answer.REPLACED: OfferReplaced,
    Answer.LAPSED: OfferLapsed,
    Answer.ENDED: standpoint.DisputeOver,
}


def answer(
    offer: SplitOffer, said: Answer, by: User | Contact, now: datetime, why: str | None = None
) -> None:
    """Answer an offer; exactly one answer wins. Runs in the caller's write().

    Refuses by what became of it: OfferTaken, OfferDeclined, OfferReplaced, OfferLapsed.
    """
    refuse_answered(offer, now)
    answered = (
        SplitOffer.update(answer=said, answerer=standpoint.contact(by), why=why, answered_at=now)
        .where(SplitOffer.id == offer.id, SplitOffer.answered_at.is_null())
        .execute()
    )
    if not answered:
        refuse_answered(offer, now)


def refuse_answered(offer: SplitOffer, now: datetime) -> None:
    """Refuse by what became of an offer; also where the clock has not come round to it yet."""
    milestone = offer.dispute.milestone
    became = SplitOffer.select(SplitOffer.answer).where(SplitOffer.id == offer.id).scalar()
    if became is None and deadlines.today(milestone.project, now) > offer.answer_by:
        became = Answer.LAPSED
    if became is not None:
        raise BECAME[became](title=milestone.title)


def lapse(now: datetime) -> None:
    """Offers that nobody has answered in time; the dispute stands. What fails for one holds up no
    other."""
    waiting = SplitOffer.select().where(
        SplitOffer.answered_at.is_null(),
        # Ahead of UTC the day may be over there while it is that day here.
        SplitOffer.answer_by <= now.date(),
    )
    for offer in list(waiting.order_by(SplitOffer.id)):
        project: Project = offer.dispute.milestone.project
        with apart("the end of offer", offer.id):
            if deadlines.today(project, now) > offer.answer_by:
                _lapse(offer, project, now)


def _lapse(offer: SplitOffer, project: Project, now: datetime) -> None:
    with write(project):
        lapsed = (
            SplitOffer.update(answer=Answer.LAPSED, answered_at=now)
            .where(SplitOffer.id == offer.id, SplitOffer.answered_at.is_null())
            .execute()
        )
        if lapsed:
            events.record("dispute.lapsed", project, CLOCK, now, **about(offer))


def answer_by(dispute: Dispute, now: datetime) -> date:
    """The last day to answer an offer that would be made now."""
    return deadlines.answer_by(dispute.milestone.project, now)


def waiting(dispute: Dispute) -> SplitOffer | None:
    """The offer that waits for an answer, of a dispute that was read with its offers."""
    offers: Collection[SplitOffer] = dispute.offers
    return next((row for row in offers if row.answered_at is None), None)

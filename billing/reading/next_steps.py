"""The one thing that needs the client now, and what comes next when nothing does."""

from collections.abc import Iterator
from dataclasses import dataclass

from billing.accepting import moves
from billing.accepting.owed import Owed
from billing.accepting.readings import Standing
from billing.agreeing import agreements
from billing.paying.settlement import Settlement
from billing.reading.engagements import Engagement
from models import (
    Agreement,
    AgreementState,
    Claim,
    Contact,
    Milestone,
    MilestoneState,
    ProjectState,
    Side,
    SplitOffer,
)

TO_COME = (
    MilestoneState.CHANGES_REQUESTED,
    MilestoneState.ACTIVE,
    MilestoneState.AGREED,
)


@dataclass(frozen=True)
class Step:
    """`kind` is sign, sign_change, settle, review, measure, supply or pay; `about` what.

    `who` may do it, `mine` if the reader is one of them.
    """

    kind: str
    about: Agreement | Milestone | Standing | Settlement | SplitOffer | Owed
    who: list[Contact]
    mine: bool


@dataclass(frozen=True)
class Ahead:
    """What happens next without the client.

    `kind` is countersign, seal, choice, confirm, work, new_version, stopped, done or nothing;
    `about` what it concerns.
    """

    kind: str
    about: Agreement | Claim | Milestone | None = None


def steps(engagement: Engagement, reader: Contact) -> list[Step]:
    """All that waits for the client's side, the reader's own first.

    A signature comes before everything, money that is late before a review, a review
    before money that is not.
    """
    found = [
        *_signature(engagement, reader),
        *_payments(engagement, reader, is_overdue=True),
        *_offers(engagement, reader),
        *_reviews(engagement, reader),
        *_measures(engagement, reader),
        *_duties(engagement, reader),
        *_payments(engagement, reader, is_overdue=False),
    ]
    return sorted(found, key=lambda step: not step.mine)


def _signature(engagement: Engagement, reader: Contact) -> Iterator[Step]:
    agreement = engagement.agreement
    if agreement is not None and agreement.state in agreements.OUT:
        mine = agreement.signer_id == reader.id
        yield Step("sign", agreement, [agreement.signer], mine)
    change = engagement.change
    if change is not None and change.state in agreements.OUT:
        yield Step("sign_change", change, [change.signer], change.signer_id == reader.id)


def _offers(engagement: Engagement, reader: Contact) -> Iterator[Step]:
    """Splits that the owner offers, the soonest to answer first."""
    found = [
        offer
        for milestone in engagement.milestones
        for dispute in milestone.disputes
        for offer in dispute.offers
        if offer.answered_at is None and offer.side == Side.OWNER
    ]
    for offer in sorted(found, key=lambda offer: offer.answer_by):
        yield Step("settle", offer, engagement.who("approver"), bool(reader.is_approver))


def _reviews(engagement: Engagement, reader: Contact) -> Iterator[Step]:
    for milestone in engagement.milestones:
        if milestone.state in moves.IN_REVIEW:
            yield Step("review", milestone, engagement.who("approver"), bool(reader.is_approver))


def _measures(engagement: Engagement, reader: Contact) -> Iterator[Step]:
    """Readings of the owner's that the client is to confirm."""
    for standing in engagement.measures.values():
        reading = standing.waiting if standing.is_open else None
        if reading is not None and reading.contact_id is None:
            yield Step("measure", standing, engagement.who("approver"), bool(reader.is_approver))


def _duties(engagement: Engagement, reader: Contact) -> Iterator[Step]:
    """What is to be supplied, the earliest due first. Anybody of the client may do it."""
    needed = [each for each in engagement.owed.values() if each.is_needed]
    for each in sorted(needed, key=lambda each: min(row.duty.due_on for row in each.open)):
        yield Step("supply", each, engagement.who("approver"), True)


def _payments(engagement: Engagement, reader: Contact, is_overdue: bool) -> Iterator[Step]:
    """Invoices still open that nobody says to have paid, the earliest due first."""
    payers = engagement.who("payer")
    for each in sorted(engagement.invoices, key=lambda each: each.invoice.due_on):
        if each.is_asked and each.is_overdue == is_overdue and claim_of(each) is None:
            yield Step("pay", each, payers, bool(reader.is_payer or not payers))


def _chose(engagement: Engagement) -> bool:
    """Whether the document being made is what the client has just chosen."""
    told = (row.kind for row in engagement.history if row.kind.startswith("agreement."))
    return engagement.is_preparing and "agreement.chosen" in list(told)[:2]


def claim_of(settlement: Settlement) -> Claim | None:
    """The client's word that this is paid, while it waits for an answer."""
    return next((row for row in settlement.invoice.claims if row.answered_at is None), None)


def ahead(engagement: Engagement) -> Ahead:
    """What comes next when the reader has nothing to do."""
    agreement = engagement.agreement
    if agreement is not None and agreement.state in {
        AgreementState.CLIENT_SIGNED,
        AgreementState.COUNTERSIGNED,
    }:
        is_signed = agreement.state == AgreementState.COUNTERSIGNED
        return Ahead("seal" if is_signed else "countersign", agreement)
    if not engagement.is_signed:
        if _chose(engagement):
            return Ahead("choice")
        return Ahead("new_version" if agreement or engagement.is_preparing else "nothing")
    if engagement.project.state == ProjectState.CANCELLED:
        return Ahead("stopped")
    if engagement.project.state != ProjectState.ACTIVE:
        return Ahead("done")
    claims = [claim for each in engagement.invoices if (claim := claim_of(each))]
    coming = [row for row in engagement.milestones if row.state in TO_COME]
    coming.sort(key=lambda row: (row.due_on is None, row.due_on, row.position))
    if coming:
        return Ahead("work", coming[0])
    return Ahead("confirm", claims[0]) if claims else Ahead("nothing")

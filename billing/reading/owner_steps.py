"""The one thing that moves a project on, as its owner sees it: to do, or to wait for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from billing.accepting import moves
from billing.agreeing import versions, wishes
from billing.changes import requests, touching
from billing.reading import overview
from billing.reading.overview import Overview
from models import (
    Agreement,
    AgreementState,
    Claim,
    Extension,
    Invoice,
    Milestone,
    MilestoneState,
    ProjectState,
    Side,
)

WAITING = frozenset(
    {
        "preparing",
        "signature",
        "seal",
        "gate",
        "acceptance",
        "change_signature",
        "payment",
        "settlement",
        "confirmation",
        "measure",
        "held",
    }
)
"""Steps that are not the owner's to take."""


@dataclass(frozen=True)
class Step:
    """`kind` names the sentence, `about` is the row it speaks of.

    Kinds: plan, unfinished, declined, offer; preparing, signature, forward, paper, countersign,
    seal; claim, overdue, issue, countersign_change, settle, reading, objection, wish, extension,
    changes, dispute, comments, submit, acceptance, settlement, confirmation, change_signature,
    gate, held, payment, measure; done.
    """

    kind: str
    about: Any = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether somebody else is to move."""
        return self.kind in WAITING


def step(seen: Overview) -> Step:
    """What comes next. A few queries, and only once it is agreed."""
    if seen.project.state == ProjectState.DRAFT:
        return _drafting(seen)
    if seen.project.state == ProjectState.OFFERED:
        return _offered(seen)
    if seen.project.state in {ProjectState.ACTIVE, ProjectState.CANCELLED}:
        # Of what was stopped, money may still be to come.
        return next(_active(seen), Step("done"))
    return Step("done")


def _drafting(seen: Overview) -> Step:
    if not seen.milestones:
        return Step("plan")
    unfinished = overview.unfinished(seen.milestones)
    if unfinished:
        return Step("unfinished", unfinished[0], {"milestones": len(unfinished)})
    if seen.agreement is not None and seen.agreement.state == AgreementState.DECLINED:
        return Step("declined", seen.agreement)
    return Step("offer", seen.agreement)


def _offered(seen: Overview) -> Step:
    agreement: Agreement | None = seen.agreement
    if agreement is None or agreement.state in {AgreementState.DRAFT, AgreementState.PREPARING}:
        return Step("preparing", agreement)
    if agreement.state == AgreementState.CLIENT_SIGNED:
        return Step("countersign", agreement)
    if agreement.state == AgreementState.COUNTERSIGNED:
        return Step("seal", agreement)
    wish = wishes.open_of(seen.project)
    return Step(wish.kind, wish) if wish is not None else Step("signature", agreement)


def _active(seen: Overview) -> Iterator[Step]:
    """Money first, then what the client asked for, then the work, then what to wait for."""
    yield from _money(seen)
    out = touching.standing_change(seen.project)
    if out is not None and out.state == AgreementState.CLIENT_SIGNED:
        yield Step("countersign_change", out, _facts(out))
    yield from _offers(seen, Side.CLIENT, "settle")
    yield from _readings(seen, Side.CLIENT, "reading")
    objection = wishes.open_of(seen.project)
    if objection is not None:
        yield Step(objection.kind, objection)
    if seen.project.state == ProjectState.ACTIVE and requests.waiting(seen.project):
        yield Step("wish")
    yield from _extensions(seen)
    yield from _in_state(seen, MilestoneState.CHANGES_REQUESTED, "changes")
    yield from _unoffered(seen)
    yield from _comments(seen)
    yield from _in_state(seen, MilestoneState.ACTIVE, "submit")
    yield from _in_state(seen, MilestoneState.SUBMITTED, "acceptance")
    yield from _in_state(seen, MilestoneState.PARTLY_ACCEPTED, "acceptance")
    yield from _offers(seen, Side.OWNER, "settlement")
    yield from _readings(seen, Side.OWNER, "confirmation")
    if out is not None:
        yield Step("change_signature", out, _facts(out))
    yield from _in_state(seen, MilestoneState.AGREED, "gate")
    for each in seen.invoices:
        if each.invoice.held_until is not None:
            yield Step("held", each.invoice)
    for each in seen.invoices:
        if each.is_open:
            yield Step("payment", each)
    for standing in seen.measures.values():
        if standing.is_open and standing.waiting is None:
            yield Step("measure", standing.milestone, {"standing": standing})


def _readings(seen: Overview, side: Side, kind: str) -> Iterator[Step]:
    """Readings of one side that the other has not answered."""
    for standing in seen.measures.values():
        reading = standing.waiting if standing.is_open else None
        if reading is not None and (reading.contact_id is not None) == (side == Side.CLIENT):
            yield Step(kind, standing.milestone, {"standing": standing})


def _comments(seen: Overview) -> Iterator[Step]:
    """What the client wrote and nobody has read."""
    for milestone in seen.milestones:
        counted = seen.comments.get(milestone.id)
        if counted is not None and counted.unread:
            yield Step("comments", milestone)


def _extensions(seen: Overview) -> Iterator[Step]:
    """Requests for more time, of what is in review still."""
    reviewed = {row.id: row for row in seen.milestones if row.state in moves.IN_REVIEW}
    if not reviewed:
        return
    waiting = Extension.select().where(
        Extension.milestone.in_(list(reviewed)), Extension.answered_at.is_null()
    )
    for row in waiting:
        yield Step("extension", reviewed[row.milestone_id], {"days": row.days})


def _offers(seen: Overview, side: Side, kind: str) -> Iterator[Step]:
    """Splits that wait, of one side; their facts name the milestone."""
    for milestone in seen.milestones:
        for dispute in milestone.disputes:
            for offer in dispute.offers:
                if offer.answered_at is None and offer.side == side:
                    yield Step(kind, offer, {"milestone": milestone})


def _unoffered(seen: Overview) -> Iterator[Step]:
    """What is disputed without an offer that waits."""
    for milestone in seen.milestones:
        if milestone.state == MilestoneState.DISPUTED and not any(
            offer.answered_at is None for row in milestone.disputes for offer in row.offers
        ):
            yield Step("dispute", milestone)


def _facts(order: Agreement) -> dict[str, Any]:
    """Which change it is, and by how much the total payable changes with it (minor units)."""
    said = versions.read(order)
    difference = said["totals"]["total"] - said["totals_before"]["total"]
    return {"number": said["number"], "difference": difference}


def _money(seen: Overview) -> Iterator[Step]:
    claim = (
        Claim.select(Claim, Invoice)
        .join(Invoice)
        .where(Invoice.project == seen.project.id, Claim.answered_at.is_null())
        .order_by(Claim.id)
        .first()
    )
    if claim is not None:
        yield Step("claim", claim.invoice)
    for each in seen.invoices:
        if each.is_overdue:
            yield Step("overdue", each)
    for each in seen.invoices:
        if each.state == "draft" and each.invoice.held_until is None:
            yield Step("issue", each.invoice)


def _in_state(seen: Overview, state: MilestoneState, kind: str) -> Iterator[Step]:
    found: list[Milestone] = [row for row in seen.milestones if row.state == state]
    found.sort(key=lambda row: (row.due_on is None, row.due_on, row.position))
    for row in found:
        yield Step(kind, row)

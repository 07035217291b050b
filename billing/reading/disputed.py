"""What of disputes needs the owner now: an offer to answer, or one to make."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from peewee import fn

from billing.reading.needing import AT_MOST, Need
from billing.refusals import N_
from models import (
    Client,
    Dispute,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    Side,
    SplitOffer,
    User,
)


def needs(owner: User, _today: date) -> Iterator[Need]:
    """Offers of clients first, the soonest to answer, then disputes without an offer."""
    for offer in _offers(owner).limit(AT_MOST):
        milestone = offer.dispute.milestone
        facts = {
            "client": milestone.project.client.name,
            "title": milestone.title,
            "day": offer.answer_by,
        }
        told = N_("%(client)s offers to settle “%(title)s”; answer by %(day)s.")
        yield Need(told, facts, N_("Answer the offer"), "dispute", milestone, "disputed")
    for milestone in _unoffered(owner).limit(AT_MOST):
        told, facts = N_("“%(title)s” is disputed, and no offer waits."), {"title": milestone.title}
        yield Need(told, facts, N_("Make an offer"), "dispute", milestone, "disputed")


def _offers(owner: User) -> Any:
    return (
        SplitOffer.select(SplitOffer, Dispute, Milestone, Project, Client)
        .join(Dispute)
        .join(Milestone)
        .join(Project)
        .join(Client)
        .where(
            Project.owner == owner.id,
            SplitOffer.side == Side.CLIENT,
            SplitOffer.answered_at.is_null(),
        )
        .order_by(SplitOffer.answer_by, SplitOffer.id)
    )


def _unoffered(owner: User) -> Any:
    waiting = SplitOffer.select(SplitOffer.id).join(Dispute)
    waiting = waiting.where(Dispute.milestone == Milestone.id, SplitOffer.answered_at.is_null())
    return (
        Milestone.select(Milestone, Project, Client)
        .join(Project)
        .join(Client)
        .where(
            Project.owner == owner.id,
            Project.state == ProjectState.ACTIVE,
            Milestone.state == MilestoneState.DISPUTED,
            Milestone.deleted_at.is_null(),
            ~fn.EXISTS(waiting),
        )
        .order_by(Milestone.due_on, Milestone.id)
    )

"""The plan of a project while it is a draft: milestones edited, moved, deleted, split."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from billing import events, money
from billing.refusals import DateMissing, EditedElsewhere, PlanLocked, SharesDoNotAddUp
from models import (
    Criterion,
    Milestone,
    Project,
    ProjectState,
    Trigger,
    TriggerDelivery,
    TriggerKind,
    write,
)

WHOLE = 10000
"""100 % in basis points."""


@dataclass(frozen=True)
class Billing:
    """When a milestone is billed: shares in basis points; acceptance takes what is left."""

    signing_share: int = 0
    date_share: int = 0
    billed_on: date | None = None
    signing_delivery: str = TriggerDelivery.SEND
    date_delivery: str = TriggerDelivery.SEND
    acceptance_delivery: str = TriggerDelivery.SEND

    def rows(self) -> list[tuple[str, int, date | None, str]]:
        """(kind, share, date, delivery) that add up to 100 %; refuses what cannot."""
        named = self.signing_share + self.date_share
        if not (self.signing_share >= 0 and self.date_share >= 0 and named <= WHOLE):
            raise SharesDoNotAddUp(sum=f"{named / 100:g}")
        if self.date_share and self.billed_on is None:
            raise DateMissing
        rows = [
            (TriggerKind.ON_SIGNING, self.signing_share, None, self.signing_delivery),
            (TriggerKind.ON_DATE, self.date_share, self.billed_on, self.date_delivery),
            (TriggerKind.ON_ACCEPTANCE, WHOLE - named, None, self.acceptance_delivery),
        ]
        return [row for row in rows if row[1]]


@dataclass(frozen=True)
class Terms:
    """All that a milestone says. `price` in minor units, None while undecided."""

    title: str = ""
    deliverable: str = ""
    criteria: tuple[str, ...] = ()
    price: int | None = None
    due_on: date | None = None
    review_days: int = 5
    rounds: int = 2
    billing: Billing = field(default_factory=Billing)

    def columns(self) -> dict[str, Any]:
        names = ("title", "deliverable", "price", "due_on", "review_days", "rounds")
        return {name: getattr(self, name) for name in names}


def terms_of(milestone: Milestone) -> Terms:
    """A milestone's terms as they are stored. Reads criteria and triggers from its rows."""
    shares = {trigger.kind: trigger for trigger in milestone.triggers}
    signing, dated = shares.get(TriggerKind.ON_SIGNING), shares.get(TriggerKind.ON_DATE)
    accepted = shares.get(TriggerKind.ON_ACCEPTANCE)
    criteria = sorted(milestone.criteria, key=lambda criterion: int(criterion.position))
    return Terms(
        title=milestone.title,
        deliverable=milestone.deliverable,
        criteria=tuple(criterion.text for criterion in criteria),
        price=milestone.price,
        due_on=milestone.due_on,
        review_days=milestone.review_days,
        rounds=milestone.rounds,
        billing=Billing(
            signing_share=signing.share if signing else 0,
            date_share=dated.share if dated else 0,
            billed_on=dated.on if dated else None,
            signing_delivery=signing.delivery if signing else TriggerDelivery.SEND,
            date_delivery=dated.delivery if dated else TriggerDelivery.SEND,
            acceptance_delivery=accepted.delivery if accepted else TriggerDelivery.SEND,
        ),
    )


def is_open(project: Project) -> bool:
    """Whether the plan may be edited: until it is offered, and again once an offer is void."""
    return bool(project.state == ProjectState.DRAFT)


def add(project: Project, terms: Terms | None = None) -> Milestone:
    """A new last milestone. Refuses PlanLocked."""
    terms = terms or Terms()
    rows = terms.billing.rows()
    with write(project):
        _unlocked(project)
        last = Milestone.select().where(Milestone.project == project.id)
        milestone: Milestone = Milestone.create(
            project=project, position=_next_position(last), **terms.columns()
        )
        _write_criteria(milestone, terms.criteria)
        _write_triggers(milestone, rows)
        events.touch(project)
    return milestone


def revise(milestone: Milestone, terms: Terms, revision: int) -> int:
    """Save a row as typed; answers the new revision.

    `revision` is the one the typing started from. Refuses PlanLocked, SharesDoNotAddUp,
    DateMissing, and EditedElsewhere where another window saved something different.
    """
    rows = terms.billing.rows()
    project = milestone.project
    with write(project):
        _unlocked(project)
        stored: Milestone = Milestone.get_by_id(milestone.id)
        before = terms_of(stored)
        if before == terms:
            return int(stored.revision)
        if stored.revision != revision:
            raise EditedElsewhere(theirs=before, revision=stored.revision)
        Milestone.update(revision=revision + 1, **terms.columns()).where(
            Milestone.id == milestone.id
        ).execute()
        if before.criteria != terms.criteria:
            _write_criteria(milestone, terms.criteria)
        if before.billing != terms.billing:
            _write_triggers(milestone, rows)
        events.touch(project)
    return revision + 1


def place(milestone: Milestone, position: int) -> None:
    """Move a milestone to a 0-based place among the project's live ones."""
    project = milestone.project
    with write(project):
        _unlocked(project)
        others = [row for row in Milestone.live(project) if row.id != milestone.id]
        others.insert(max(0, min(position, len(others))), milestone)
        for index, row in enumerate(others):
            Milestone.update(position=index).where(Milestone.id == row.id).execute()
        events.touch(project)


def delete(milestone: Milestone, now: datetime) -> None:
    """Take a milestone out of the plan; restore() brings it back, also much later."""
    _set_deleted(milestone, now)


def restore(milestone: Milestone) -> None:
    """Bring a deleted milestone back to its place."""
    _set_deleted(milestone, None)


def split(project: Project, total: int, shares: Sequence[int] | None = None) -> list[int]:
    """Divide `total` (minor units) over the milestones: equally, or by basis points.

    The last takes the remainder. Refuses PlanLocked, and SharesDoNotAddUp unless there
    is one share for each milestone and they sum to 100 %.
    """
    with write(project):
        _unlocked(project)
        milestones = list(Milestone.live(project))
        if not milestones:
            return []
        if shares is None:
            prices = money.split_evenly(total, len(milestones))
        elif len(shares) != len(milestones) or sum(shares) != WHOLE or min(shares) < 0:
            raise SharesDoNotAddUp(field="shares", sum=f"{sum(shares) / 100:g}")
        else:
            prices = money.split_by_shares(total, shares)
        for milestone, price in zip(milestones, prices, strict=True):
            Milestone.update(price=price, revision=Milestone.revision + 1).where(
                Milestone.id == milestone.id
            ).execute()
        events.touch(project)
    return prices


def _unlocked(project: Project) -> None:
    state = Project.select(Project.state).where(Project.id == project.id).scalar()
    if state != ProjectState.DRAFT:
        raise PlanLocked


def _set_deleted(milestone: Milestone, at: datetime | None) -> None:
    with write(milestone.project):
        _unlocked(milestone.project)
        Milestone.update(deleted_at=at).where(Milestone.id == milestone.id).execute()
        events.touch(milestone.project)


def _next_position(milestones: Any) -> int:
    return 1 + max((int(row.position) for row in milestones), default=-1)


def _write_criteria(milestone: Milestone, texts: Sequence[str]) -> None:
    Criterion.delete().where(Criterion.milestone == milestone.id).execute()
    for position, text in enumerate(texts):
        Criterion.create(milestone=milestone.id, position=position, text=text)


def _write_triggers(
    milestone: Milestone, rows: Sequence[tuple[str, int, date | None, str]]
) -> None:
    Trigger.delete().where(Trigger.milestone == milestone.id).execute()
    for position, (kind, share, on, delivery) in enumerate(rows):
        Trigger.create(
            milestone=milestone.id,
            position=position,
            kind=kind,
            share=share,
            on=on,
            delivery=delivery,
        )

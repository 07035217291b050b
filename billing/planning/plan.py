"""The plan of a project while it is a draft: milestones edited, moved, deleted, split."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from billing import events, money
from billing.planning import options
from billing.planning.terms import WHOLE, Share, Terms, read, terms_of
from billing.planning.terms import Billing as Billing
from billing.refusals import (
    N_,
    EditedElsewhere,
    NotPositive,
    PlanLocked,
    Refusal,
    SharesDoNotAddUp,
)
from billing.states import stored_state
from models import Criterion, Milestone, Project, ProjectState, Trigger, User, write
from models.once import Once


class SharesMissing(Refusal):
    sentence = N_("The plan has %(milestones)s milestones, so give %(milestones)s shares.")
    field = "shares"


_ROW = Once(
    lambda owner, project, milestone: (
        Milestone.select(Milestone, Project)
        .join(Project)
        .where(Project.owner == owner, Milestone.project == project, Milestone.id == milestone)
    )
)


def row(owner: User, project_id: int, milestone_id: int) -> Milestone | None:
    """One of the project's milestones, deleted ones included, if they are the owner's."""
    # A database refuses numbers beyond its own, and no row has one.
    if max(project_id, milestone_id) >= 2**31:
        return None
    found: Milestone | None = _ROW.model(owner.id, project_id, milestone_id)
    return found


def is_open(project: Project) -> bool:
    """Whether the plan may be edited: until it is offered, and again once an offer is void."""
    return bool(project.state == ProjectState.DRAFT)


def add(project: Project, terms: Terms | None = None, key: str | None = None) -> Milestone:
    """A new last milestone; a repeat with the same `key` answers with the same one.

    Refuses PlanLocked, and what revise() refuses of the terms.
    """
    terms = terms or Terms()
    columns, rows = terms.columns(), terms.billing.rows()
    with write(project):
        _unlocked(project)
        known = _made_by(project, key)
        if known is not None:
            return known
        options.check(project, terms.option)
        every = Milestone.select(Milestone.position).where(Milestone.project == project.id)
        milestone: Milestone = Milestone.create(
            project=project, position=_next_position(every), key=key, **columns
        )
        _write_criteria(milestone, terms.criteria)
        _write_triggers(milestone, rows)
        events.touch(project)
    return milestone


def _made_by(project: Project, key: str | None) -> Milestone | None:
    if key is None:
        return None
    found: Milestone | None = Milestone.get_or_none(
        (Milestone.project == project.id) & (Milestone.key == key)
    )
    return found


def revise(milestone: Milestone, terms: Terms, revision: int, tab: str = "", turn: int = 0) -> int:
    """Save a row as typed; answers the revision that is stored then.

    `revision` is the one the typing started from, `tab` the page it was typed on and
    `turn` that page's how-manieth save of the row. A page whose last answer got lost
    follows itself, and a save overtaken by a later one of its page changes nothing.
    Refuses PlanLocked, SharesDoNotAddUp, DateMissing, PriceBelowZero, OptionGone, and
    EditedElsewhere where another page saved something different.
    """
    terms = replace(terms, billing=terms.billing.meant())
    columns, rows = terms.columns(), terms.billing.rows()
    project = milestone.project
    with write(project):
        _unlocked(project)
        stored: Milestone = Milestone.get_by_id(milestone.id)
        read(stored)
        follows_itself = bool(tab) and stored.tab == tab
        if follows_itself and turn <= stored.turn:
            return int(stored.revision)
        before = terms_of(stored)
        if before == terms:
            _SAVED_BY.run(milestone.id, tab, turn)
            return int(stored.revision)
        options.check(project, terms.option)
        if stored.revision != revision and not follows_itself:
            raise EditedElsewhere(theirs=before, revision=int(stored.revision))
        supplied = columns.pop("duties")
        # All columns of the row at once: text that is built once costs less than what changed.
        _SAVE.run(milestone.id, tab, turn, stored.revision + 1, *columns.values())
        if before.duties != terms.duties:
            Milestone.update(duties=supplied).where(Milestone.id == milestone.id).execute()
        if before.criteria != terms.criteria:
            _write_criteria(milestone, terms.criteria)
        if before.billing != terms.billing:
            _write_triggers(milestone, rows)
        events.touch(project)
    return int(stored.revision) + 1


_SAVED_BY = Once(
    lambda milestone, tab, turn: Milestone.update(tab=tab, turn=turn).where(
        Milestone.id == milestone
    )
)
_SAVE = Once(
    lambda one, tab, turn, revision, title, deliverable, price, due_on, days, rounds, option: (
        Milestone.update(
            tab=tab,
            turn=turn,
            revision=revision,
            title=title,
            deliverable=deliverable,
            price=price,
            due_on=due_on,
            review_days=days,
            rounds=rounds,
            option=option,
        ).where(Milestone.id == one)
    )
)


def place(milestone: Milestone, position: int) -> None:
    """Move a milestone to a 0-based place among the project's live ones. Refuses PlanLocked."""
    project = milestone.project
    with write(project):
        _unlocked(project)
        _order(milestone, list(Milestone.live(project)), position)
        events.touch(project)


def step(milestone: Milestone, by: int) -> None:
    """Move a milestone some places down, or up where `by` is below zero. Refuses PlanLocked."""
    project = milestone.project
    with write(project):
        _unlocked(project)
        rows = list(Milestone.live(project))
        present = next((index for index, row in enumerate(rows) if row.id == milestone.id), 0)
        _order(milestone, rows, present + by)
        events.touch(project)


def _order(milestone: Milestone, rows: list[Milestone], position: int) -> None:
    others = [row for row in rows if row.id != milestone.id]
    others.insert(max(0, min(position, len(others))), milestone)
    for index, row in enumerate(others):
        Milestone.update(position=index).where(Milestone.id == row.id).execute()


def delete(milestone: Milestone, now: datetime) -> None:
    """Take a milestone out of the plan; restore() brings it back, also much later."""
    _set_deleted(milestone, now)


def restore(milestone: Milestone) -> None:
    """Bring a deleted milestone back to its place."""
    _set_deleted(milestone, None)


def split(project: Project, total: int, shares: Sequence[int] | None = None) -> list[int]:
    """Divide `total` (minor units) over the milestones: equally, or by basis points.

    The last takes the remainder. Refuses PlanLocked, NotPositive, SharesMissing,
    NotToSplit where there are options, and SharesDoNotAddUp unless the shares sum to 100 %.
    """
    if total <= 0:
        raise NotPositive(field="total")
    with write(project):
        _unlocked(project)
        if options.are_in(project):
            raise options.NotToSplit
        milestones = list(Milestone.live(project))
        prices = _divided(total, len(milestones), shares)
        for milestone, price in zip(milestones, prices, strict=True):
            Milestone.update(price=price, revision=Milestone.revision + 1, tab="").where(
                Milestone.id == milestone.id
            ).execute()
        events.touch(project)
    return prices


def _divided(total: int, count: int, shares: Sequence[int] | None) -> list[int]:
    if shares is None:
        return money.split_evenly(total, count) if count else []
    if len(shares) != count:
        raise SharesMissing(milestones=count)
    if sum(shares) != WHOLE or min(shares) < 0:
        raise SharesDoNotAddUp(field="shares", sum=f"{sum(shares) / 100:g}")
    return money.split_by_shares(total, shares)


def _unlocked(project: Project) -> None:
    if stored_state(project) != ProjectState.DRAFT:
        raise PlanLocked


def _set_deleted(milestone: Milestone, at: datetime | None) -> None:
    with write(milestone.project):
        _unlocked(milestone.project)
        Milestone.update(deleted_at=at).where(Milestone.id == milestone.id).execute()
        events.touch(milestone.project)


def _next_position(milestones: Any) -> int:
    return 1 + max((int(row.position) for row in milestones), default=-1)


def _write_criteria(milestone: Milestone, texts: Sequence[str]) -> None:
    """The criteria as listed; one whose words did not change keeps its row."""
    stored = Criterion.select().where(Criterion.milestone == milestone.id)
    spare = list(stored.order_by(Criterion.position))
    for position, text in enumerate(texts):
        kept = next((row for row in spare if row.text == text), None)
        if kept is None:
            Criterion.create(milestone=milestone.id, position=position, text=text)
            continue
        spare.remove(kept)
        if kept.position != position:
            Criterion.update(position=position).where(Criterion.id == kept.id).execute()
    if spare:
        Criterion.delete().where(Criterion.id.in_([row.id for row in spare])).execute()


def _write_triggers(milestone: Milestone, rows: Sequence[Share]) -> None:
    stored = {row.kind: row.id for row in Trigger.select().where(Trigger.milestone == milestone.id)}
    for position, (kind, share, on, delivery, measure) in enumerate(rows):
        columns: dict[str, Any] = {
            "position": position,
            "share": share,
            "on": on,
            "delivery": delivery,
        }
        if measure is not None:
            columns["measure"] = measure
        known = stored.pop(kind, None)
        if known is None:
            Trigger.create(milestone=milestone.id, kind=kind, **columns)
        else:
            Trigger.update(**columns).where(Trigger.id == known).execute()
    if stored:
        Trigger.delete().where(Trigger.id.in_(list(stored.values()))).execute()

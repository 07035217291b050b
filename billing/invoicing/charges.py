"""Charges: what a trigger bills, each exactly once.

A milestone's price is divided over its triggers by their shares, and the share on
acceptance over its criteria by their weights, both by cumulative rounding.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from billing import events
from billing.actors import Actor
from billing.money import allocate
from models import Charge, Criterion, InvoiceLine, Milestone, Project, Trigger, TriggerKind
from models.once import Once


@dataclass(frozen=True)
class Fired:
    """The charges one trigger fired for one milestone, before they stand on an invoice."""

    milestone: Milestone
    trigger: Trigger
    charges: list[Charge]

    @property
    def amount(self) -> int:
        """Minor units, net or gross as the project's prices are."""
        return sum(int(charge.amount) for charge in self.charges)


def trigger_amounts(milestone: Milestone) -> dict[int, int]:
    """Minor units by trigger id; they add up to the price less what its measure did not earn,
    and to what was credited of it.

    Once a change order gave the milestone another price the amounts are kept with the triggers.
    """
    triggers = sorted(milestone.triggers, key=lambda trigger: int(trigger.position))
    if not triggers:
        return {}
    if all(trigger.amount is not None for trigger in triggers):
        return {trigger.id: int(trigger.amount) - _lost(milestone, trigger) for trigger in triggers}
    amounts = allocate(int(milestone.price or 0), [int(trigger.share) for trigger in triggers])
    return {
        trigger.id: amount - _lost(milestone, trigger)
        for trigger, amount in zip(triggers, amounts, strict=True)
    }


def _lost(milestone: Milestone, trigger: Trigger) -> int:
    """What of a share its measure did not earn."""
    return int(milestone.given_up) if trigger.kind == TriggerKind.ON_METRIC else 0


def criterion_amounts(milestone: Milestone, whole: int) -> dict[int, int]:
    """Minor units by criterion id of an acceptance share of `whole`."""
    criteria = sorted(milestone.criteria, key=lambda criterion: int(criterion.position))
    amounts = allocate(whole, [int(criterion.weight) for criterion in criteria])
    return {criterion.id: amount for criterion, amount in zip(criteria, amounts, strict=True)}


def worths(milestone: Milestone) -> dict[int, int]:
    """What of the price each criterion stands for, by its id; never less than accepting it bills.

    All shares on acceptance by the weights, and the rest of the price by the weights too, but
    for what a measure decides.
    """
    amounts = trigger_amounts(milestone)
    price = int(milestone.price or 0) - int(milestone.given_up)
    kinds = {kind: _amounts(milestone, amounts, kind) for kind in PARTED}
    wholes = kinds[TriggerKind.ON_ACCEPTANCE]
    rest = price - sum(wholes) - sum(kinds[TriggerKind.ON_METRIC])
    sums = dict.fromkeys((row.id for row in milestone.criteria), 0)
    for whole in (*wholes, max(0, rest)):
        for criterion, part in criterion_amounts(milestone, whole).items():
            sums[criterion] += part
    return sums


PARTED = (TriggerKind.ON_ACCEPTANCE, TriggerKind.ON_METRIC)
"""Shares that go by their own measure: the criteria one by one, or what is read."""


def _amounts(milestone: Milestone, amounts: dict[int, int], kind: TriggerKind) -> list[int]:
    return [amounts[row.id] for row in milestone.triggers if row.kind == kind]


def kept(milestone: Milestone) -> dict[int, int]:
    """What is stored of the amounts by trigger id: of a measure's share the most it may be."""
    amounts = trigger_amounts(milestone)
    return {row.id: amounts[row.id] + _lost(milestone, row) for row in milestone.triggers}


def billed(milestone: Milestone) -> int:
    """Minor units a milestone has billed: its standing charges less what was credited of them."""
    return billed_by([milestone.id])[milestone.id]


def billed_by(milestones: Iterable[int]) -> dict[int, int]:
    """The same for several, by id, in two queries."""
    sums = dict.fromkeys(milestones, 0)
    standing = Charge.milestone.in_(list(sums)) & Charge.freed_at.is_null()
    amount = fn.SUM(Charge.amount)
    for milestone, charged in (
        Charge.select(Charge.milestone, amount).where(standing).group_by(Charge.milestone).tuples()
    ):
        sums[milestone] += int(charged)
    lines = Charge.select(Charge.line).where(standing, Charge.line.is_null(False))
    amount = fn.SUM(InvoiceLine.amount)
    for milestone, credited in (
        InvoiceLine.select(InvoiceLine.milestone, amount)
        .where(InvoiceLine.credits.in_(lines))
        .group_by(InvoiceLine.milestone)
        .tuples()
    ):
        sums[milestone] -= int(credited)
    return sums


def fire(
    project: Project,
    milestones: Iterable[Milestone],
    kind: TriggerKind,
    by: Actor,
    now: datetime,
    criteria: Iterable[Criterion] | None = None,
    only: Container[int] | None = None,
) -> list[Fired]:
    """Charge the triggers of `kind`, those already charged excepted. Runs in the caller's write().

    `only` narrows them to some, by id.
    """
    fired = []
    for milestone in milestones:
        amounts = trigger_amounts(milestone)
        for trigger in milestone.triggers:
            if trigger.kind == kind and (only is None or trigger.id in only):
                charges = _charge(milestone, trigger, amounts[trigger.id], now, criteria)
                if charges:
                    fired.append(Fired(milestone, trigger, charges))
    tell(project, fired, by, now)
    return fired


def tell(project: Project, fired: Iterable[Fired], by: Actor, now: datetime) -> None:
    """Record what was fired. Runs in the caller's write()."""
    for each in fired:
        events.record(
            "charge.fired",
            project,
            by,
            now,
            milestone=each.milestone.id,
            title=each.milestone.title,
            trigger=each.trigger.kind,
            amount=each.amount,
            currency=project.currency,
        )


def unfired(kind: TriggerKind) -> Any:
    """Triggers of a kind that have never charged anything, joined with their milestone.

    One whose draft was discarded has fired: the owner did not want that invoice.
    """
    charged = Charge.select(Charge.id).where(Charge.trigger == Trigger.id)
    return (
        Trigger.select(Trigger, Milestone)
        .join(Milestone)
        .where(Trigger.kind == kind, Milestone.deleted_at.is_null(), ~fn.EXISTS(charged))
    )


_STANDING = Once(
    lambda trigger: Charge.select(Charge.criterion).where(
        Charge.trigger == trigger, Charge.freed_at.is_null()
    )
)


def _charge(
    milestone: Milestone,
    trigger: Trigger,
    amount: int,
    now: datetime,
    criteria: Iterable[Criterion] | None,
) -> list[Charge]:
    parts: dict[int | None, int] = {None: amount}
    if trigger.kind == TriggerKind.ON_ACCEPTANCE:
        by_criterion = criterion_amounts(milestone, amount)
        chosen = milestone.criteria if criteria is None else criteria
        parts = {criterion.id: by_criterion[criterion.id] for criterion in chosen}
    standing = {row for (row,) in _STANDING.rows(trigger.id)}
    return [
        Charge.create(
            milestone=milestone, trigger=trigger, criterion=criterion, amount=part, fired_at=now
        )
        for criterion, part in parts.items()
        if criterion not in standing
    ]

"""The arithmetic of a split: what taking it charges, no longer bills and credits, to the cent.

Of each criterion that is settled a part of its worth is accepted and the rest is given up. What
is given up comes off what its acceptance would bill, then off what the other settled criteria
bill, then off shares that have not fired, and only then off what was billed before. So what is
billed and what can still be billed always come to the price less all that was given up.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from billing.invoicing import charges
from models import Milestone, Outcome, Trigger, TriggerKind

Key = TypeVar("Key")


@dataclass(frozen=True)
class Part:
    """What becomes of one criterion: `amount` of its `worth` is accepted, in minor units."""

    criterion: int
    outcome: Outcome
    worth: int
    amount: int

    @property
    def waived(self) -> int:
        """What is given up of it; nothing of what is done again."""
        return 0 if self.outcome == Outcome.REDONE else self.worth - self.amount


@dataclass(frozen=True)
class Split:
    """What taking an offer does to a milestone's money, in minor units of the prices' basis.

    `charged` by trigger and criterion; `reduced` are the amounts that shares which have not fired
    still bill, by trigger; `credited` is taken back of what was billed before.
    """

    charged: dict[tuple[int, int], int]
    reduced: dict[int, int] = field(default_factory=dict)
    credited: int = 0
    waived: int = 0

    @property
    def billed(self) -> int:
        """What is billed by it."""
        return sum(self.charged.values())


def charged(milestone: Milestone, parts: Iterable[Part]) -> tuple[dict[tuple[int, int], int], int]:
    """What the settled criteria bill, and what is given up beyond that."""
    settled = {part.criterion: part for part in parts if part.outcome != Outcome.REDONE}
    amounts: dict[tuple[int, int], int] = {}
    beyond = 0
    for criterion, billing in _acceptance(milestone).items():
        if criterion in settled:
            kept, over = _less(billing, settled[criterion].waived)
            amounts |= kept
            beyond += over
    return _less(amounts, beyond)


def split(
    milestone: Milestone,
    parts: Collection[Part],
    unfired: Collection[int],
    closed: Collection[int],
    billed: int,
) -> Split:
    """What taking an offer does. Reads nothing but the milestone's criteria and triggers.

    `unfired` are its other triggers that have charged nothing (ids), `closed` the criteria that
    were accepted or settled before, `billed` what stands of all that was billed.
    """
    amounts, beyond = charged(milestone, parts)
    whole = charges.trigger_amounts(milestone)
    waiting = {row.id: whole[row.id] for row in _others(milestone) if row.id in unfired}
    rest, _ = _less(waiting, beyond)
    waived = sum(part.waived for part in parts)
    settled = {part.criterion for part in parts if part.outcome != Outcome.REDONE}
    measured = (row for row in milestone.triggers if row.kind == TriggerKind.ON_METRIC)
    coming = sum(rest.values()) + sum(whole[row.id] for row in measured if row.id in unfired)
    coming += sum(
        sum(billing.values())
        for criterion, billing in _acceptance(milestone).items()
        if criterion not in settled and criterion not in closed
    )
    worth = int(milestone.price or 0) - int(milestone.given_up) - int(milestone.waived) - waived
    return Split(
        charged=amounts,
        reduced={each: rest[each] for each in waiting if rest[each] != waiting[each]},
        # Less than was given up where something was credited by hand before: that stays given.
        credited=max(0, billed + sum(amounts.values()) + coming - worth),
        waived=waived,
    )


def _acceptance(milestone: Milestone) -> dict[int, dict[tuple[int, int], int]]:
    """What accepting each criterion bills, by its id: amounts by trigger and criterion."""
    whole = charges.trigger_amounts(milestone)
    firing = [row for row in _in_order(milestone) if row.kind == TriggerKind.ON_ACCEPTANCE]
    parts = {row.id: charges.criterion_amounts(milestone, whole[row.id]) for row in firing}
    return {
        criterion.id: {(row.id, criterion.id): parts[row.id][criterion.id] for row in firing}
        for criterion in sorted(milestone.criteria, key=lambda each: int(each.position))
    }


def _others(milestone: Milestone) -> list[Trigger]:
    """Shares that may be made smaller; what a measure decides is not in dispute."""
    return [row for row in _in_order(milestone) if row.kind not in charges.PARTED]


def _in_order(milestone: Milestone) -> list[Trigger]:
    return sorted(milestone.triggers, key=lambda row: int(row.position))


def _less(amounts: Mapping[Key, int], by: int) -> tuple[dict[Key, int], int]:
    """Amounts made smaller, the last first, and what could not be taken off them."""
    left = dict(amounts)
    for key in reversed(left):
        taken = min(left[key], by)
        left[key] -= taken
        by -= taken
    return left, by

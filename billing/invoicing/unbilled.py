"""What of a milestone no invoice bills yet: the triggers that may still charge, and how much."""

from collections.abc import Iterable, Mapping

from billing.invoicing import charges
from models import Charge, Criterion, InvoiceLine, Milestone, Trigger


def left(milestone: Milestone, free: Mapping[Trigger, set[int]]) -> int:
    """What the free triggers of a milestone may still bill, in minor units."""
    amounts, rest = charges.trigger_amounts(milestone), 0
    for trigger, billed in free.items():
        parts = charges.criterion_amounts(milestone, amounts[trigger.id]) if billed else {}
        rest += amounts[trigger.id] - sum(parts[each] for each in billed)
    return rest


def free_triggers(
    milestones: list[int], drafted: Iterable[InvoiceLine] = ()
) -> dict[int, dict[Trigger, set[int]]]:
    """The triggers of each milestone, in order, that have not billed and sent all; by its id.

    Each with the criteria it has billed, of which some are left.
    """
    unsent = [line.id for line in drafted]
    standing: dict[int, set[int | None]] = {}
    for trigger, criterion in (
        Charge.select(Charge.trigger, Charge.criterion)
        .where(
            Charge.milestone.in_(milestones),
            Charge.freed_at.is_null(),
            Charge.line.is_null() | Charge.line.not_in(unsent),
        )
        .tuples()
    ):
        standing.setdefault(trigger, set()).add(criterion)
    found = Trigger.select().where(Trigger.milestone.in_(milestones)).order_by(Trigger.position)
    free: dict[int, dict[Trigger, set[int]]] = {}
    for trigger in found:
        billed = standing.get(trigger.id, set())
        if not billed or (None not in billed and _count(trigger) > len(billed)):
            known = {each for each in billed if each is not None}
            free.setdefault(trigger.milestone_id, {})[trigger] = known
    return free


def _count(trigger: Trigger) -> int:
    return int(Criterion.select().where(Criterion.milestone == trigger.milestone_id).count())

"""What each trigger of a milestone bills once the milestone has another price.

What has fired keeps what it charged. The rest of the price is shared among what has not fired,
or billed on acceptance where everything has.
"""

from dataclasses import dataclass

from billing.invoicing import charges
from billing.money import allocate
from billing.planning.terms import WHOLE
from models import Charge, Milestone, Trigger, TriggerDelivery, TriggerKind


@dataclass(frozen=True)
class Part:
    """What one trigger bills, in minor units. Without a trigger it is a new one, on acceptance."""

    trigger: Trigger | None
    share: int
    amount: int


def parts(milestone: Milestone, price: int) -> list[Part]:
    """The triggers in their order, each with its share (basis points) and amount at `price`."""
    triggers = sorted(milestone.triggers, key=lambda row: int(row.position))
    fired = _fired(milestone)
    rest = max(0, price - charges.billed(milestone))
    waiting = [row for row in triggers if row.id not in fired]
    divided = allocate(rest, [int(row.share) for row in waiting]) if waiting else []
    amounts = {**fired, **{row.id: part for row, part in zip(waiting, divided, strict=True)}}
    found = [Part(row, int(row.share), amounts[row.id]) for row in triggers]
    return _with_acceptance(found, rest, price) if rest and not waiting else found


def _fired(milestone: Milestone) -> dict[int, int]:
    """What stands of what each trigger charged, by its id; nothing where it was all freed."""
    amounts: dict[int, int] = {}
    for row in Charge.select().where(Charge.milestone == milestone.id):
        stands = int(row.amount) if row.freed_at is None else 0
        amounts[row.trigger_id] = amounts.get(row.trigger_id, 0) + stands
    return amounts


def _with_acceptance(found: list[Part], rest: int, price: int) -> list[Part]:
    """A new last part for the rest; its share comes off the largest, so that all are 100 %."""
    largest = max(range(len(found)), key=lambda index: found[index].share)
    share = max(1, min(rest * WHOLE // price, found[largest].share - 1))
    shrunk = found[largest]
    found[largest] = Part(shrunk.trigger, shrunk.share - share, shrunk.amount)
    return [*found, Part(None, share, rest)]


def apply(milestone: Milestone, price: int) -> None:
    """Keep the amounts with the triggers. Runs in the caller's write(), before the price is set."""
    Milestone.update(given_up=0).where(Milestone.id == milestone.id).execute()
    for position, part in enumerate(parts(milestone, price)):
        if part.trigger is None:
            Trigger.create(
                milestone=milestone.id,
                position=position,
                kind=TriggerKind.ON_ACCEPTANCE,
                share=part.share,
                delivery=TriggerDelivery.SEND,
                amount=part.amount,
            )
        else:
            Trigger.update(share=part.share, amount=part.amount).where(
                Trigger.id == part.trigger.id
            ).execute()

"""Invoices told of before they are raised: by the same lines and sums, so that they come to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from billing import clock, outbox
from billing.invoicing import charges
from billing.invoicing import lines as rows
from models import Milestone, Project, TriggerDelivery, TriggerKind


@dataclass(frozen=True)
class Raised:
    """An invoice that a deed raises: minor units payable, of which `tax`, to whom, due when.

    A draft is left for the owner to issue, so it has no due day yet.
    """

    total: int
    tax: int
    currency: str
    payers: Sequence[str]
    due_on: date | None


def raised(
    project: Project,
    billing: Iterable[tuple[str, int]],
    on: date,
    payers: Sequence[str] | None = None,
) -> list[Raised]:
    """What billing amounts (minor units in the prices' basis, each with its delivery) raises.

    `on` is the seller's day; the payers' addresses are read where they are not given.
    """
    amounts: dict[str, list[int]] = {TriggerDelivery.SEND: [], TriggerDelivery.DRAFT: []}
    for delivery, amount in billing:
        if amount:
            amounts[delivery].append(amount)
    if payers is None and any(amounts.values()):
        payers = [contact.email for contact in outbox.contacts(project, "payer")]
    return [
        _raised(project, some, on if delivery == TriggerDelivery.SEND else None, payers or [])
        for delivery, some in amounts.items()
        if some
    ]


def _raised(
    project: Project, amounts: Sequence[int], on: date | None, payers: Sequence[str]
) -> Raised:
    usual = [rows.usual_tax(project)] * len(amounts)
    sums = rows.count(usual, amounts, bool(project.prices_gross), 0)
    due_on = clock.due_date(on, int(project.terms_days)) if on else None
    return Raised(sums.total, sums.tax, str(project.currency), payers, due_on)


def by_kind(milestones: Iterable[Milestone], kind: TriggerKind) -> list[tuple[str, int]]:
    """What the triggers of a kind bill as wholes, each with its delivery."""
    return [
        (str(trigger.delivery), charges.trigger_amounts(milestone)[trigger.id])
        for milestone in milestones
        for trigger in milestone.triggers
        if trigger.kind == kind
    ]

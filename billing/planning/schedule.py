"""What a plan will bill, and when: computed from the same charges and totals as the invoices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.invoicing import charges, tax
from billing.planning.terms import WHOLE
from models import Milestone, Project, Trigger, TriggerKind

FIRST = (
    TriggerKind.ON_SIGNING,
    TriggerKind.ON_START,
    TriggerKind.ON_DATE,
    TriggerKind.ON_ACCEPTANCE,
    TriggerKind.ON_METRIC,
)
"""The order in which a schedule names what bills."""

ALONE = (TriggerKind.ON_ACCEPTANCE, TriggerKind.ON_METRIC)
"""What bills each milestone by itself."""


@dataclass(frozen=True)
class Part:
    """One milestone's share in an instalment, in minor units of the prices' basis."""

    milestone: Milestone
    share: int
    amount: int


@dataclass(frozen=True)
class Instalment:
    """What one event bills at once; `payable` is in minor units with tax."""

    kind: str
    on: date | None
    delivery: str
    parts: list[Part]
    payable: int

    @property
    def amount(self) -> int:
        """Minor units, net or gross as the project's prices are."""
        return sum(part.amount for part in self.parts)


@dataclass(frozen=True)
class Foot:
    """The foot of a plan, in minor units of the prices' basis; `by_kind` adds up to `price`."""

    price: int
    by_kind: dict[str, int]
    unpriced: int
    totals: tax.Totals


def instalments(project: Project, milestones: Sequence[Milestone]) -> list[Instalment]:
    """On signing first, then on start, by date, and each acceptance in the order of the plan."""
    grouped: dict[tuple[str, date | None, str, int], list[Part]] = {}
    for milestone in milestones:
        amounts = charges.trigger_amounts(milestone)
        for trigger in milestone.triggers:
            part = Part(milestone, _share(trigger, milestone), amounts[trigger.id])
            grouped.setdefault(_event(trigger, milestone), []).append(part)
    made = [
        Instalment(kind, on, delivery, parts, _payable(project, [part.amount for part in parts]))
        for (kind, on, delivery, _), parts in grouped.items()
    ]
    return sorted(made, key=_order)


def _share(trigger: Trigger, milestone: Milestone) -> int:
    """Basis points of the price; what they come to where a new price has its own amounts."""
    if trigger.amount is None or not milestone.price:
        return int(trigger.share)
    return min(WHOLE, int(trigger.amount) * WHOLE // int(milestone.price))


def _event(trigger: Trigger, milestone: Milestone) -> tuple[str, date | None, str, int]:
    """What fires together: all on signing, on start, of a day; each of ALONE by itself."""
    alone = int(milestone.id) if trigger.kind in ALONE else 0
    return str(trigger.kind), trigger.on, str(trigger.delivery), alone


def _order(instalment: Instalment) -> tuple[int, date]:
    rank = FIRST.index(instalment.kind) if instalment.kind in FIRST else len(FIRST)
    return rank, instalment.on or date.min


def _payable(project: Project, amounts: Sequence[int]) -> int:
    return totals(project, amounts).total


def totals(project: Project, amounts: Sequence[int]) -> tax.Totals:
    """Net, tax and total of amounts in the prices' basis, at the project's rate."""
    rate, category = int(project.tax_rate), str(project.tax_category)
    lines = [tax.Taxable(amount, category, rate) for amount in amounts]
    return tax.totals(lines, bool(project.prices_gross))


def foot(project: Project, milestones: Sequence[Milestone]) -> Foot:
    """The foot of the plan; a milestone without a price counts as nothing and is counted."""
    by_kind: dict[str, int] = {}
    for milestone in milestones:
        amounts = charges.trigger_amounts(milestone)
        for trigger in milestone.triggers:
            kind = str(trigger.kind)
            by_kind[kind] = by_kind.get(kind, 0) + amounts[trigger.id]
    prices = [int(row.price or 0) for row in milestones]
    return Foot(
        price=sum(prices),
        by_kind=by_kind,
        unpriced=sum(row.price is None for row in milestones),
        totals=totals(project, prices),
    )

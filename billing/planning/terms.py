"""The terms of a milestone: what it says, and when which share of its price is billed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from billing.invoicing import measures
from billing.invoicing.measures import Measure
from billing.planning import duties
from billing.planning.duties import Duty
from billing.refusals import N_, DateMissing, Refusal, SharesDoNotAddUp
from models import Criterion, Milestone, Trigger, TriggerDelivery, TriggerKind
from models.once import Once

WHOLE = 10000
"""100 % in basis points."""


class PriceBelowZero(Refusal):
    sentence = N_("A price cannot be below zero.")
    field = "price"


class ShareMissing(Refusal):
    sentence = N_("Say which share is billed on that date, or clear the date.")
    field = "date_share"


class MeasureMissing(Refusal):
    sentence = N_(
        "Say which share a measure decides, and its name, baseline, target, first and last day."
    )
    field = "metric_share"


class TargetMissing(Refusal):
    sentence = N_("Name the measure, and give it a target that is not its baseline.")
    field = "metric_target"


class WindowReversed(Refusal):
    sentence = N_("The last day to read the measure is before the first.")
    field = "metric_to"


Share = tuple[str, int, date | None, str, dict[str, Any] | None]
"""When a share is billed: kind, basis points, on which day, sent or left as a draft, by measure."""


@dataclass(frozen=True)
class Billing:
    """When a milestone is billed: shares in basis points; acceptance takes what is left."""

    signing_share: int = 0
    date_share: int = 0
    billed_on: date | None = None
    signing_delivery: str = TriggerDelivery.SEND
    date_delivery: str = TriggerDelivery.SEND
    acceptance_delivery: str = TriggerDelivery.SEND
    start_share: int = 0
    start_delivery: str = TriggerDelivery.SEND
    metric_share: int = 0
    measure: Measure | None = None
    metric_delivery: str = TriggerDelivery.SEND

    def rows(self) -> list[Share]:
        """Shares that add up to 100 %; refuses what cannot."""
        shares = (self.signing_share, self.start_share, self.date_share, self.metric_share)
        named = sum(shares)
        if min(shares) < 0 or named > WHOLE:
            raise SharesDoNotAddUp(sum=f"{named / 100:g}")
        if self.date_share and self.billed_on is None:
            raise DateMissing
        if self.billed_on is not None and not self.date_share:
            raise ShareMissing
        self._measured()
        measure = measures.stored(self.measure)
        rows: list[Share] = [
            (TriggerKind.ON_SIGNING, self.signing_share, None, self.signing_delivery, None),
            (TriggerKind.ON_START, self.start_share, None, self.start_delivery, None),
            (TriggerKind.ON_DATE, self.date_share, self.billed_on, self.date_delivery, None),
            (TriggerKind.ON_METRIC, self.metric_share, None, self.metric_delivery, measure),
            (TriggerKind.ON_ACCEPTANCE, WHOLE - named, None, self.acceptance_delivery, None),
        ]
        return [row for row in rows if row[1]]

    def _measured(self) -> None:
        """Refuse a measure that says nothing of a share, or that cannot be read."""
        if bool(self.metric_share) != (self.measure is not None):
            raise MeasureMissing
        if self.measure is None:
            return
        if not self.measure.name or self.measure.baseline == self.measure.target:
            raise TargetMissing
        if self.measure.window_to < self.measure.window_from:
            raise WindowReversed
        if min(self.measure.floor, self.measure.fallback or 0) < 0:
            raise PriceBelowZero(field="metric_floor")

    def meant(self) -> "Billing":
        """The same as it can be stored: how a share of nothing is delivered says nothing."""
        return _billing(self.rows())


@dataclass(frozen=True)
class Terms:
    """All that a milestone says. `price` in minor units, None while undecided.

    Without an `option` (its id) a milestone is part of every choice.
    """

    title: str = ""
    deliverable: str = ""
    criteria: tuple[str, ...] = ()
    price: int | None = None
    due_on: date | None = None
    review_days: int = 5
    rounds: int = 2
    option: int | None = None
    billing: Billing = field(default_factory=Billing)
    duties: tuple[Duty, ...] = ()

    def columns(self) -> dict[str, Any]:
        """What stands in the milestone's own row. Refuses PriceBelowZero."""
        if self.price is not None and self.price < 0:
            raise PriceBelowZero
        names = ("title", "deliverable", "price", "due_on", "review_days", "rounds", "option")
        return {
            **{name: getattr(self, name) for name in names},
            "duties": duties.stored(self.duties),
        }


_CRITERIA = Once(
    lambda milestone: (
        Criterion.select().where(Criterion.milestone == milestone).order_by(Criterion.position)
    )
)
_TRIGGERS = Once(
    lambda milestone: (
        Trigger.select().where(Trigger.milestone == milestone).order_by(Trigger.position)
    )
)


def read(milestone: Milestone) -> None:
    """Read criteria and triggers once; from then on they are the milestone's own lists."""
    milestone.criteria = _CRITERIA.models(milestone.id)
    milestone.triggers = _TRIGGERS.models(milestone.id)


def terms_of(milestone: Milestone) -> Terms:
    """A milestone's terms as they are stored. Reads criteria and triggers from its rows."""
    criteria = sorted(milestone.criteria, key=lambda criterion: int(criterion.position))
    return Terms(
        title=milestone.title,
        deliverable=milestone.deliverable,
        criteria=tuple(criterion.text for criterion in criteria),
        price=milestone.price,
        due_on=milestone.due_on,
        review_days=milestone.review_days,
        rounds=milestone.rounds,
        option=milestone.option_id,
        billing=_billing(
            [(row.kind, row.share, row.on, row.delivery, row.measure) for row in milestone.triggers]
        ),
        duties=duties.read(milestone.duties),
    )


def _billing(rows: Iterable[Share]) -> Billing:
    known = {row[0]: row for row in rows}
    nothing: Share = ("", 0, None, TriggerDelivery.SEND, None)
    measured = known.get(TriggerKind.ON_METRIC, nothing)
    signing = known.get(TriggerKind.ON_SIGNING, nothing)
    begun = known.get(TriggerKind.ON_START, nothing)
    dated = known.get(TriggerKind.ON_DATE, nothing)
    return Billing(
        signing_share=signing[1],
        date_share=dated[1],
        billed_on=dated[2],
        signing_delivery=signing[3],
        date_delivery=dated[3],
        acceptance_delivery=known.get(TriggerKind.ON_ACCEPTANCE, nothing)[3],
        start_share=begun[1],
        start_delivery=begun[3],
        metric_share=measured[1],
        measure=measures.read(measured[4]),
        metric_delivery=measured[3],
    )

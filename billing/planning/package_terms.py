"""What a milestone of a package says: its terms with days that count from a project's first."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from billing.invoicing.measures import Measure
from billing.planning.duties import Duty, DutyTwice
from billing.planning.terms import Billing, Terms
from billing.refusals import N_, Refusal
from models import PackageMilestone, TriggerDelivery, TriggerKind

LATEST = 3650
"""Days: what counts further on was mistyped."""

SENT = {
    "signing_delivery": TriggerKind.ON_SIGNING,
    "start_delivery": TriggerKind.ON_START,
    "metric_delivery": TriggerKind.ON_METRIC,
    "acceptance_delivery": TriggerKind.ON_ACCEPTANCE,
}
"""What in a milestone's billing says whether a trigger's invoice is sent."""


class DutyWithoutDays(Refusal):
    sentence = N_(
        "Begin each line of what you need with the days after the start, like 10 Logo files."
        " “%(line)s” has none."
    )
    field = "duties"


@dataclass(frozen=True)
class Needed:
    """What the client supplies, `days` after a project's first day at the latest."""

    text: str
    days: int


@dataclass(frozen=True)
class Measured:
    """A measure with its window in days after a project's first; the rest as in Measure."""

    name: str
    unit: str
    baseline: int
    target: int
    source: str
    from_days: int
    to_days: int
    floor: int = 0
    fallback: int | None = None

    def beginning(self, first: date) -> Measure:
        """The measure of a project that begins on a day."""
        said = asdict(self)
        days = (said.pop("from_days"), said.pop("to_days"))
        opens, closes = (first + timedelta(days=each) for each in days)
        return Measure(**said, window_from=opens, window_to=closes)


@dataclass(frozen=True)
class Outcome:
    """One milestone of a package. Price in minor units or open, the shares billed on signing
    (the deposit), when work starts and by its measure in basis points.

    `days_to_due` counts from the day a project starts; `drafts` are the triggers whose invoice is
    left as a draft.
    """

    title: str
    deliverable: str = ""
    criteria: tuple[str, ...] = ()
    price: int | None = None
    days_to_due: int | None = None
    deposit_share: int = 0
    review_days: int = 5
    rounds: int = 2
    start_share: int = 0
    tier: int = 0
    duties: tuple[Needed, ...] = ()
    metric_share: int = 0
    measure: Measured | None = None
    drafts: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        """As a package's milestone holds it."""
        listed = {"criteria": list(self.criteria), "drafts": list(self.drafts)}
        return {**asdict(self), **listed, "duties": kept(self.duties)}

    def terms(self, first: date, option: int | None = None) -> Terms:
        """The terms in a project that begins on a day; `option` (id) is what it is part of."""
        draft = TriggerDelivery.DRAFT
        left: dict[str, Any] = {name: draft for name, kind in SENT.items() if kind in self.drafts}
        return Terms(
            title=self.title,
            deliverable=self.deliverable,
            criteria=self.criteria,
            price=self.price,
            due_on=first + timedelta(days=self.days_to_due) if self.days_to_due else None,
            review_days=self.review_days,
            rounds=self.rounds,
            option=option,
            billing=Billing(
                signing_share=self.deposit_share,
                start_share=self.start_share,
                metric_share=self.metric_share,
                measure=self.measure.beginning(first) if self.measure else None,
                **left,
            ),
            duties=tuple(Duty(each.text, first + timedelta(each.days)) for each in self.duties),
        )


def outcome(row: PackageMilestone) -> Outcome:
    """What a package's milestone holds."""
    listed = ("criteria", "drafts", "duties", "measure")
    names = [name for name in Outcome.__dataclass_fields__ if name not in listed]
    return Outcome(
        **{name: getattr(row, name) for name in names},
        criteria=tuple(row.criteria),
        drafts=tuple(row.drafts),
        duties=tuple(Needed(**each) for each in row.duties),
        measure=Measured(**row.measure) if row.measure else None,
    )


def packed(terms: Terms, begun: date) -> Outcome:
    """Terms of a project that began on a day; no day of a package is before that."""

    def after(day: date | None) -> int:
        return max(0, (day - begun).days) if day else 0

    measure = terms.billing.measure
    measured = None
    if measure is not None:
        said = asdict(measure)
        opens, closes = after(said.pop("window_from")), after(said.pop("window_to"))
        measured = Measured(**said, from_days=opens, to_days=closes)
    return Outcome(
        title=terms.title,
        deliverable=terms.deliverable,
        criteria=terms.criteria,
        price=terms.price,
        days_to_due=after(terms.due_on) or None,
        deposit_share=terms.billing.signing_share,
        review_days=terms.review_days,
        rounds=terms.rounds,
        start_share=terms.billing.start_share,
        duties=tuple(Needed(each.text, after(each.due_on)) for each in terms.duties),
        metric_share=terms.billing.metric_share,
        measure=measured,
        drafts=tuple(
            str(kind)
            for name, kind in SENT.items()
            if getattr(terms.billing, name) == TriggerDelivery.DRAFT
        ),
    )


def kept(duties: Iterable[Needed]) -> list[dict[str, Any]]:
    """Duties as a row holds them."""
    return [asdict(each) for each in duties]


def parse(text: str) -> tuple[Needed, ...]:
    """Duties as they are typed, one a line, each beginning with its days after the start.

    Refuses DutyWithoutDays, DutyTwice.

    >>> parse("10 Logo files")
    (Needed(text='Logo files', days=10),)
    """
    found: dict[str, Needed] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        each = _needed(line)
        if each.text in found:
            raise DutyTwice(text=each.text)
        found[each.text] = each
    return tuple(found.values())


def plain(duties: Iterable[Needed]) -> str:
    """Duties as parse() understands them."""
    return "\n".join(f"{each.days} {each.text}" for each in duties)


def _needed(line: str) -> Needed:
    said = re.fullmatch(r"([0-9]{1,4})[\s:,;–—-]+(\S.*)", line)
    if said is None or int(said[1]) > LATEST:
        raise DutyWithoutDays(line=line)
    return Needed(" ".join(said[2].split()), int(said[1]))

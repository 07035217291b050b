"""What a share that a measure decides bills: exact, from what both have signed.

Values are whole thousandths of the measure's unit. At the baseline the floor is billed, at the
target all of the share; between them every unit counts alike, and a half of a minor unit counts
up. Beyond them nothing more and nothing less is billed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from billing import money

UNIT = 1000
"""Thousandths of one."""

MOST = 10**15

GRACE = timedelta(days=14)
"""How long after the last day of the window a reading may still be given."""


@dataclass(frozen=True)
class Measure:
    """`baseline` and `target` in thousandths; `floor` and `fallback` in minor units.

    A target below the baseline is a measure that is to fall. `fallback` is billed if the client
    gives no reading: the floor unless another amount is agreed.
    """

    name: str
    unit: str
    baseline: int
    target: int
    source: str
    window_from: date
    window_to: date
    floor: int = 0
    fallback: int | None = None

    def amount(self, share: int, value: int) -> int:
        """Minor units that a value earns of a share.

        >>> seen = Measure("Sign-ups", "", 100_000, 500_000, "", date.min, date.max, floor=1000)
        >>> [seen.amount(5000, value) for value in (0, 100_000, 300_000, 500_000, 900_000)]
        [1000, 1000, 3000, 5000, 5000]
        """
        floor, span = min(self.floor, share), self.target - self.baseline
        way = (value - self.baseline) * (1 if span > 0 else -1)
        return floor + money.share(share - floor, max(0, min(way, abs(span))), abs(span))

    def withheld(self, share: int) -> int:
        """Minor units that are billed of a share where no reading was given."""
        return min(share, self.floor if self.fallback is None else self.fallback)

    @property
    def closes_on(self) -> date:
        """The last day to give a reading."""
        return self.window_to + GRACE

    def examples(self, share: int) -> list[tuple[int, int]]:
        """Values from baseline to target, each with what it earns of a share (minor units)."""
        span = self.target - self.baseline
        values = (self.baseline + span * part // 4 for part in range(5))
        return [(value, self.amount(share, value)) for value in values]


def stored(measure: Measure | None) -> dict[str, Any] | None:
    """A measure as JSON holds it."""
    if measure is None:
        return None
    days = {name: getattr(measure, name).isoformat() for name in ("window_from", "window_to")}
    return {**asdict(measure), **days}


def read(kept: Mapping[str, Any] | None) -> Measure | None:
    """The measure that stored() or frozen() kept."""
    if kept is None:
        return None
    names = Measure.__dataclass_fields__
    said = {name: value for name, value in kept.items() if name in names}
    days = {name: date.fromisoformat(said[name]) for name in ("window_from", "window_to")}
    return Measure(**{**said, **days})


def frozen(kept: Mapping[str, Any] | None, share: int) -> dict[str, Any] | None:
    """What an agreement says of a measure: its terms, and what some values earn of the share."""
    measure = read(kept)
    if measure is None:
        return None
    return {
        **(stored(measure) or {}),
        "withheld": measure.withheld(share),
        "closes_on": measure.closes_on.isoformat(),
        "examples": [list(each) for each in measure.examples(share)],
    }


def parse(text: str) -> int:
    """Thousandths of what was typed, like ``412`` or ``2,5``. Raises ValueError."""
    try:
        value = Decimal(text.strip().replace(",", ".")) * UNIT
        whole = int(value)
    except (InvalidOperation, OverflowError, ValueError) as error:
        raise ValueError(text) from error
    if whole != value or abs(whole) > MOST:
        raise ValueError(text)
    return whole


def plain(value: int) -> str:
    """A value as it is typed: 412500 is ``412.5``."""
    return f"{(Decimal(value) / UNIT).normalize():f}"

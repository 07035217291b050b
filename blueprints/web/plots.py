"""Geometry of the plots that the server draws: percent across, pixels up, no inline style."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from billing.changes.waterfall import Level
from billing.outcomes.audit_figures import Sum
from billing.outcomes.audit_jobs import HoursSpread, JobSum
from billing.reading.cashflow import Month

HEIGHT = 160
"""Pixels for the tallest bar; the sheet's plot is 192 high, the rest is for labels."""

TOP = 8


@dataclass(frozen=True)
class Bar:
    """One month's two stacked bars; x and width in percent, y and height in pixels."""

    month: Month
    x: float
    middle: float
    width: float
    received: tuple[int, int]
    expected: tuple[int, int]


def bars(months: list[Month]) -> list[Bar]:
    """Received below, expected above it, scaled to the tallest month."""
    tallest = max((month.received + month.expected for month in months), default=0)
    step = 100 / max(1, len(months))
    found = []
    for index, month in enumerate(months):
        received = _height(max(0, month.received), tallest)
        expected = _height(max(0, month.expected), tallest)
        floor = TOP + HEIGHT
        found.append(
            Bar(
                month=month,
                x=round(index * step + step * 0.2, 2),
                middle=round(index * step + step / 2, 2),
                width=round(step * 0.6, 2),
                received=(floor - received, received),
                expected=(floor - received - expected, expected),
            )
        )
    return found


def _height(amount: int, tallest: int) -> int:
    return HEIGHT * amount // tallest if tallest else 0


ROW = 46
"""Pixels of one step of a waterfall: a line of words above its bar."""


@dataclass(frozen=True)
class Span:
    """One step as a bar: x and width in percent; y is the top of its row in pixels."""

    level: Level
    x: float
    width: float
    y: int


def waterfall(levels: Sequence[Level]) -> list[Span]:
    """The steps below each other, scaled to the largest value."""
    largest = max((max(level.start, level.end) for level in levels), default=0) or 1
    return [
        Span(
            level=level,
            x=round(100 * min(level.start, level.end) / largest, 2),
            # A change of nothing is still to be seen.
            width=max(0.4, round(100 * abs(level.difference) / largest, 2)),
            y=number * ROW,
        )
        for number, level in enumerate(levels)
    ]


@dataclass(frozen=True)
class Strip:
    """A named amount (minor units) as a bar that lies; width in percent, y in pixels."""

    name: str
    amount: int
    width: float
    y: int


def strips_by_currency(rows: Iterable[tuple[str, str, int]]) -> dict[str, list[Strip]]:
    """(currency, name, amount) as strips below each other, each currency to a scale of its own."""
    found: dict[str, list[tuple[str, int]]] = {}
    for currency, name, amount in rows:
        found.setdefault(currency, []).append((name, amount))
    return {currency: strips(named) for currency, named in found.items()}


def strips(named: Sequence[tuple[str, int]]) -> list[Strip]:
    """Amounts below each other, scaled to the largest; one below zero has no length."""
    largest = max((amount for _name, amount in named), default=0)
    return [
        Strip(
            name, amount, round(100 * max(0, amount) / largest, 2) if largest > 0 else 0, at * ROW
        )
        for at, (name, amount) in enumerate(named)
    ]


@dataclass(frozen=True)
class Box:
    """How the hours of one kind of work spread: x and widths in percent, y in pixels.

    The line runs from the shortest to what nine in ten stay below, the box over the middle half.
    """

    name: str
    median_seconds: float
    line: tuple[float, float]
    box: tuple[float, float]
    median: float
    y: int


def boxes(rows: Iterable[JobSum | Sum]) -> list[Box]:
    """Kinds of work with enough jobs below each other, scaled to the longest line."""
    told = [(row.name, row.spread) for row in rows if row.spread and row.spread.quartiles]
    longest = max((spread.p90 or 0 for _name, spread in told if spread), default=0) or 1
    return [_box(name, spread, longest, at * ROW) for at, (name, spread) in enumerate(told)]


def _box(name: str, spread: HoursSpread, longest: float, y: int) -> Box:
    def part(seconds: float) -> float:
        return round(100 * seconds / longest, 2)

    lower, upper = spread.quartiles or (spread.median, spread.median)
    first, last = part(min(spread.shortest, lower)), part(spread.p90 or upper)
    return Box(
        name=name,
        median_seconds=spread.median,
        line=(first, round(max(0.4, last - first), 2)),
        box=(part(lower), round(max(0.4, part(upper) - part(lower)), 2)),
        median=min(99.4, part(spread.median)),
        y=y,
    )

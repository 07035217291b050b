"""Geometry of the plots that the server draws: percent across, pixels up, no inline style."""

from dataclasses import dataclass

from billing.cashflow import Month

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

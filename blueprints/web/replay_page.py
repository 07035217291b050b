"""The replay as it is shown: what is assumed beside what comes of it, and its plots."""

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from billing.outcomes import replay, replay_assumptions, replay_reading
from billing.outcomes.replay import Figures, Range
from billing.outcomes.replay_assumptions import Assumptions
from billing.outcomes.replay_reading import Replayed
from billing.people import accounts
from blueprints.web.plots import ROW
from blueprints.web.replay_form import AssumptionsForm
from models import User

OPEN = 3
"""Kinds of work whose assumptions are not folded."""


@dataclass(frozen=True)
class Lane:
    """What a model brings an hour and in all as bars, the range as a line, the floor as a mark.

    All in percent across, `y` in pixels.
    """

    figures: Figures
    rate: float
    line: tuple[float, float] | None
    floor: float
    revenue: float
    y: int


class Page:
    """One visit: what was typed, or else what is kept, over the owner's own past."""

    def __init__(self, owner: User, typed: MultiDict[str, str] | None = None) -> None:
        self.owner = owner
        self.found, self.left_out = replay_reading.pasts(owner)
        self.kept = replay_assumptions.of(owner)
        country = str(accounts.business(owner).country)
        self.form = AssumptionsForm(self.found, self.kept, country, typed)
        self.is_typed = typed is not None

    def told(self, assumed: Assumptions | None = None) -> dict[str, Any]:
        """What the page shows under what is assumed, by default what is kept."""
        return {
            "form": self.form,
            "typed": self.form.typed if assumed and self.is_typed else None,
            "replays": replay_reading.replayed(self.found, assumed or self.kept),
            "left_out": self.left_out,
            "lanes": lanes,
            "open": OPEN,
            "enough": replay.ENOUGH,
            "draws": replay.DRAWS,
            "covered": replay.COVERED,
            "seed": (assumed or self.kept).general.seed,
        }


def lanes(shown: Replayed, figures: list[Figures]) -> list[Lane]:
    """One case's models below each other, at the scales of all cases."""
    return [
        Lane(
            each,
            _across(each.rate, shown.highest),
            _line(each.range, shown.highest),
            # A mark at the very end is still to be seen.
            min(99.4, _across(shown.floor, shown.highest)),
            _across(each.revenue, shown.most),
            at * ROW,
        )
        for at, each in enumerate(figures)
    ]


def _across(amount: int, whole: int) -> float:
    return round(100 * max(0, amount) / (whole or 1), 2)


def _line(found: Range | None, whole: int) -> tuple[float, float] | None:
    """Where it begins and how long it is: one of no length is a dot."""
    if found is None:
        return None
    begin = min(99.4, _across(found.low, whole))
    return begin, max(0.6, round(_across(found.high, whole) - begin, 2))

"""A measure as it is typed: the fields that say how it decides a share."""

from typing import Any

from billing import format
from billing.invoicing import measures
from billing.invoicing.measures import Measure


def typed(form: Any) -> Measure | None:
    """What the fields metric_… of a form say; None where it is not enough for a measure."""
    baseline, target = form.metric_baseline.thousandths, form.metric_target.thousandths
    first, last = form.metric_from.data, form.metric_to.data
    if baseline is None or target is None or first is None or last is None:
        return None
    return Measure(
        name=" ".join((form.metric_name.data or "").split()),
        unit=" ".join((form.metric_unit.data or "").split()),
        baseline=baseline,
        target=target,
        source=" ".join((form.metric_source.data or "").split()),
        window_from=first,
        window_to=last,
        floor=form.metric_floor.minor or 0,
        fallback=form.metric_fallback.minor,
    )


def texts(measure: Any, currency: str) -> dict[str, Any]:
    """What the fields of any form say alike of a measure: all but its days."""
    fallback = measure.fallback
    return {
        "metric_name": measure.name,
        "metric_unit": measure.unit,
        "metric_source": measure.source,
        "metric_baseline": measures.plain(measure.baseline),
        "metric_target": measures.plain(measure.target),
        "metric_floor": format.plain(measure.floor, currency) if measure.floor else "",
        "metric_fallback": "" if fallback is None else format.plain(fallback, currency),
    }


def held(measure: Any, share: int, window: tuple[Any, Any], currency: str) -> dict[str, Any]:
    """What the fields of a form begin with for a measure, its share in basis points, its window."""
    opens, closes = window
    return {
        **texts(measure, currency),
        "metric_share": f"{share / 100:g}",
        "metric_from": opens,
        "metric_to": closes,
    }

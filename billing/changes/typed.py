"""A milestone's terms as a change keeps them: plain data with ISO dates."""

from datetime import date
from typing import Any

from billing.invoicing import measures
from billing.planning import duties
from billing.planning.terms import Billing, Terms


def stored(terms: Terms, place: int | None = None) -> dict[str, Any]:
    """Terms as JSON holds them; `place` is the 1-based one in the plan, None where it is kept."""
    billing = terms.billing
    return {
        "title": terms.title,
        "deliverable": terms.deliverable,
        "criteria": list(terms.criteria),
        "price": terms.price,
        "due_on": _iso(terms.due_on),
        "review_days": terms.review_days,
        "rounds": terms.rounds,
        "duties": duties.stored(terms.duties),
        "place": place,
        "billing": {
            "signing_share": billing.signing_share,
            "date_share": billing.date_share,
            "billed_on": _iso(billing.billed_on),
            "signing_delivery": str(billing.signing_delivery),
            "date_delivery": str(billing.date_delivery),
            "acceptance_delivery": str(billing.acceptance_delivery),
            "start_share": billing.start_share,
            "start_delivery": str(billing.start_delivery),
            "metric_share": billing.metric_share,
            "measure": measures.stored(billing.measure),
            "metric_delivery": str(billing.metric_delivery),
        },
    }


def read(kept: dict[str, Any]) -> Terms:
    """The terms that stored() kept."""
    billing = {
        **kept["billing"],
        "billed_on": _day(kept["billing"]["billed_on"]),
        "measure": measures.read(kept["billing"].get("measure")),
    }
    return Terms(
        title=kept["title"],
        deliverable=kept["deliverable"],
        criteria=tuple(kept["criteria"]),
        price=kept["price"],
        due_on=_day(kept["due_on"]),
        review_days=kept["review_days"],
        rounds=kept["rounds"],
        billing=Billing(**billing),
        duties=duties.read(kept.get("duties")),
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

"""Letters to an owner about work that repeats each month."""

from collections.abc import Callable

from billing.delivery.occasion import Occasion, Said
from models import Milestone, ProjectState, RetainerMonth


def month_prepared(at: Occasion) -> Said:
    """A month's draft is there to be looked over; nothing of it went to the client."""
    month: RetainerMonth = RetainerMonth.get_by_id(at.about["month"])
    total = sum(int(row.price or 0) for row in Milestone.live(at.project))
    facts = {"total": total, "begins": month.month.isoformat()}
    return Said(at.page(f"projects/{at.project.id}"), facts)


def _is_sent(at: Occasion) -> bool:
    return bool(at.project.state != ProjectState.DRAFT)


LETTERS: dict[str, Callable[[Occasion], Said]] = {"month_prepared": month_prepared}

OVERTAKEN: dict[str, Callable[[Occasion], bool]] = {"month_prepared": _is_sent}
"""Too late to ask for a look once the month was offered or given up."""

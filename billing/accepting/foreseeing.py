"""What begins next, told before a deed by the very rules by which the deed opens the gates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from billing.accepting import waiting
from billing.accepting.bookkeeping import Deed, Facts
from billing.accepting.waiting import Bill
from billing.invoicing import announcing
from billing.invoicing.announcing import Raised
from models import Milestone, MilestoneState, Project, TriggerKind

RAISED, STARTED = -1, -2
"""The ids of invoices that are not there yet: what the deed bills, and what work begun by it."""


@dataclass(frozen=True)
class Next:
    """What begins with a deed: milestones by their titles, and the invoices which that raises.

    Those `when_paid` begin once all that the deed bills is paid, if nothing else happens.
    """

    starting: tuple[str, ...] = ()
    raised: tuple[Raised, ...] = ()
    when_paid: tuple[str, ...] = ()


NOTHING = Next()


def after(
    facts: Facts | None,
    deed: Deed,
    bills: Iterable[Raised],
    on: date,
    payers: Sequence[str] | None = None,
) -> Next:
    """What begins with a deed that raises `bills` on the seller's day `on`.

    Without facts nothing waits to begin.
    """
    if facts is None:
        return NOTHING
    totals = [each.total for each in bills]
    about = frozenset({deed.milestone})
    open_ones = [Bill(RAISED, "", total, None, about) for total in totals]
    rows = {row.id: row for row in facts.milestones}
    begun = [rows[each] for each in waiting.begins(facts.books(deed, bills=open_ones))]
    raised = starting(facts.project, begun, on, payers)
    later: list[int] = []
    if totals:
        started = [_begun(row) for row in begun]
        about = frozenset(row.id for row in begun)
        more = [Bill(STARTED, "", each.total, None, about) for each in raised]
        later = waiting.begins(facts.books(deed, *started, bills=more))
    return Next(
        starting=tuple(row.title for row in begun),
        raised=tuple(raised),
        when_paid=tuple(rows[each].title for each in later),
    )


def starting(
    project: Project,
    milestones: Sequence[Milestone],
    on: date,
    payers: Sequence[str] | None = None,
) -> list[Raised]:
    """The invoices that beginning these milestones at once raises."""
    billing = announcing.by_kind(milestones, TriggerKind.ON_START)
    return announcing.raised(project, billing, on, payers)


def _begun(row: Milestone) -> Deed:
    fired = [(each.id, None) for each in row.triggers if each.kind == TriggerKind.ON_START]
    return Deed(row.id, MilestoneState.ACTIVE, fired)

"""What accepting does, told before it is done, by what does it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from billing import clock
from billing.accepting import foreseeing, gates, moves, undoing, verdicts
from billing.accepting.bookkeeping import Deed, Facts
from billing.accepting.foreseeing import Next
from billing.accepting.moves import Verb
from billing.invoicing import announcing, charges
from billing.invoicing.announcing import Raised
from billing.outbox import business_of, contacts
from models import Contact, Criterion, Milestone, TriggerKind


@dataclass(frozen=True)
class Consequence:
    """What accepting now does: invoices raised, and what begins next.

    `left` criteria stay in review; `met` are those that it is about.
    """

    raised: list[Raised]
    currency: str
    due_on: date
    met: list[Criterion]
    left: int
    next: Next

    @property
    def total(self) -> int:
        """Minor units payable, of which `tax`."""
        return sum(each.total for each in self.raised)

    @property
    def net(self) -> int:
        return self.total - self.tax

    @property
    def tax(self) -> int:
        return sum(each.tax for each in self.raised)

    @property
    def is_draft(self) -> bool:
        """Whether none of it is issued at once."""
        return all(each.due_on is None for each in self.raised)


def of(milestone: Milestone, now: datetime, met: Collection[int] | None = None) -> Consequence:
    """What reviews.accept() would do now, computed from the same charges, totals and gates."""
    project = milestone.project
    today = undoing.billed_on(business_of(project), now)
    payers = contacts(project, "payer")
    return on(milestone, today, payers, met, gates.facts(project, now))


def on(
    milestone: Milestone,
    today: date,
    payers: Iterable[Contact],
    met: Collection[int] | None = None,
    facts: Facts | None = None,
) -> Consequence:
    """The same where the seller's day of the invoice and the payers are known; reads nothing.

    Of all criteria that are still open, or of those of them that are `met` (ids). Without `facts`
    nothing waits to begin.
    """
    project = milestone.project
    amounts = charges.trigger_amounts(milestone)
    firing = [row for row in milestone.triggers if row.kind == TriggerKind.ON_ACCEPTANCE]
    still = verdicts.still_open(milestone, verdicts.told(milestone))
    chosen = still if met is None else [row for row in still if row.id in met]
    addresses = [contact.email for contact in payers]
    billing = [(str(row.delivery), _part(milestone, amounts[row.id], chosen)) for row in firing]
    raised = announcing.raised(project, billing, today, addresses)
    verb = Verb.ACCEPT_PART if len(chosen) < len(still) else Verb.ACCEPT
    deed = Deed(
        milestone=milestone.id,
        state=moves.TABLE[verb].to,
        charged=[(row.id, criterion.id) for row in firing for criterion in chosen],
    )
    return Consequence(
        raised=raised,
        currency=str(project.currency),
        due_on=clock.due_date(today, int(project.terms_days)),
        met=chosen,
        left=len(still) - len(chosen),
        next=foreseeing.after(facts, deed, raised, today, addresses),
    )


def _part(milestone: Milestone, whole: int, criteria: Iterable[Criterion]) -> int:
    parts = charges.criterion_amounts(milestone, whole)
    return sum(parts[row.id] for row in criteria)

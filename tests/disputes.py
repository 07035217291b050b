"""Disputes in tests: a milestone handed over, disputed, and splits of it."""

from collections.abc import Sequence

from hypothesis import strategies as st

from billing.accepting import submissions
from billing.disputing import disputes, effects, offers, settling
from billing.disputing.effects import Effect
from billing.disputing.offers import Wanted
from billing.paying import payments
from billing.planning.plan import Billing, Terms
from models import Contact, Dispute, Milestone, Outcome, SplitOffer, User
from tests import cast as the
from tests.cast import NOW, later

AGAIN = Wanted(Outcome.REDONE)
NOTHING = Wanted(Outcome.GIVEN_UP)
ALL = Wanted(Outcome.ACCEPTED)


def part(amount: int) -> Wanted:
    return Wanted(Outcome.ACCEPTED, amount)


def wants(worth: int) -> st.SearchStrategy[Wanted]:
    """Anything that can become of a criterion that is worth so much."""
    return st.one_of(
        st.sampled_from([ALL, NOTHING, AGAIN]), st.integers(min(1, worth), worth).map(part)
    )


def handed_over(
    *criteria: str, deposit: int = 0, also: Sequence[Terms] = (), **terms: object
) -> the.Engagement:
    """A milestone of 1,000.00 under review; the `deposit` (basis points) is paid.

    What is `also` in the plan comes after it.
    """
    values = {"price": 100_000, "criteria": criteria or ("One", "Two"), **terms}
    cast = the.active(the.terms(billing=Billing(signing_share=deposit), **values), *also)
    for invoice in cast.invoices:
        payments.record(invoice, invoice.total, NOW.date(), f"paid:{invoice.id}", cast.owner, NOW)
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), cast.owner, NOW)
    return cast


def opened(cast: the.Engagement, *numbers: int, by: User | Contact | None = None) -> Dispute:
    """A dispute about the criteria with these numbers, from 0, by the client."""
    milestone = cast.milestone
    criteria = [row.id for row in milestone.criteria if row.position in numbers]
    asked = milestone.state == "changes_requested" and isinstance(by, User)
    verb = disputes.refuse_changes if asked else disputes.dispute
    made = verb(milestone, criteria, "Not as agreed", by or cast.contact, NOW)
    found: Dispute = Dispute.get_by_id(made.id)
    return found


def offered(dispute: Dispute, by: User | Contact, *shares: Wanted) -> SplitOffer:
    """An offer that says what becomes of each disputed criterion, in order."""
    criteria = sorted(row.criterion_id for row in dispute.criteria)
    wanted = dict(zip(criteria, shares, strict=True))
    made = offers.make(dispute, wanted, "A fair split", by, later(hours=1))
    found: SplitOffer = SplitOffer.get_by_id(made.id)
    return found


def settled(cast: the.Engagement, dispute: Dispute, *shares: Wanted) -> Milestone:
    """The milestone once the client has taken what the owner offered."""
    offer = offered(dispute, cast.owner, *shares)
    take(offer, cast.contact)
    return cast.milestone


def take(offer: SplitOffer, by: User | Contact) -> Effect:
    seen = effects.of_offer(offer, later(hours=2)).mark
    return settling.take(offer, by, later(hours=2), seen)

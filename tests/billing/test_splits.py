"""Splits: whatever is offered and taken in whichever order, no cent is billed twice or lost."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing import checking, dates
from billing.accepting import reviews, submissions, verdicts
from billing.disputing import disputes, offers, settling
from billing.invoicing import charges
from billing.paying import payments
from billing.planning.plan import Billing
from models import Milestone, MilestoneState, SplitOffer
from tests import cast as the
from tests.cast import NOW, later
from tests.disputes import wants
from tests.properties import examples, stateful, undone

pytestmark = pytest.mark.usefixtures("database")

OPEN = {
    MilestoneState.SUBMITTED,
    MilestoneState.PARTLY_ACCEPTED,
    MilestoneState.CHANGES_REQUESTED,
    MilestoneState.DISPUTED,
}


def _begun(price: int, criteria: int, signing: int, dated: int) -> the.Engagement:
    billing = Billing(
        signing_share=signing,
        date_share=dated,
        billed_on=NOW.date() + timedelta(days=60) if dated else None,
    )
    names = tuple(f"Criterion {number}" for number in range(criteria))
    cast = the.active(the.terms(price=price, criteria=names, billing=billing))
    for invoice in cast.invoices:
        if invoice.total:
            key = f"paid:{invoice.id}"
            payments.record(invoice, invoice.total, NOW.date(), key, cast.owner, NOW)
    return cast


def _submit(cast: the.Engagement) -> None:
    milestone = cast.milestone
    if milestone.state in {MilestoneState.ACTIVE, MilestoneState.CHANGES_REQUESTED}:
        shown = the.shown(milestone)
        submissions.submit(milestone, "", [], shown, cast.owner, NOW)


def _disagree(cast: the.Engagement, data) -> None:
    """A dispute about some of what is open, some offers, of which the last is taken."""
    milestone = cast.milestone
    still = verdicts.still_open(milestone, verdicts.accepted(milestone))
    ids = [row.id for row in still]
    chosen = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    by = data.draw(st.sampled_from([cast.owner, cast.contact]))
    made = disputes.dispute(milestone, chosen, "No", by, NOW)
    for _ in range(data.draw(st.integers(1, 2))):
        dispute = type(made).get_by_id(made.id)
        offering = data.draw(st.sampled_from([cast.owner, cast.contact]))
        worths = charges.worths(cast.milestone)
        wanted = {each: data.draw(wants(worths[each])) for each in chosen}
        offer = offers.make(dispute, wanted, "", offering, NOW)
    other = cast.contact if offer.side == "owner" else cast.owner
    settling.take(SplitOffer.get_by_id(offer.id), other, NOW)


def _to_come(milestone: Milestone) -> int:
    """What can still be billed: shares that have not fired, and criteria that are open."""
    amounts = charges.trigger_amounts(milestone)
    fired = {row.trigger_id for row in milestone.charges}
    met, rest = verdicts.accepted(milestone), 0
    for trigger in milestone.triggers:
        if trigger.kind == "on_acceptance":
            parts = charges.criterion_amounts(milestone, amounts[trigger.id])
            rest += sum(amount for each, amount in parts.items() if each not in met)
        elif trigger.id not in fired:
            rest += amounts[trigger.id]
    return rest


@settings(stateful, max_examples=examples(12))
@given(
    price=st.one_of(st.integers(0, 20), st.integers(0, 10**7)),
    criteria=st.integers(1, 4),
    signing=st.sampled_from([0, 3333, 9999]),
    dated=st.sampled_from([0, 1]),
    data=st.data(),
)
@undone()
def test_billed_and_to_come_is_the_price_less_what_was_given_up(
    price, criteria, signing, dated, data
):
    cast = _begun(price, criteria, signing, dated)
    for _ in range(3):
        _submit(cast)
        if cast.milestone.state not in OPEN:
            break
        _disagree(cast, data)
        milestone = cast.milestone
        left = milestone.price - milestone.waived
        assert charges.billed(milestone) + _to_come(milestone) == left
    _submit(cast)
    if cast.milestone.state in OPEN:
        reviews.accept(cast.milestone, cast.contact, later(hours=1))
    dates.fire(cast.project, later(days=90))
    milestone = cast.milestone
    assert charges.billed(milestone) == milestone.price - milestone.waived
    assert checking.problems() == []

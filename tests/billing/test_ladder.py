"""agreed ≥ accepted and agreed ≥ invoiced ≥ paid, whatever prices, rates and deposits are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.accepting import reviews, submissions
from billing.paying import payments
from billing.planning.plan import Billing
from billing.reading import ladder
from models import MilestoneState, Project
from tests import cast as the
from tests.cast import NOW
from tests.properties import stateful

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

prices = st.lists(st.integers(1, 10_000_000), min_size=1, max_size=4)


@stateful
@given(prices, st.integers(0, 10_000), st.integers(0, 25_000), st.booleans(), st.data())
def test_the_rungs_never_cross(amounts, deposit, rate, gross, data):
    owner = the.owner(tax_registered=True, tax_rate=rate)
    kind = "consumer" if gross else "business"
    billing = Billing(signing_share=deposit)
    planned = [the.terms(price=amount, billing=billing) for amount in amounts]
    cast = the.active(*planned, of=owner, for_client=the.client(owner, kind=kind))
    for invoice in cast.invoices:
        payments.record(invoice, invoice.total, NOW.date(), f"{invoice.id}", owner, NOW)
    for milestone in cast.milestones:
        if milestone.state == MilestoneState.ACTIVE and data.draw(st.booleans()):
            submissions.submit(milestone, "", [], the.shown(milestone), owner, NOW)
            reviews.accept(milestone, cast.contact, NOW)
    rungs = ladder.of_project(Project.get_by_id(cast.project.id), NOW.date())
    assert rungs.agreed >= rungs.accepted >= 0
    assert rungs.agreed >= rungs.invoiced >= rungs.paid >= 0
    assert rungs.invoiced == sum(invoice.net for invoice in cast.invoices)

"""What else may happen to what is disputed or settled: stopping, change orders, dunning."""

import pytest

from billing import checking
from billing.agreeing import agreements
from billing.changes import outlook
from billing.delivery import pdf
from billing.ending import stopping
from billing.paying import account_documents
from models import AccountDocument, Dispute, Milestone, MilestoneState, SplitOffer
from tests import cast as the
from tests import changes
from tests.cast import NOW, later
from tests.disputes import AGAIN, ALL, NOTHING, handed_over, offered, opened, part, settled

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def sound(database):
    """Whatever is done here, the check finds nothing."""
    yield
    assert checking.problems() == []


class TestStopping:
    def test_the_signed_price_of_stopping_holds_and_ends_the_dispute(self):
        cast = handed_over()
        offer = offered(opened(cast, 1), cast.owner, ALL)
        price = stopping.price(cast.project, NOW)
        stopping.stop(cast.project, "", price.mark, cast.contact, later(hours=2))
        assert cast.milestone.state == MilestoneState.CANCELLED
        assert Dispute.get().ended == "stopped"
        assert SplitOffer.get_by_id(offer.id).answer == "ended"

    def test_what_was_given_up_is_not_owed_for_stopping(self):
        cast = handed_over()
        settled(cast, opened(cast, 0, 1), part(20_000), AGAIN)
        price = stopping.price(cast.project, NOW)
        [row] = price.rows
        # Half of what is left of the price, by the ladder.
        assert (row.stage, row.fee) == ("in_progress", 35_000)


def test_a_settled_milestone_is_beyond_a_change_order():
    cast = handed_over()
    milestone = settled(cast, opened(cast, 0, 1), NOTHING, AGAIN)
    assert milestone.state == MilestoneState.CHANGES_REQUESTED
    assert not outlook.may_touch(Milestone.get_by_id(milestone.id))


def test_a_disputed_milestone_is_beyond_a_change_order():
    cast = handed_over()
    opened(cast, 1)
    assert not outlook.may_touch(cast.milestone)


def test_nobody_is_dunned_for_what_is_disputed_until_it_is_settled():
    cast = handed_over()
    dispute = opened(cast, 1)
    [billed] = cast.invoices
    with pytest.raises(account_documents.DunnedInDispute):
        account_documents.dunning(billed, cast.owner, later(days=40))
    assert not AccountDocument.select().exists()
    settled(cast, dispute, NOTHING)
    letter = account_documents.dunning(billed, cast.owner, later(days=40))
    assert account_documents.said(letter)["due"] == 50_000


def test_a_change_order_says_what_was_given_up_before_it():
    cast = handed_over(also=(the.terms(title="Second"),))
    settled(cast, opened(cast, 0, 1), part(20_000), ALL)
    changes.altered(cast.milestones[1], price=600_000)
    said = agreements.read(changes.sent(cast))
    assert sum(each["price"] for each in said["milestones"]) == 700_000
    assert said["waived"] == 30_000
    page = pdf.compose("change_order.html", said, "en")
    assert "$300.00 was given up in settling disputes, so $6,700.00 is billed" in page

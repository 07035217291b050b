"""Letters that tell of a decision say what begins with it, as the page said before it."""

import pytest

from billing.accepting import consequences, following, reviews
from billing.delivery import letters
from billing.planning.plan import Billing
from models import Business, Client, Delivery
from tests import cast as the
from tests.advance import handed_over, pay
from tests.cast import NOW, later
from tests.disputes import ALL, offered, opened, take

pytestmark = pytest.mark.usefixtures("database", "idle_press")

ADVANCE = Billing(signing_share=10_000)


def written(kind, installation, now=NOW):
    """The newest letter of a kind, on one line."""
    row = Delivery.select().where(Delivery.kind == kind).order_by(Delivery.id.desc()).get()
    return " ".join(letters.compose(row, installation, now, masked=True).text.split())


def paid_ahead():
    return handed_over(
        the.terms(title="One", billing=ADVANCE),
        the.terms(title="Two & a half", billing=Billing(start_share=4000)),
        clauses={"previous"},
    )


def on_acceptance():
    return handed_over(the.terms(title="One"), the.terms(title="Two"), clauses={"previous"})


def test_who_is_to_decide_is_mailed_what_begins_and_bills_with_it(installation):
    cast = paid_ahead()
    told = consequences.of(cast.milestone, NOW).next
    assert told.starting == ("Two & a half",)
    text = written("milestone_submitted", installation)
    assert "“Two & a half” starts with it. An invoice for $2,000.00 goes to" in text


def test_the_owner_is_mailed_what_began_with_an_acceptance(installation):
    cast = paid_ahead()
    reviews.accept(cast.milestone, cast.contact, later(minutes=1))
    text = written("milestone_accepted", installation, later(hours=5))
    assert "“Two & a half” starts with it." in text and "once that is paid" not in text


def test_what_waits_for_the_invoice_is_said_to_both_and_begins_with_the_payment(installation):
    cast = on_acceptance()
    reviews.accept(cast.milestone, cast.contact, later(minutes=1))
    assert "“Two” starts once that is paid." in written("milestone_accepted", installation)
    invoice = cast.invoices[-1]
    # What the mail with the invoice says, which waits for its PDF here.
    assert following.once_paid(cast.project, NOW, [invoice]).when_paid == ("Two",)
    pay(cast, invoice, later(minutes=2))
    assert "“Two” starts with it." in written("payment_recorded", installation, later(hours=1))
    assert "starts" not in written("milestone_accepted", installation, later(hours=1))


def test_a_part_accepted_begins_nothing(installation):
    cast = on_acceptance()
    reviews.accept(cast.milestone, cast.contact, NOW, met=[cast.milestone.criteria[0].id])
    assert "starts" not in written("milestone_accepted", installation)


def test_while_it_can_be_undone_the_letter_says_what_begins_after_that(installation):
    cast = paid_ahead()
    Business.update(undo_minutes=30).where(Business.owner == cast.owner.id).execute()
    reviews.accept(cast.milestone, cast.contact, NOW)
    assert cast.milestones[1].state == "agreed"
    assert "“Two & a half” starts with it." in written("milestone_accepted", installation)


def test_a_settled_dispute_says_it_to_both_in_their_language(installation):
    cast = handed_over(
        the.terms(title="One", criteria=("Only",), billing=ADVANCE),
        the.terms(title="Two"),
        clauses={"previous"},
    )
    offer = offered(opened(cast, 0), cast.owner, ALL)
    Client.update(language="de").execute()
    assert "„Two“ beginnt damit." in written("dispute_offered", installation)
    take(offer, cast.contact)
    assert "„Two“ beginnt damit." in written("dispute_settled", installation)
    assert "“Two” starts with it." in written("dispute_settled_with_client", installation)

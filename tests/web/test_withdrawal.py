"""A consumer is told before ordering, orders with obligation to pay, withdraws in two steps."""

import pytest

from billing.agreeing import signing
from models import EarlyStart, Project, Withdrawal
from tests import cast as the
from tests.cast import NOW, later


@pytest.fixture
def offer(alice):
    buyer = the.client(alice, kind="consumer", country="DE", currency="EUR")
    return the.offered(of=alice, for_client=buyer)


@pytest.fixture
def cast(offer):
    signing.sign(offer.agreement, the.intent(offer.agreement), offer.contact, NOW)
    signing.countersign(offer.agreement, the.intent(offer.agreement, name="A"), offer.owner, NOW)
    the.seal(offer.agreement)
    offer.project = Project.get_by_id(offer.project.id)
    return offer


def declared(**changes):
    return {"name": "Cleo Zając", "email": "cleo@example.com", **changes}


def test_the_consumer_is_told_before_ordering(as_client, offer):
    visitor = as_client(offer.project, offer.contact)
    shown = visitor.get(f"{visitor.home}agreement").text
    for words in (
        "What you should know before you order",
        "Your right to withdraw",
        "Model withdrawal form",
        "Order with obligation to pay",
        "You need not tick this.",
    ):
        assert words in shown
    assert "Sign agreement" not in shown
    assert 'name="early" type="checkbox"' in shown
    assert "checked" not in shown.split('name="early"')[1].split(">")[0]


@pytest.mark.parametrize("ticked", [True, False])
def test_asking_to_begin_is_a_box_of_its_own(as_client, offer, ticked):
    visitor = as_client(offer.project, offer.contact)
    visitor.get(f"{visitor.home}agreement")
    posted = {
        "name": "Cleo Zając",
        "agreed": "y",
        "consented": "y",
        "key": "k",
        "document_sha256": offer.agreement.document.file.sha256,
        **({"early": "y"} if ticked else {}),
    }
    visitor.post(f"{visitor.home}agreement/signature", posted)
    assert EarlyStart.select().count() == ticked


def test_it_takes_two_steps_and_a_receipt_says_so(as_client, cast):
    visitor = as_client(cast.project, cast.contact)
    home = visitor.get(visitor.home).text
    assert "Withdraw from contract here" in home
    assert "The work begins after that day" in home
    there = f"{visitor.home}withdrawal"
    step = visitor.get(there).text
    assert "Confirm withdrawal" in step
    assert cast.contact.email in step
    assert Withdrawal.select().count() == 0
    visitor.post(there, declared())
    [made] = Withdrawal.select()
    assert made.statement == "I withdraw from the contract “Content strategy”."
    assert "withdrew on" in visitor.get(there).text
    assert "Withdraw from contract here" not in visitor.get(visitor.home).text
    visitor.post(there, declared())
    assert Withdrawal.select().count() == 1


def test_what_was_typed_is_kept(as_client, cast):
    visitor = as_client(cast.project, cast.contact)
    there = f"{visitor.home}withdrawal"
    visitor.get(there)
    refused = visitor.post(there, declared(email="cleo at home"), status=422)
    assert "cleo at home" in refused.text
    assert "Say who withdraws." in visitor.post(there, declared(name=""), status=422).text
    visitor.post(there, declared(csrf_token=""), status=400)
    assert Withdrawal.select().count() == 0


def test_too_late_is_said(as_client, cast, frozen):
    visitor = as_client(cast.project, cast.contact)
    frozen(later(days=20))
    there = f"{visitor.home}withdrawal"
    assert "has passed" in visitor.get(there).text
    visitor.post(there, declared(), status=409)
    assert "Withdraw from contract here" not in visitor.get(visitor.home).text


def test_a_business_has_no_such_right(as_client, alice):
    cast = the.active(of=alice)
    visitor = as_client(cast.project, cast.contact)
    assert "Withdraw" not in visitor.get(visitor.home).text
    assert "Your right to withdraw" not in visitor.get(f"{visitor.home}agreement").text


def test_the_owner_sees_why_the_work_waits(signed_in, cast):
    assert "may withdraw until" in signed_in.get(f"/projects/{cast.project.id}").text

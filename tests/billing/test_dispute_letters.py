"""Letters of a dispute: short, with one action, the amount, and the other side's own words."""

import re
from pathlib import Path

import pytest

from billing.delivery import dispute_letters, letters
from billing.disputing import offers, withdrawing
from models import Delivery, DeliveryState
from tests.cast import NOW, later
from tests.disputes import NOTHING, handed_over, offered, opened, part, take

pytestmark = pytest.mark.usefixtures("database")

AMOUNT = re.compile(r"\$\d[\d,]*\.\d\d")


def written(kind, installation):
    [row] = Delivery.select().where(Delivery.kind == kind, Delivery.channel == "mail")
    letter = letters.compose(row, installation, NOW)
    body = letter.text.split("\n\n", 1)[1].rsplit("\n\n", 2)[0]
    assert len(body.split()) < 80
    assert len(re.findall(r"https?://\S+", letter.text)) == 1
    assert "Content strategy" in letter.subject
    assert AMOUNT.search(letter.subject), letter.subject
    return letter.text


def test_the_other_side_is_told_of_a_dispute_in_its_words(installation):
    opened(handed_over(), 1)
    text = written("dispute_raised_by_client", installation)
    assert "Not as agreed" in text
    assert "/dispute" in text


def test_the_client_is_told_too(installation):
    cast = handed_over()
    opened(cast, 1, by=cast.owner)
    text = written("dispute_raised", installation)
    assert "Nothing of it falls due until both sides have settled it." in text


def test_an_offer_says_what_taking_it_means_and_until_when(installation):
    cast = handed_over()
    offered(opened(cast, 1), cast.owner, part(20_000))
    text = written("dispute_offered", installation)
    assert "$200.00 of the price is accepted and $300.00 is given up." in text
    assert "it means an invoice for $200.00, due on" in text
    assert "by Nov 30, 2026" in text


def test_the_owner_is_told_what_the_client_offers_and_declines(installation):
    cast = handed_over()
    dispute = opened(cast, 1)
    offered(dispute, cast.contact, NOTHING)
    assert "$500.00 is given up" in written("dispute_offered_by_client", installation)
    mine = offered(dispute, cast.owner, part(40_000))
    offers.decline(mine, "Too much", cast.contact, NOW)
    assert "Too much" in written("dispute_declined_by_client", installation)


def test_the_client_is_told_that_an_offer_is_declined(installation):
    cast = handed_over()
    offers.decline(offered(opened(cast, 1), cast.contact, NOTHING), "It was done", cast.owner, NOW)
    assert "It was done" in written("dispute_declined", installation)


def test_unanswered_the_owner_is_told_what_remains(installation):
    cast = handed_over()
    offered(opened(cast, 1), cast.owner, part(20_000))
    offers.lapse(later(days=9))
    text = written("dispute_unanswered", installation)
    assert "has not answered your offer" in text
    assert "What remains: another offer, a mediator" in text


def test_both_are_told_how_it_was_settled(installation):
    cast = handed_over()
    take(offered(opened(cast, 1), cast.owner, part(20_000)), cast.contact)
    for kind in ("dispute_settled", "dispute_settled_with_client"):
        text = written(kind, installation)
        assert "$300.00 of the price is given up for good." in text
        assert "With that the milestone is accepted." in text


def test_what_is_answered_is_not_asked_for_any_more(installation):
    cast = handed_over()
    offer = offered(opened(cast, 1), cast.owner, part(20_000))
    [row] = Delivery.select().where(Delivery.kind == "dispute_offered")
    assert not letters.is_overtaken(row, installation, NOW)
    take(offer, cast.contact)
    assert letters.is_overtaken(row, installation, NOW)
    assert row.state == DeliveryState.QUEUED


def test_every_letter_of_a_dispute_is_written_here():
    text = Path(__file__).read_text()
    assert all(f'"{kind}"' in text for kind in dispute_letters.LETTERS)


@pytest.mark.parametrize("side", ["client", "owner"])
def test_that_a_dispute_is_withdrawn_is_told_to_the_other_side(side, installation):
    cast = handed_over()
    by = cast.contact if side == "client" else cast.owner
    withdrawing.withdraw(opened(cast, 1, by=by), by, NOW)
    kind = "dispute_withdrawn_by_client" if side == "client" else "dispute_withdrawn"
    assert "withdrew the dispute about" in written(kind, installation)

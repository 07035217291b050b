"""The letters of change orders and wishes: each in words of its own, short, with one action."""

import re
from dataclasses import replace

import pytest

from billing.agreeing import agreements, signing
from billing.changes import drafts, requests
from billing.delivery import letters
from models import Agreement, Delivery
from tests import cast as the
from tests import changes
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def posting(installation):
    return replace(installation, base_url="https://milepost.example")


@pytest.fixture
def cast():
    return the.active(the.terms(), the.terms(title="Campaign launched"))


def propose(cast):
    drafts.add(cast.project, the.terms(title="Newsletter", price=120_000), None, NOW)


def written(posting, cast, since):
    """The letters queued since, by kind, each checked."""
    found = {}
    rows = Delivery.select().where(Delivery.channel == "mail", Delivery.id > since)
    for row in rows.order_by(Delivery.id):
        letter = letters.compose(row, posting, NOW)
        ways = re.findall(r"https://\S+", letter.text)
        assert len(ways) == 1 or ways[1:] == [letter.unsubscribe], row.kind
        assert len(letter.text.split()) < 120, row.kind
        assert "Content strategy" in letter.subject
        assert re.search(r"\$\d", letter.subject), row.kind
        found[row.kind] = letter
    return found


def newest():
    return Delivery.select().order_by(Delivery.id.desc()).first().id


def test_a_signed_change_is_told_of_at_every_step(posting, cast):
    since = newest()
    propose(cast)
    order = changes.signed(cast)
    signing.countersign(order, the.intent(order), cast.owner, NOW)
    the.seal(order)
    said = written(posting, cast, since)
    assert "change 1" in said["agreement_sent"].subject
    assert "Until both have signed, everything goes on as agreed" in " ".join(
        said["agreement_sent"].text.split()
    )
    assert "Document (SHA-256)" in said["agreement_signed_receipt"].text
    assert "your turn, change 1" in said["agreement_client_signed"].subject
    assert "The project now comes to $11,200.00" in " ".join(said["agreement_active"].text.split())
    assert "sealed and in force" in " ".join(said["agreement_in_force"].text.split())


@pytest.mark.parametrize("end", ["void", "decline", "expire"])
def test_a_change_that_came_to_nothing_says_that_the_terms_go_on(posting, cast, end):
    propose(cast)
    drafts.revise(cast.project, "", cast.contact, NOW.date(), NOW)
    order = changes.sent(cast)
    since = newest()
    if end == "void":
        agreements.void(order, cast.owner, NOW)
    elif end == "decline":
        agreements.decline(order, "Too dear", cast.contact, NOW)
    else:
        agreements.expire(Agreement.get_by_id(order.id), NOW)
    said = written(posting, cast, since)
    assert said
    for letter in said.values():
        assert "terms so far go on" in " ".join(letter.text.split())


def test_wishes_and_answers_are_mailed(posting, cast):
    since = newest()
    wish = requests.propose(cast.project, "A third language", None, "a", cast.contact, NOW)
    requests.decline(wish, "Not this year", cast.owner, NOW)
    said = written(posting, cast, since)
    assert "A third language" in said["wish_asked"].text
    assert "Not this year" in said["wish_declined"].text


def test_every_template_of_changes_is_used():
    assert {name.replace("change_", "agreement_") for name in letters.OF_CHANGES} <= set(
        letters.LETTERS
    )

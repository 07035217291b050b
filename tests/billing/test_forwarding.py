"""Forwarding: the signer names somebody, the owner sends that person a version of their own."""

import pytest

from billing import checking, events
from billing.agreeing import agreements, codes, forwarding, signing, wishes
from billing.agreeing.forwarding import SamePerson
from billing.agreeing.wishes import AlreadyAnswered, AskedTooOften
from billing.changes import drafts
from billing.people import links
from billing.refusals import NotSignable, NotYours
from models import Agreement, AgreementState, Contact, Delivery, Link, Wish
from tests import cast as the
from tests import changes
from tests.cast import NOW, PDF
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


@pytest.fixture
def cast():
    return the.offered()


def ask(cast, name="Ben Boss", email="Ben@Example.com", note="He signs here", now=NOW):
    return forwarding.ask(cast.agreement, name, email, note, cast.contact, now)


def letters(kind):
    return Delivery.select().where(Delivery.kind == kind).count()


def test_naming_somebody_changes_nothing_but_tells_the_owner(cast):
    wish = ask(cast)
    assert (wish.name, wish.email) == ("Ben Boss", "ben@example.com")
    assert Agreement.get().state == AgreementState.SENT
    assert Contact.select().count() == 1
    assert letters("agreement_forward_asked") == 1
    told = events.history(cast.project)[0]
    assert (told.kind, told.party) == ("agreement.forward_asked", "client")
    assert told.facts["email"] == "ben@example.com"
    assert "ben@example.com" not in str([row.body for row in cast.project.events])
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)


def test_the_same_terms_go_to_who_was_named(cast):
    forwarding.follow(ask(cast), cast.owner, NOW)
    old, new = Agreement.select().order_by(Agreement.version)
    assert (old.state, new.state) == (AgreementState.VOIDED, AgreementState.PREPARING)
    assert new.signer.email == "ben@example.com"
    assert (new.clauses, new.expires_on) == (old.clauses, old.expires_on)
    before, after = agreements.read(old), agreements.read(new)
    assert before["milestones"] == after["milestones"]
    assert before["totals"] == after["totals"]
    assert after["signer"]["name"] == "Ben Boss"
    origin = forwarding.origin(new)
    assert origin is not None and origin.contact_id == cast.contact.id
    assert forwarding.origin(old) is None
    assert checking.problems() == []


def test_a_link_passes_no_right_on(cast):
    forwarding.follow(ask(cast), cast.owner, NOW)
    new = agreements.current(cast.project)
    agreements.deliver(new, PDF + b"2", cast.owner, NOW)
    new = Agreement.get_by_id(new.id)
    with pytest.raises(NotYours):
        signing.sign(new, the.intent(new), cast.contact, NOW)
    with pytest.raises(NotYours):
        codes.ask(new, cast.contact, NOW)
    tokens = {links.token(link, b"s") for link in Link.select()}
    assert len(tokens) == 2
    invited = Delivery.get(Delivery.key == f"agreement_sent:{new.id}")
    assert invited.recipient == "ben@example.com"
    signing.sign(new, the.intent(new), new.signer, NOW)


def test_a_known_contact_is_the_same_person(cast):
    ben = the.contact(cast.project.client, name="Ben", email="ben@example.com", is_signer=False)
    forwarding.follow(ask(cast), cast.owner, NOW)
    assert Contact.select().count() == 2
    assert agreements.current(cast.project).signer_id == ben.id
    assert Contact.get_by_id(ben.id).is_signer
    assert not Contact.get_by_id(ben.id).removed_at


def test_who_was_removed_comes_back_under_the_name_that_was_given(cast):
    gone = the.contact(cast.project.client, name="Ben", email="ben@example.com", removed_at=NOW)
    forwarding.follow(ask(cast), cast.owner, NOW)
    assert agreements.current(cast.project).signer_id == gone.id


def test_an_owner_may_leave_it_with_its_signer(cast):
    wish = ask(cast)
    forwarding.refuse(wish, cast.owner, NOW)
    assert letters("agreement_forward_refused") == 1
    assert wishes.open_of(cast.project) is None
    with pytest.raises(AlreadyAnswered):
        forwarding.follow(Wish.get(), cast.owner, NOW)
    assert Agreement.select().count() == 1
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)


def test_twenty_clicks_are_one_version(cast):
    wish = ask(cast)
    answers = at_once(20, lambda _: forwarding.follow(Wish.get_by_id(wish.id), cast.owner, NOW))
    assert sum(isinstance(answer, Agreement) for answer in answers) == 1
    assert Agreement.select().count() == 2


def test_what_was_signed_meanwhile_stays_signed(cast):
    wish = ask(cast)
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    assert wishes.open_of(cast.project) is None, "nothing to decide any more"
    with pytest.raises(NotSignable):
        ask(cast, email="eve@example.com")
    assert Wish.get_by_id(wish.id).answered_at is None


def test_one_wish_at_a_time_and_not_too_many_a_day(cast):
    first = ask(cast)
    assert ask(cast, email="eve@example.com").id == first.id
    for each in range(wishes.PER_DAY):
        forwarding.refuse(ask(cast, email=f"e{each}@example.com"), cast.owner, NOW)
    with pytest.raises(AskedTooOften):
        ask(cast)
    assert ask(cast, now=the.later(days=2)).id


def test_only_the_signer_names_somebody_else_and_never_themselves(cast):
    other = the.contact(cast.project.client, name="Paul")
    with pytest.raises(NotYours):
        forwarding.ask(cast.agreement, "Ben", "ben@example.com", "", other, NOW)
    with pytest.raises(SamePerson):
        ask(cast, email=cast.contact.email.upper())
    assert Wish.select().count() == 0


def test_a_change_order_goes_to_who_was_named_and_holds_what_it_held():
    cast = the.active()
    drafts.alter(cast.milestone, the.terms(price=600_000), None, NOW)
    order = changes.sent(cast)
    wish = forwarding.ask(order, "Ben", "ben@example.com", "", order.signer, NOW)
    second = forwarding.follow(wish, cast.owner, NOW)
    assert (second.kind, second.version) == (order.kind, order.version + 1)
    said, before = agreements.read(second), agreements.read(order)
    assert said["changes"] == before["changes"] and said["milestones"] == before["milestones"]
    assert said["signer"]["name"] == "Ben"
    agreements.deliver(second, PDF + b"3", cast.owner, NOW)
    second = Agreement.get_by_id(second.id)
    signing.sign(second, the.intent(second), second.signer, NOW)
    signing.countersign(second, the.intent(second), cast.owner, NOW)
    the.seal(second)
    assert Agreement.get_by_id(second.id).state == AgreementState.ACTIVE
    assert checking.problems() == []

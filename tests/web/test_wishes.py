"""The owner answers what a signer asked for, and sees when reminders go."""

import pytest

from billing.agreeing import forwarding, paper, reminders, wishes
from models import Agreement, AgreementState, Contact, Wish
from tests import cast as the
from tests.billing.test_paper import signed
from tests.cast import NOW


@pytest.fixture
def cast(alice):
    return the.offered(of=alice)


@pytest.fixture
def wish(cast):
    return forwarding.ask(cast.agreement, "Ben", "ben@example.com", "Boss", cast.contact, NOW)


def at(cast, rest=""):
    return f"/projects/{cast.project.id}/agreement{rest}"


def test_the_owner_is_asked_who_signs_wherever_they_look(signed_in, cast, wish):
    for path in ("/", f"/projects/{cast.project.id}", at(cast)):
        page = signed_in.get(path).text
        assert "Ben signs" in page, path
    assert "Decide who signs" in signed_in.get("/").text
    assert "Boss" in signed_in.get(at(cast)).text


def test_one_click_sends_it_to_who_was_named(signed_in, cast, wish):
    signed_in.get(at(cast))
    page = signed_in.follow(signed_in.post(at(cast, f"/wishes/{wish.id}/following"))).text
    assert "The same terms go out to Ben now." in page
    assert "Cleo Zając named Ben to sign" in page
    assert Agreement.select().order_by(Agreement.id.desc()).get().signer.email == "ben@example.com"
    page = signed_in.follow(signed_in.post(at(cast, f"/wishes/{wish.id}/following"))).text
    assert "This was answered already." in page
    assert Agreement.select().count() == 2


def test_or_leaves_it_with_its_signer(signed_in, cast, wish):
    signed_in.get(at(cast))
    page = signed_in.follow(signed_in.post(at(cast, f"/wishes/{wish.id}/refusal"))).text
    assert "Cleo Zając is told to sign." in page
    assert Agreement.get().state == AgreementState.SENT
    assert Contact.select().count() == 1
    signed_in.post(at(cast, f"/wishes/{wish.id}/refusal"), status=409)


def test_paper_is_seen_to(signed_in, cast):
    wish = paper.ask(cast.agreement, "By post", cast.contact, NOW)
    page = signed_in.get(at(cast)).text
    assert "would rather sign on paper" in page and "By post" in page
    assert "rather sign" in signed_in.get(f"/projects/{cast.project.id}").text
    page = signed_in.follow(signed_in.post(at(cast, f"/wishes/{wish.id}/settlement"))).text
    assert "Noted as seen to." in page and "By post" not in page


def test_an_objection_stays_before_the_owner_until_seen_to(signed_in, cast):
    paper.record(cast.agreement, signed(), cast.owner, NOW)
    wish = wishes.object_to(cast.agreement, "I never did", cast.contact, NOW)
    assert "objects to what you recorded" in signed_in.get("/").text
    assert "I never did" in signed_in.get(at(cast)).text
    signed_in.post(at(cast, f"/wishes/{wish.id}/settlement"))
    assert "objects to what you recorded" not in signed_in.get("/").text


def test_reminders_are_shown_and_can_be_switched_off(signed_in, cast):
    page = signed_in.get(at(cast)).text
    assert "the next reminder lies in your outbox from" in page
    page = signed_in.follow(signed_in.post(at(cast, "/reminders"), {"pause": "1"})).text
    assert "is not reminded of this offer" in page
    assert reminders.is_paused(cast.agreement)
    page = signed_in.follow(signed_in.post(at(cast, "/reminders"))).text
    assert "the next reminder lies in your outbox from" in page


@pytest.mark.parametrize("deed", ["following", "refusal", "settlement"])
def test_another_owners_wishes_do_not_exist(stranger, cast, wish, deed):
    own = the.project(type(cast.owner).get(type(cast.owner).email == "bob@example.com"))
    stranger.get("/")
    stranger.post(at(cast, f"/wishes/{wish.id}/{deed}"), status=404)
    stranger.post(f"/projects/{own.id}/agreement/wishes/{wish.id}/{deed}", status=404)
    stranger.post(at(cast, "/reminders"), status=404)
    assert Wish.get().answered_at is None


def test_without_a_token_nothing_is_answered(signed_in, cast, wish):
    for deed in ("following", "refusal", "settlement"):
        path = at(cast, f"/wishes/{wish.id}/{deed}")
        signed_in.post(path, {"csrf_token": ""}, status=400)
    assert Wish.get().answered_at is None

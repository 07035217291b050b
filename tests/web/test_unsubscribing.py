"""Fewer mails by the link in one: opening it changes nothing, a post needs nobody signed in."""

import pytest

from billing.mailing import opting_out, paces
from models import Contact, MailSetting, Pace, Topic
from tests import cast as the
from tests.web.visitor import BASE_URL


@pytest.fixture
def cast(alice):
    return the.submitted(of=alice)


@pytest.fixture
def address(cast, app):
    secret = app.config["INSTALLATION"].secret
    return f"/mails/{opting_out.token(cast.contact, Topic.COMMENTS, secret)}"


def test_opening_it_changes_nothing_and_says_what_it_is_about(nobody, address):
    page = nobody.get(address).text
    assert "The mail that led you here: Comments" in page
    assert "These always come: invoices" in page
    assert not MailSetting.select().exists()


def test_a_mail_program_stops_them_in_one_step(app, cast, address):
    """Without a cookie, a token of ours or a redirect (RFC 8058)."""
    body = {"List-Unsubscribe": "One-Click"}
    answer = app.test_client().post(address, data=body, base_url=BASE_URL)
    assert answer.status_code == 200
    assert "Not sent to you any more: Comments" in answer.text
    assert paces.of(cast.contact) == dict.fromkeys(Topic, Pace.AT_ONCE) | {Topic.COMMENTS: Pace.OFF}


def test_a_person_may_change_their_mind_there(nobody, cast, address):
    nobody.get(address)
    nobody.post(address, status=200)
    chosen = dict.fromkeys(("progress", "comments", "reminders", "payments"), "daily")
    nobody.post(f"{address}/choice", chosen)
    assert set(paces.of(cast.contact).values()) == {Pace.DAILY}
    nobody.post(f"{address}/choice", {**chosen, "comments": "never"}, 422)


def test_of_the_mail_of_the_day_all_within_it_is_stopped(nobody, cast, app):
    paces.choose(cast.contact, {Topic.COMMENTS: Pace.DAILY}, cast.contact, the.NOW)
    token = opting_out.token(cast.contact, opting_out.DIGEST, app.config["INSTALLATION"].secret)
    nobody.get(f"/mails/{token}")
    nobody.post(f"/mails/{token}", status=200)
    assert paces.of(cast.contact)[Topic.COMMENTS] == Pace.OFF
    assert paces.of(cast.contact)[Topic.PROGRESS] == Pace.AT_ONCE


def test_who_was_removed_or_made_a_link_up_finds_nothing(nobody, cast, address):
    nobody.get(f"{address}x", 404)
    nobody.get(f"/mails/c{'9' * 4400}-comments-x", 404)
    Contact.update(removed_at=the.NOW).where(Contact.id == cast.contact.id).execute()
    nobody.get(address, 404)


def test_it_is_read_in_the_clients_language(nobody, alice, app):
    buyer = the.client(alice, language="de", country="DE")
    contact = buyer.contacts[0]
    token = opting_out.token(contact, Topic.COMMENTS, app.config["INSTALLATION"].secret)
    assert "Welche E-Mails Sie bekommen" in nobody.get(f"/mails/{token}").text

"""Which mails somebody gets, on the pages of owner and client."""

import pytest

from billing.accepting import comments
from billing.mailing import paces
from models import Pace, Topic
from tests import cast as the

CHOSEN = {"progress": "at_once", "comments": "off", "reminders": "off", "payments": "at_once"}
QUIET = {Topic.COMMENTS: Pace.OFF, Topic.REMINDERS: Pace.OFF}


@pytest.fixture
def cast(alice):
    return the.submitted(of=alice)


def _contacts(cast):
    return f"/clients/{cast.project.client_id}/contacts/{cast.contact.id}/mails"


def test_the_owner_chooses_their_own_mails(signed_in, alice):
    visitor = signed_in
    visitor.get("/settings/mails")
    visitor.post("/settings/mails", CHOSEN, status=303)
    assert paces.of(alice) == dict.fromkeys(Topic, Pace.AT_ONCE) | QUIET
    assert "selected" in visitor.get("/settings/mails").text


def test_the_owner_chooses_for_a_contact_and_sees_it_beside_the_name(signed_in, cast):
    visitor = signed_in
    visitor.get(_contacts(cast))
    visitor.post(_contacts(cast), CHOSEN, status=303)
    page = visitor.get(f"/clients/{cast.project.client_id}").text
    assert "Not at all: comments, reminders" in page


def test_a_contacts_own_choice_stands(signed_in, cast):
    paces.choose(cast.contact, QUIET, cast.contact, the.NOW)
    visitor = signed_in
    visitor.get(_contacts(cast))
    loud = dict.fromkeys(CHOSEN, "at_once")
    answer = visitor.post(_contacts(cast), loud, status=422)
    assert "Only they can have more again" in answer.text
    assert paces.of(cast.contact)[Topic.COMMENTS] == Pace.OFF


def test_a_client_chooses_on_their_own_page(as_client, cast):
    reader = as_client(cast.project, cast.contact)
    assert "Which mails you get" in reader.get(reader.home).text
    assert "These always come: invoices" in reader.get(f"{reader.home}mails").text
    reader.post(f"{reader.home}mails", CHOSEN)
    assert paces.of(cast.contact) == dict.fromkeys(Topic, Pace.AT_ONCE) | QUIET


def test_the_outbox_says_why_a_mail_was_not_sent(signed_in, cast):
    paces.choose(cast.contact, QUIET, cast.contact, the.NOW)
    comments.say(cast.milestone, "A word", cast.owner, the.NOW, "a")
    visitor = signed_in
    assert "mails of this kind are not sent" in visitor.get("/outbox?state=cancelled").text

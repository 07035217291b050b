"""A letter to a client: what it may tell, and that one press sends it once."""

from datetime import timedelta

import pytest

from billing import events
from billing.delivery import by_hand, letters
from billing.outcomes import audit_editing, client_letters, letter_facts
from billing.outcomes.client_letters import LetterUnwritten, NotTheirContact, Words
from billing.people import contacts
from billing.planning import projects
from models import Client, ClientLetter, Delivery, DeliveryState, LetterWay
from tests import cast as the
from tests.cast import NOW
from tests.tracked import Tracked, imported

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

WORDS = Words("From hours to results", "First line\nSecond line\n\nThird")


@pytest.fixture
def owner():
    return the.owner()


@pytest.fixture
def client(owner):
    return the.client(owner, name="Cleo GmbH")


@pytest.fixture
def contact(client):
    return the.contact(client)


def past(owner):
    imported(
        owner,
        [
            Tracked("2025-01-10", 10, "Site", 100_000),
            Tracked("2025-03-10", 2.5, "Site", 25_000),
            Tracked("2025-03-11", 3, "Workshop", 90_000, currency="JPY"),
            Tracked("2025-04-01", 7, "Thinking", None, billable=False),
            Tracked("2025-05-01", 9, "Travel", None),
            Tracked("2025-06-01", 50, "Other work", 700_000, client="Dora Ltd"),
        ],
    )


def send(contact, key="k", way=LetterWay.MAIL, words=WORDS):
    return client_letters.send(contact, words, key, way, contact.client.owner, NOW)


def test_only_what_was_billed_to_this_client_is_told(owner, client):
    past(owner)
    audit_editing.value(owner, "Cleo GmbH", "Website", "A site that sells")
    assert letter_facts.past_name(client) == "Cleo GmbH"
    told = letter_facts.known(owner, "Cleo GmbH")
    assert told.billed == {"EUR": 125_000, "JPY": 90_000}, "currencies stand beside each other"
    assert told.seconds == 15.5 * 3600, "what was not billed is no affair of theirs"
    assert (told.first.isoformat(), told.last.isoformat()) == ("2025-01-10", "2025-03-11")
    words = client_letters.suggested(client, "Cleo GmbH")
    assert "your investment is tied directly to results" in words.text
    assert "From January 2025 to March 2025 I billed you €1,250.00 + ¥90,000" in words.text
    assert "for 15.5 hours of work" in words.text
    assert "A site that sells" in words.text
    assert "Dora" not in words.text and "7,000" not in words.text


def test_a_name_that_is_written_in_two_ways_is_one_client(owner, client):
    past(owner)
    imported(owner, [Tracked("2025-07-01", 1, "Site", 10_000, client="CLEO GmbH")])
    audit_editing.value(owner, "CLEO GmbH", "Website", "A site that sells")
    told = letter_facts.known(owner, "Cleo GmbH")
    assert told.billed == {"EUR": 135_000, "JPY": 90_000}
    assert letter_facts.results(owner, letter_facts.past_name(client)) == ["A site that sells"]


def test_of_no_past_nothing_is_told(owner, client):
    words = client_letters.suggested(client, letter_facts.past_name(client))
    assert "billed" not in words.text and len(words.text.split("\n\n")) == 4


@pytest.mark.parametrize(
    ("language", "subject", "amount"),
    [
        ("de", "Von Stunden zu Ergebnissen", "1.000,00\xa0€"),
        ("fr", "Des heures aux résultats", "1\u202f000,00\xa0€"),
        ("es", "De las horas a los resultados", "1.000,00\xa0€"),
        ("en", "From hours to results", "€1,000.00"),
    ],
)
def test_it_speaks_the_clients_language(owner, client, language, subject, amount):
    imported(owner, [Tracked("2025-01-10", 10, "Site", 100_000)])
    Client.update(language=language).execute()
    words = client_letters.suggested(Client.get_by_id(client.id), "Cleo GmbH")
    assert words.subject == subject
    assert amount in words.text


def test_one_press_sends_it_once(owner, contact, installation):
    made = send(contact)
    assert send(contact) == made and ClientLetter.select().count() == 1
    queued = Delivery.get(Delivery.kind == "client_letter")
    assert (queued.recipient, queued.project_id) == (contact.email, None)
    letter = letters.compose(queued, installation, NOW)
    assert letter.subject == WORDS.subject
    assert [part for part in letter.text.split("\n\n")][1:4] == [
        "First line",
        "Second line",
        "Third",
    ]
    assert letter.reply_to and letter.recipient_name == contact.name
    assert "http" not in letter.text and "href" not in letter.html, "it asks for nothing"
    send(contact, "another press")
    assert Delivery.select().count() == ClientLetter.select().count() == 2


def test_what_was_changed_after_going_back_is_another_letter(owner, contact):
    send(contact)
    send(contact, words=Words("From hours to results", "Other words"))
    send(contact, way=LetterWay.COPIED)
    assert ClientLetter.select().count() == 3
    assert Delivery.select().count() == 2


def test_what_is_typed_is_text_in_the_mail(owner, contact, installation):
    send(contact, words=Words("{{ 7 * 7 }}", "<script>alert(1)</script> {% if %}"))
    letter = letters.compose(Delivery.get(), installation, NOW)
    assert letter.subject == "{{ 7 * 7 }}"
    assert "<script>" not in letter.html and "&lt;script&gt;" in letter.html


def test_it_is_on_record_with_the_clients_project():
    cast = the.active()
    before = events.length(cast.project)
    made = send(cast.contact)
    copied = send(cast.contact, "other", LetterWay.COPIED)
    told = events.history(cast.project)[:2]
    assert [(each.kind, each.facts["letter"]) for each in told] == [
        ("letter.copied", copied.id),
        ("letter.sent", made.id),
    ]
    assert events.length(cast.project) == before + 2
    assert events.broken_link(cast.project) is None
    assert Delivery.select().where(Delivery.kind == "client_letter").count() == 1


def test_what_went_out_before_the_first_project_is_on_record_with_it(owner, client, contact):
    made = send(contact)
    assert not client_letters.is_on_record(client)
    later = NOW + timedelta(days=3)
    first = projects.start(client, "First", owner, later)
    told = events.history(first)[0]
    assert (told.kind, told.facts["letter"], told.facts["on"]) == (
        "letter.sent",
        made.id,
        NOW.date().isoformat(),
    )
    assert events.broken_link(first) is None and client_letters.is_on_record(client)
    second = projects.start(client, "Second", owner, later)
    assert [each.kind for each in events.history(second)] == ["project.created"], "once"
    assert Delivery.select().where(Delivery.kind == "client_letter").count() == 1


def test_the_draft_stays_and_can_be_begun_anew(owner, client, contact):
    past(owner)
    client_letters.keep(client, WORDS, NOW)
    client_letters.keep(client, Words("Other", "words"), NOW)
    assert client_letters.draft(client).subject == "Other"
    assert Delivery.select().count() == 0, "writing sends nothing"
    send(contact)
    assert client_letters.draft(client).text == WORDS.text, "the last text is the next draft"
    assert "125" not in client_letters.begin_anew(client, "", NOW).text
    assert "1,250.00" in client_letters.begin_anew(client, "Cleo GmbH", NOW).text


def test_it_goes_to_a_contact_of_ones_own_client_and_says_something(owner, contact):
    with pytest.raises(LetterUnwritten):
        send(contact, words=Words("Subject", "  "))
    with pytest.raises(NotTheirContact):
        client_letters.send(contact, WORDS, "k", LetterWay.MAIL, the.owner(), NOW)
    contacts.remove(contact, owner, NOW)
    with pytest.raises(NotTheirContact):
        send(contact)
    assert Delivery.select().count() == 0


def test_where_no_mail_is_set_up_it_can_be_copied(owner, contact, installation):
    send(contact)
    Delivery.update(state=DeliveryState.HELD).execute()
    assert "Third" in by_hand.copy(Delivery.get(), installation, owner, NOW).text

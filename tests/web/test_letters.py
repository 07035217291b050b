"""The page of a letter to a client: draft, preview, one press."""

import pytest

from models import ClientLetter, Contact, Delivery, LetterDraft
from tests import cast as the
from tests.tracked import Tracked, imported


@pytest.fixture
def client(alice):
    return the.client(alice, name="Cleo GmbH")


@pytest.fixture
def contact(client):
    return the.contact(client)


def typed(contact, /, **changes):
    posted = {"contact": contact.id, "subject": "News", "text": "One\nTwo", "key": "k"}
    return {**posted, **changes}


def test_without_a_contact_it_says_what_to_do(signed_in, client):
    Contact.delete().execute()
    assert "There is nobody to write to yet." in signed_in.get(f"/clients/{client.id}/letter").text


def test_it_begins_with_what_they_know(signed_in, alice, client, contact):
    imported(alice, [Tracked("2025-01-10", 10, "Site", 100_000)])
    page = signed_in.get(f"/clients/{client.id}/letter").text
    assert "I billed you €1,000.00 for 10 hours" in page
    assert "As it will arrive" in page and f"Hello {contact.name}," in page
    assert LetterDraft.select().count() == 0, "looking writes nothing"
    assert "Letter about outcomes" in signed_in.get(f"/clients/{client.id}").text


def test_the_draft_is_kept_and_the_preview_follows(signed_in, client, contact):
    here = f"/clients/{client.id}/letter"
    answer = signed_in.htmx(here, typed(contact), target="aside#preview")
    assert answer.text.lstrip().startswith('<aside class="stack" id="preview"')
    assert "One\n\nTwo" in answer.text
    assert LetterDraft.get().subject == "News" and Delivery.select().count() == 0
    page = signed_in.follow(signed_in.post(here, typed(contact, subject="Later"))).text
    assert 'value="Later"' in page


def test_enter_in_a_field_keeps_the_letter_and_never_sends_it(signed_in, client, contact):
    page = signed_in.get(f"/clients/{client.id}/letter").text
    form = page[page.index('hx-target="#preview"') :]
    first = form[form.index("<button") : form.index("</button>")]
    assert "Keep and look at it" in first and "formaction" not in first


def test_a_double_press_sends_once(signed_in, client, contact):
    where = f"/clients/{client.id}/letter/sending"
    for _press in range(2):
        page = signed_in.follow(signed_in.post(where, typed(contact))).text
    assert "Handed to the outbox" in page and "One\n\nTwo" in page
    assert Delivery.select().count() == ClientLetter.select().count() == 1
    assert "Client letter" in signed_in.get("/outbox").text
    message = Delivery.get().id
    assert "News" in signed_in.get(f"/outbox/{message}").text
    assert "by mail" in signed_in.get(f"/clients/{client.id}/letter").text


def test_it_can_be_copied_instead(signed_in, client, contact):
    answer = signed_in.post(f"/clients/{client.id}/letter/copy", typed(contact))
    page = signed_in.follow(answer).text
    assert "Copy the text" in page and "It was not sent from here." in page
    assert Delivery.select().count() == 0 and ClientLetter.get().way == "copied"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"subject": ""}, "Write a subject."),
        ({"text": " "}, "Write the letter."),
        ({"text": "x" * 5001}, "Use at most 5000 characters."),
        ({"contact": 10**6}, "Choose one of this client"),
        ({"contact": "x"}, "contact"),
    ],
)
def test_what_is_missing_is_said_and_nothing_goes_out(signed_in, client, contact, changes, told):
    for verb in ("sending", "copy"):
        where = f"/clients/{client.id}/letter/{verb}"
        assert told in signed_in.post(where, typed(contact, **changes), 422).text
    assert Delivery.select().count() == ClientLetter.select().count() == 0


def test_it_is_written_anew(signed_in, alice, client, contact):
    imported(alice, [Tracked("2025-01-10", 10, "Site", 100_000, client="Cleo")])
    here = f"/clients/{client.id}/letter"
    signed_in.post(here, typed(contact))
    page = signed_in.follow(signed_in.post(f"{here}/anew", {"name": "Cleo"})).text
    assert "I billed you €1,000.00" in page


def test_a_strangers_letter_is_not_there(signed_in, stranger, client, contact):
    here = f"/clients/{client.id}/letter"
    signed_in.post(f"{here}/copy", typed(contact))
    made = ClientLetter.get().id
    for path in (here, f"{here}/{made}"):
        stranger.get(path, 404)
    for path in (here, f"{here}/anew", f"{here}/sending", f"{here}/copy"):
        stranger.post(path, typed(contact), 404)

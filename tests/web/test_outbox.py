"""The outbox: what each message is and became; covered links, another try, nobody else's."""

from dataclasses import replace

import pytest
from flask import Flask

from billing.accepting import comments, reviews
from billing.delivery import worker
from billing.people import accounts, links
from models import Contact, Delivery, DeliveryState, Event, Link
from tests import cast as the
from tests import press
from tests.cast import NOW
from tests.postbox import postbox
from tests.queries import counted


@pytest.fixture(autouse=True)
def quick_press(monkeypatch):
    press.idle(monkeypatch)


@pytest.fixture
def cast(alice):
    """An agreement was sent: one mail is queued."""
    return the.offered(of=alice)


@pytest.fixture
def work(app: Flask):
    """Everything that is due is worked off, with or without a mail server."""

    def off(smtp_url=""):
        app.config["INSTALLATION"] = replace(app.config["INSTALLATION"], smtp_url=smtp_url)
        while worker.work_once(app.config["INSTALLATION"], NOW):
            pass

    return off


def message(kind="agreement_sent"):
    return Delivery.get(Delivery.kind == kind)


def token(app):
    return links.token(Link.get(), app.config["INSTALLATION"].secret)


def test_an_empty_outbox_says_what_will_be_there(signed_in):
    assert "Nothing yet." in signed_in.get("/outbox").text


def test_every_message_says_what_to_whom_when_and_how_it_stands(signed_in, cast, work):
    page = signed_in.get("/outbox").text
    for shown in (
        "Agreement to read and sign",
        cast.contact.email,
        "Nov 22, 2026, 05:00",
        "Waiting",
    ):
        assert shown in page, shown
    with postbox() as box:
        work(box.url)
        page = signed_in.get("/outbox").text
    assert (
        ">Sent" in page.replace("</svg>", "") and "Please read and sign: Content strategy" in page
    )


def test_without_a_mail_server_nothing_claims_to_be_sent(signed_in, cast, work):
    work()
    page = signed_in.get("/outbox").text
    assert "No mail is set up, so nothing is sent" in page
    assert "Not mailed" in page
    assert 'data-look="accepted"' not in page


def test_messages_are_narrowed_by_state(signed_in, cast, work):
    work()
    assert "Agreement to read" in signed_in.get("/outbox?state=held").text
    assert "No message is in this state." in signed_in.get("/outbox?state=sent").text
    signed_in.get("/outbox?state=nonsense&page=x")


def test_a_message_is_read_as_it_goes_out_its_link_covered(signed_in, app, cast, work):
    page = signed_in.get(f"/outbox/{message().id}").text
    assert "Hello Cleo Zając," in page
    assert "Please read and sign: Content strategy, $5,000.00" in page
    assert "/l/…" in page and token(app) not in page and Link.get().key not in page
    with postbox() as box:
        work(box.url)
        assert token(app) in box.received[0].get_body(("plain",)).get_content()
        assert token(app) not in signed_in.get(f"/outbox/{message().id}").text


def test_without_a_mail_server_it_can_be_copied_whole_and_that_is_on_record(
    signed_in, app, cast, work
):
    work()
    here = f"/outbox/{message().id}"
    page = signed_in.get(here).text
    assert token(app) not in page and "Show it whole to copy" in page
    whole = signed_in.post(f"{here}/copy", status=200).text
    assert token(app) in whole and "mailto:" in whole
    assert [each for each in Event.select() if "link.copied" in each.body]
    assert message().state == DeliveryState.HELD


def test_with_a_mail_server_nothing_can_be_copied(signed_in, app, cast, work):
    with postbox() as box:
        box.answers["RCPT"] = "550 no"
        work(box.url)
        refused = signed_in.post(f"/outbox/{message().id}/copy", status=409).text
    assert token(app) not in refused


def test_a_token_for_a_new_password_is_never_shown(signed_in, alice, work):
    accounts.ask_for_reset(alice.email, NOW)
    work()
    reset = message("password_reset")
    page = signed_in.get(f"/outbox/{reset.id}").text
    assert "/password/reset/…" in page and "Show it whole" not in page
    signed_in.post(f"/outbox/{reset.id}/copy", status=409)


def test_a_refused_recipient_shows_why_and_goes_to_the_mended_address(signed_in, cast, work):
    with postbox() as box:
        box.answers["RCPT"] = "550 5.1.1 No such user"
        work(box.url)
        page = signed_in.get(f"/outbox/{message().id}").text
        assert "The mail server refused the recipient's address." in page
        assert "No such user" in page
        assert "Not sent" in signed_in.get("/outbox").text

        box.answers.clear()
        Contact.update(email="cleo@mended.example").execute()
        told = signed_in.follow(signed_in.post(f"/outbox/{message().id}/retry")).text
        assert "It is tried again now." in told
        work(box.url)
        assert box.envelopes[-1][1] == ["cleo@mended.example"]


def test_a_server_that_is_down_shows_tries_and_the_next_one(signed_in, cast, work):
    work("smtp://127.0.0.1:9")
    page = signed_in.get("/outbox").text
    assert "The mail server cannot be reached." in page and "1 try so far." in page
    assert "It could not be sent yet" in signed_in.get(f"/outbox/{message().id}").text


def test_a_waiting_message_is_cancelled(signed_in, cast, work):
    here = f"/outbox/{message().id}"
    signed_in.get(here)
    page = signed_in.follow(signed_in.post(f"{here}/cancellation")).text
    assert "It will not be sent." in page and "Cancelled" in page
    with postbox() as box:
        work(box.url)
        assert box.received == []
    signed_in.post(f"{here}/cancellation", status=409)
    signed_in.post(f"{here}/retry", status=409)


def test_a_waiting_letter_whose_words_were_erased_says_that_it_will_not_go(signed_in, alice):
    cast = the.active(of=alice)
    said = comments.say(cast.milestone, "My password is 1234", cast.contact, NOW, "k")
    url = f"/outbox/{message('comments_by_client').id}"
    assert "My password is 1234" in signed_in.get(url).text
    comments.erase(said, cast.contact, NOW)
    page = signed_in.get(url).text
    assert "It will not be sent." in page and 'id="letter"' not in page


def test_what_is_sent_is_neither_sent_again_nor_cancelled(signed_in, cast, work):
    with postbox() as box:
        work(box.url)
        here = f"/outbox/{message().id}"
        signed_in.get(here)
        signed_in.post(f"{here}/retry", status=409)
        signed_in.post(f"{here}/cancellation", status=409)
        work(box.url)
        assert len(box.received) == 1


def test_documents_are_not_messages_but_their_failures_show(signed_in, alice, work, monkeypatch):
    cast = the.submitted(of=alice)
    reviews.accept(cast.milestone, cast.contact, NOW)
    document = message("invoice")
    assert "The PDF of an invoice" not in signed_in.get("/outbox").text
    signed_in.get(f"/outbox/{document.id}", status=404)

    press.broken(monkeypatch, "crashed")
    work()
    page = signed_in.get("/outbox").text
    assert "The PDF of an invoice" in page and "The PDF could not be made." in page
    assert "It waits for its PDF." in page
    assert "Try again now" in signed_in.get(f"/outbox/{document.id}").text


def test_a_message_whose_reader_is_gone_is_still_listed(signed_in, cast, work):
    Contact.update(removed_at=NOW).execute()
    work()
    page = signed_in.get(f"/outbox/{message().id}").text
    assert "This contact was removed from the client." in page
    assert "It cannot be shown any more" in page


def test_the_list_takes_as_many_queries_for_many_as_for_one(signed_in, alice):
    def queries():
        with counted() as seen:
            signed_in.get("/outbox")
        return len(seen)

    the.offered(of=alice)
    few = queries()
    for _ in range(3):
        the.active(of=alice)
    assert queries() == few


def posts(delivery):
    return [f"/outbox/{delivery.id}/{deed}" for deed in ("retry", "cancellation", "copy")]


def test_a_stranger_finds_nothing(stranger, app, cast, work):
    work()
    assert cast.contact.email not in stranger.get("/outbox").text
    stranger.get(f"/outbox/{message().id}", status=404)
    for address in posts(message()):
        stranger.post(address, status=404)
    assert message().state == DeliveryState.HELD


def test_without_its_token_a_post_does_nothing(signed_in, cast, work):
    work()
    for address in posts(message()):
        signed_in.token = ""
        signed_in.post(address, status=400)
    assert message().state == DeliveryState.HELD


def test_looking_changes_nothing(signed_in, cast, work):
    work()
    before = message().__data__, Event.select().count()
    signed_in.get("/outbox")
    signed_in.get(f"/outbox/{message().id}")
    for address in posts(message()):
        signed_in.get(address, status=405)
    assert (message().__data__, Event.select().count()) == before


def test_every_kind_of_message_can_be_read(signed_in, alice, work):
    cast = the.submitted(of=alice)
    reviews.accept(cast.milestone, cast.contact, NOW)
    work()
    for row in Delivery.select().where(Delivery.channel == "mail"):
        page = signed_in.get(f"/outbox/{row.id}").text
        assert 'class="letter__text"' in page, row.kind

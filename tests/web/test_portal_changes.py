"""Changes on the client's page: wished for, read as a redline, signed like an agreement."""

import pytest

from billing.agreeing import agreements
from billing.changes import drafts, requests
from billing.ending import stopping
from models import AgreementState, ChangeRequest, RequestState
from tests import cast as the
from tests import changes


@pytest.fixture
def cast(app, alice):
    return the.active(the.terms(), the.terms(title="Campaign launched"), of=alice)


@pytest.fixture
def client(cast, as_client):
    return as_client(cast.project, cast.contact)


def wish(client, **fields):
    client.get(f"{client.home}changes")
    data = {"wish": "A third language", "milestone": "", "key": "k", **fields}
    return client.post(f"{client.home}changes", data)


def test_a_wish_is_said_shown_and_taken_up(cast, client, signed_in):
    page = client.follow(wish(client, milestone=str(cast.milestone.id))).text
    assert "A third language" in page
    assert "Waits for an answer" in page
    wish(client)
    assert ChangeRequest.select().count() == 1

    page = signed_in.get(f"/projects/{cast.project.id}").text
    assert "1 wish of your client waits for an answer" in page
    page = signed_in.get(f"/projects/{cast.project.id}/changes").text
    assert "A third language" in page
    [asked] = requests.waiting(cast.project)
    taken = signed_in.post(f"/change-requests/{asked.id}/taking-up")
    assert "Change a milestone" in signed_in.follow(taken).text
    assert "A third language" in signed_in.get(f"/projects/{cast.project.id}/changes").text
    assert "Taken up" in client.get(f"{client.home}changes").text


def test_a_wish_is_declined_with_words(cast, client, signed_in):
    wish(client)
    [asked] = requests.waiting(cast.project)
    signed_in.get(f"/projects/{cast.project.id}/changes")
    page = signed_in.post(f"/change-requests/{asked.id}/refusal", status=422).text
    assert "Say why not. Your client reads it." in page
    signed_in.post(f"/change-requests/{asked.id}/refusal", {"answer": "Next year"})
    page = client.get(f"{client.home}changes").text
    assert "Next year" in page
    assert "Declined" in page
    signed_in.post(f"/change-requests/{asked.id}/refusal", {"answer": "No"}, status=409)


def test_a_wish_without_words_is_asked_for_again(cast, client):
    client.get(f"{client.home}changes")
    page = client.post(
        f"{client.home}changes", {"wish": " ", "milestone": str(cast.milestone.id)}, status=422
    ).text
    assert "Say what should be different." in page
    assert f'selected value="{cast.milestone.id}"' in page
    assert ChangeRequest.select().count() == 0


def test_a_wish_in_a_project_that_was_stopped_meanwhile_can_be_copied(cast, client):
    client.get(f"{client.home}changes")
    price = stopping.price(cast.project, the.NOW)
    stopping.stop(cast.project, "", price.mark, cast.owner, the.NOW)
    said = {"wish": "A shorter version", "key": "k"}
    page = client.post(f"{client.home}changes", said, status=409).text
    assert "while its project is active." in page and "A shorter version" in page


def test_strangers_and_forgers_wish_for_nothing(cast, client, stranger, nobody):
    wish(client)
    [asked] = requests.waiting(cast.project)
    for deed in ("taking-up", "refusal"):
        stranger.post(f"/change-requests/{asked.id}/{deed}", {"answer": "No"}, status=404)
    nobody.get(f"{client.home}changes", status=404)
    client.token = "forged"
    client.post(f"{client.home}changes", {"wish": "More", "key": "other"}, status=400)
    assert ChangeRequest.get().state == RequestState.OPEN


def test_a_change_is_read_signed_and_then_in_force(cast, client):
    drafts.add(cast.project, the.terms(title="Newsletter", price=120_000), None, the.NOW)
    order = changes.sent(cast)
    page = client.get(client.home).text
    assert "Change 1 waits for your signature" in page
    assert "+<bdi>$1,200.00</bdi>" in page
    assert "Value of the contract" in page

    page = client.get(f"{client.home}agreement").text
    assert "Newsletter" in page
    assert "I have read change 1 of “Content strategy”" in page
    assert "$11,200.00" in page
    form = {
        "name": "Cleo", "agreed": "y", "consented": "y", "key": "k",
        "document_sha256": order.document.file.sha256,
    }  # fmt: skip
    client.post(f"{client.home}agreement/signature", form)
    assert agreements.standing(cast.project).state == AgreementState.CLIENT_SIGNED
    page = client.get(client.home).text
    assert "waits for your signature" not in page


def test_after_a_refusal_the_old_terms_are_shown(cast, client):
    drafts.remove(cast.milestones[1], "", the.NOW)
    order = changes.sent(cast)
    client.get(f"{client.home}agreement")
    client.post(f"{client.home}agreement/refusal", {"reason": "We need it"})
    page = client.get(client.home).text
    assert "Campaign launched" in page
    assert "Nothing needed" in page
    page = client.get(f"{client.home}agreement?version={order.version}").text
    assert "This change was declined" in page
    page = client.get(f"{client.home}agreement").text
    assert "Signed by both sides" in page


def test_home_and_project_say_what_waits_for_the_owner(cast, client, signed_in):
    wish(client)
    assert "wishes for a change in “Content strategy”" in signed_in.get("/").text
    assert "Answer the wish" in signed_in.get(f"/projects/{cast.project.id}").text
    [asked] = requests.waiting(cast.project)
    requests.decline(asked, "No", cast.owner, the.NOW)
    drafts.add(cast.project, the.terms(title="Newsletter", price=120_000), None, the.NOW)
    changes.signed(cast)
    assert "signed a change of “Content strategy”" in signed_in.get("/").text
    page = signed_in.get(f"/projects/{cast.project.id}").text
    assert "has signed change 1 (<bdi>$1,200.00</bdi>)" in page

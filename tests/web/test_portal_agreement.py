"""Reading, signing and declining: intent and consent on record, once, on the document shown."""

import re

import pytest

from billing.agreeing import agreements, signing
from models import Agreement, AgreementState, Event, Project, Signature
from tests import cast as the

STATEMENT = "I have read “Content strategy”, version 1, and agree to it: $5,000.00 in total."


@pytest.fixture
def cast(app):
    return the.offered()


@pytest.fixture
def client(cast, as_client):
    return as_client(cast.project, cast.contact)


def page_of(client):
    return client.get(f"{client.home}agreement").text


def hidden(html, name):
    return re.search(rf'name="{name}" type="hidden" value="([^"]+)"', html)[1]


def filled(html, **changes):
    given = {
        "name": "Cleo Zając",
        "agreed": "y",
        "consented": "y",
        "document_sha256": hidden(html, "document_sha256"),
        "key": hidden(html, "key"),
    }
    return {name: value for name, value in {**given, **changes}.items() if value is not None}


def state(cast):
    return Agreement.get_by_id(cast.agreement.id).state


def test_the_page_says_what_is_signed_and_fills_in_nothing(cast, client):
    html = page_of(client)
    assert STATEMENT in html
    assert signing.CONSENT in html
    assert "Covers three audiences" in html
    assert "Go to sign" in html
    assert cast.agreement.document.file.sha256[:12] in html
    assert re.search(r'<input[^>]*name="name"[^>]*value=""', html)
    for box in ("agreed", "consented"):
        assert "checked" not in re.search(rf'<input[^>]*name="{box}"[^>]*>', html)[0]


def test_the_signature_records_what_was_shown(cast, client):
    done = client.post(f"{client.home}agreement/signature", filled(page_of(client)))
    html = client.follow(done).text
    assert "Thank you. Your signature is on record." in html
    assert "not yet by Alice Writes LLC" in html
    assert "<form" not in html.replace("toast", "")

    [signature] = Signature.select()
    assert (signature.name, signature.party) == ("Cleo Zając", "client")
    assert (signature.statement, signature.consent) == (STATEMENT, signing.CONSENT)
    assert signature.document_sha256 == cast.agreement.document.file.sha256
    assert signature.address == "127.0.0.1"
    assert state(cast) == AgreementState.CLIENT_SIGNED


def test_a_replay_answers_the_same_and_adds_nothing(cast, client):
    given = filled(page_of(client))
    first = client.post(f"{client.home}agreement/signature", given)
    again = client.post(f"{client.home}agreement/signature", given)
    assert first.headers["Location"] == again.headers["Location"]
    assert Signature.select().count() == 1

    page = client.post(f"{client.home}agreement/signature", {**given, "key": "another"}, 409)
    assert "already signed by Cleo Zając" in page.text
    assert Signature.select().count() == 1


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        ("name", "Type your full name to sign."),
        ("agreed", "Tick the box that says you agree"),
        ("consented", "Tick the box about signing electronically."),
    ],
)
def test_nothing_is_signed_by_halves_and_what_was_given_stays(cast, client, missing, says):
    given = filled(page_of(client), **{missing: None})
    html = client.post(f"{client.home}agreement/signature", given, 422).text
    assert says in html
    assert "<title>Error: " in html
    assert hidden(html, "key") == given["key"]
    if missing != "name":
        assert 'value="Cleo Zając"' in html
    assert Signature.select().count() == 0


def test_another_document_is_read_again(cast, client):
    given = filled(page_of(client), document_sha256="0" * 64)
    html = client.post(f"{client.home}agreement/signature", given, 409).text
    assert "Read it again before you sign." in html
    assert hidden(html, "document_sha256") == cast.agreement.document.file.sha256
    assert 'value="Cleo Zając"' in html
    assert "checked" not in re.search(r'<input[^>]*name="agreed"[^>]*>', html)[0]
    assert Signature.select().count() == 0


@pytest.mark.parametrize("named", [None, "", "\0", "0" * 64])
def test_what_names_no_document_that_was_shown_signs_nothing(cast, client, named):
    given = filled(page_of(client), document_sha256=named)
    html = client.post(f"{client.home}agreement/signature", given, 409).text
    assert "Read it again before you sign" in html
    assert hidden(html, "document_sha256") == cast.agreement.document.file.sha256
    assert Signature.select().count() == 0


def replaced(cast):
    """The owner withdraws version 1 and sends version 2."""
    project = Project.get_by_id(cast.project.id)
    agreements.void(cast.agreement, cast.owner, the.NOW)
    project = Project.get_by_id(project.id)
    second = agreements.compose(project, the.NOW)
    agreements.send(second, cast.owner, the.NOW)
    agreements.deliver(second, the.PDF + b"2", cast.owner, the.NOW)
    return second


def test_an_old_page_cannot_sign_the_new_version(cast, client):
    given = filled(page_of(client))
    replaced(cast)
    html = client.post(f"{client.home}agreement/signature", given, 409).text
    assert "version 2" in html
    assert Signature.select().count() == 0
    client.post(f"{client.home}agreement/signature", filled(html))
    [signature] = Signature.select()
    assert signature.agreement.version == 2


def test_an_old_version_says_that_a_newer_one_is_out(cast, client):
    replaced(cast)
    html = client.get(f"{client.home}agreement?version=1").text
    assert "There is a newer version" in html
    assert "Sign agreement" not in html
    assert "Sign agreement" in page_of(client)
    client.get(f"{client.home}agreement?version=3", status=404)


def test_a_withdrawn_version_says_so(cast, client):
    given = filled(page_of(client))
    agreements.void(cast.agreement, cast.owner, the.NOW)
    assert "This version was withdrawn" in page_of(client)
    html = client.post(f"{client.home}agreement/signature", given, 409).text
    assert "can no longer be signed" in html


def test_declining_needs_a_reason_and_tells_the_owner(cast, client):
    page_of(client)
    html = client.post(f"{client.home}agreement/refusal", {"reason": " "}, 422).text
    assert "What would have to be different?" in html
    assert re.search(r"<details[^>]* open", html)
    done = client.post(f"{client.home}agreement/refusal", {"reason": "Too dear"})
    assert "You declined." in client.follow(done).text
    assert state(cast) == AgreementState.DECLINED
    assert "This version was declined" in page_of(client)


def test_viewed_is_an_act_and_never_a_look(cast, client):
    html = page_of(client)
    assert state(cast) == AgreementState.SENT
    assert f'hx-post="{client.home}agreement/viewing"' in html
    for _ in range(2):
        client.post(f"{client.home}agreement/viewing", status=204)
    assert state(cast) == AgreementState.VIEWED
    assert Event.select().where(Event.body.contains("agreement.viewed")).count() == 1
    assert "agreement/viewing" not in page_of(client)


def test_who_does_not_sign_reads(cast, as_client):
    other = the.contact(cast.project.client, name="Paul Other")
    client = as_client(cast.project, other)
    html = page_of(client)
    assert "Only Cleo Zając signs." in html
    assert "Sign agreement" not in html
    assert "agreement/viewing" not in html
    client.post(f"{client.home}agreement/viewing", status=204)
    assert state(cast) == AgreementState.SENT
    document = cast.agreement.document.file.sha256
    given = {
        "name": "Paul",
        "agreed": "y",
        "consented": "y",
        "document_sha256": document,
        "key": "k",
    }
    client.post(f"{client.home}agreement/signature", given, status=403)
    client.post(f"{client.home}agreement/refusal", {"reason": "no"}, status=403)
    assert state(cast) == AgreementState.SENT


def test_the_file_is_there_before_and_after(cast, client):
    before = client.get(f"{client.home}agreement.pdf")
    assert before.data == the.PDF
    assert before.headers["Content-Disposition"].startswith("attachment")
    assert before.headers["Content-Security-Policy"].startswith("sandbox")
    client.post(f"{client.home}agreement/signature", filled(page_of(client)))
    tag = before.headers["ETag"]
    client.get(f"{client.home}agreement.pdf", 304, headers={"If-None-Match": tag})
    assert client.get(f"{client.home}agreement.pdf?version=1").data == the.PDF


def test_not_the_right_person_finds_a_safe_way(cast, client):
    html = page_of(client)
    assert "Not Cleo Zając?" in html
    assert "This page was made for Cleo Zając alone." in html


@pytest.mark.parametrize("deed", ["signature", "refusal", "viewing"])
def test_without_a_token_nothing_happens(cast, client, deed):
    given = {**filled(page_of(client)), "reason": "no", "csrf_token": ""}
    client.post(f"{client.home}agreement/{deed}", given, status=400)
    assert state(cast) == AgreementState.SENT


def test_nobody_gets_in_without_the_link(cast, client, nobody):
    nobody.get(f"{client.home}agreement", status=404)
    nobody.get(f"{client.home}agreement.pdf", status=404)


def test_a_project_without_an_agreement_has_no_page_for_it(app, as_client):
    project = the.project(the.owner())
    client = as_client(project, project.client.contacts.get())
    assert "You hear from Alice Writes LLC" in client.get(client.home).text
    client.get(f"{client.home}agreement", status=404)
    client.get(f"{client.home}agreement.pdf", status=404)

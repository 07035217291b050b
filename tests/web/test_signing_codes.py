"""Signing with a code from the mailbox: in two steps, without a script, nothing typed is lost."""

import re
from dataclasses import replace
from io import BytesIO

import pytest

from billing.agreeing import codes, drawings
from models import Agreement, AgreementState, Code, Delivery, Event, Signature
from tests import cast as the
from tests.pictures import blank, drawn

SECRET = b"a secret for tests"


@pytest.fixture
def installation(installation):
    """Mail is set up; nothing is sent, for no worker runs."""
    return replace(installation, smtp_url="smtp://127.0.0.1:1")


@pytest.fixture
def cast(app):
    return the.offered()


@pytest.fixture
def client(cast, as_client):
    return as_client(cast.project, cast.contact)


def hidden(html, name):
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', html)
    found = found or re.search(rf'<input[^>]*value="([^"]*)"[^>]*name="{name}"', html)
    return found[1] if found else ""


def filled(client, **changes):
    html = client.get(f"{client.home}agreement").text
    given = {
        "name": "Cleo Zając",
        "agreed": "y",
        "consented": "y",
        "document_sha256": hidden(html, "document_sha256"),
        "key": hidden(html, "key"),
    }
    return {name: value for name, value in {**given, **changes}.items() if value is not None}


def kept(html):
    """What the second step holds of the first."""
    names = ("name", "agreed", "consented", "drawing", "document_sha256", "key")
    return {name: hidden(html, name) for name in names}


def post(client, given, status=200, **options):
    return client.post(f"{client.home}agreement/signature", given, status, **options)


def digits():
    return codes.digits(Code.get(Code.ended_at.is_null()), SECRET)


def test_signing_asks_for_the_code_from_the_mail_and_then_signs(cast, client):
    html = post(client, filled(client)).text
    assert cast.contact.email in html
    assert 'autocomplete="one-time-code"' in html and 'inputmode="numeric"' in html
    assert digits() not in html
    assert Signature.select().count() == 0
    done = post(client, {**kept(html), "code": digits()}, 303)
    assert "Thank you. Your signature is on record." in client.follow(done).text
    [signature] = Signature.select()
    assert (signature.name, signature.proof) == ("Cleo Zając", "code")
    assert signature.statement.startswith("I have read “Content strategy”")
    assert Agreement.get().state == AgreementState.CLIENT_SIGNED


def test_an_incomplete_form_is_mended_before_a_code_is_mailed(client):
    html = post(client, filled(client, agreed=None), 422).text
    assert "Tick the box that says you agree" in html
    assert Code.select().count() == 0


def test_the_intent_again_asks_for_the_same_code(client):
    given = filled(client)
    for _ in range(3):
        post(client, given)
    assert Delivery.select().where(Delivery.kind == "signing_code").count() == 1


def test_a_wrong_code_says_so_and_keeps_everything_but_the_code(client):
    html = post(client, filled(client)).text
    wrong = f"{(int(digits()) + 1) % 10**6:06}"
    html = post(client, {**kept(html), "code": wrong}, 422).text
    assert "That is not the code from our last mail. Tries left: 4." in html
    assert wrong not in html
    assert kept(html)["name"] == "Cleo Zając"
    html = post(client, {**kept(html), "code": ""}, 422).text
    assert "Type the six digits from our mail." in html
    post(client, {**kept(html), "code": digits()}, 303)


def test_a_code_that_is_over_offers_a_new_one(client, frozen):
    html = post(client, filled(client)).text
    late = digits()
    frozen(the.later(minutes=11))
    html = post(client, {**kept(html), "code": late}, 422).text
    assert "This code no longer works. Have a new one sent." in html
    assert Code.select().count() == 1, "only who asks is mailed another"
    html = post(client, {**kept(html), "code": "", "again": "1"}).text
    assert "A new code is on its way" in html
    fresh = codes.digits(Code.select().order_by(Code.id.desc()).get(), SECRET)
    post(client, {**kept(html), "code": fresh}, 303)


def test_not_too_many_codes(client):
    html = post(client, filled(client)).text
    for _ in range(codes.PER_HOUR - 1):
        post(client, {**kept(html), "again": "1"})
    html = post(client, {**kept(html), "again": "1"}, 422).text
    assert "Please wait 60 minutes" in html
    assert Code.select().count() == codes.PER_HOUR


def test_back_leads_to_the_form_as_it_was_filled_in(client):
    html = post(client, filled(client)).text
    html = post(client, {**kept(html), "back": "1"}).text
    assert "Go to sign" in html and 'value="Cleo Zając"' in html
    for box in ("agreed", "consented"):
        assert "checked" in re.search(rf'<input[^>]*name="{box}"[^>]*>', html)[0]


def test_a_replay_answers_the_same_and_needs_no_code(client):
    html = post(client, filled(client)).text
    given = {**kept(html), "code": digits()}
    first = post(client, given, 303)
    for again in (given, {**given, "code": ""}, {**given, "code": "000000"}):
        assert post(client, again, 303).headers["Location"] == first.headers["Location"]
    assert Signature.select().count() == 1
    post(client, {**given, "key": "another"}, 409)


def test_another_document_is_read_again_before_any_code(cast, client):
    html = post(client, filled(client, document_sha256="0" * 64), 409).text
    assert "Read it again before you sign." in html
    assert Code.select().count() == 0


def test_a_scanner_with_the_link_neither_views_nor_signs_nor_is_mailed_a_code(cast, client):
    for _ in range(100):
        client.client.get(f"{client.home}agreement", base_url="http://127.0.0.1:8000")
    assert Agreement.get().state == AgreementState.SENT
    assert Code.select().count() == 0
    assert not Event.select().where(Event.body.contains("agreement.viewed")).exists()


def test_a_drawing_goes_along_to_the_second_step_and_is_kept(client):
    address = drawings.address(drawn())
    html = post(client, filled(client, drawing=address)).text
    made = kept(html)["drawing"]
    assert made.startswith("data:image/png;base64,") and len(made) < len(address)
    page = client.follow(post(client, {**kept(html), "code": digits()}, 303)).text
    [signature] = Signature.select()
    assert signature.kind == "drawn"
    assert drawings.shown(signature) in page


def test_a_picture_of_a_signature_is_taken_where_there_is_no_script(client):
    given = filled(client, picture=(BytesIO(drawn((900, 400), "RGB", "JPEG")), "me.jpg"))
    html = post(client, given).text
    assert kept(html)["drawing"].startswith("data:image/png;base64,")
    html = post(client, {**kept(html), "back": "1"}).text
    assert "Sign without this picture" in html
    html = post(client, {**kept(html), "undraw": "y", "back": "1"}).text
    assert kept(html)["drawing"] == ""


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"picture": (BytesIO(b"<svg onload=alert(1)>"), "me.svg")}, "cannot be read"),
        ({"picture": (BytesIO(blank()), "me.png")}, "nothing to see"),
        ({"picture": (BytesIO(b"\0" * (1024 * 1024 + 1)), "me.png")}, "too large"),
        ({"drawing": "data:text/html;base64,PGI+"}, "cannot be read"),
        ({"drawing": "javascript:alert(1)"}, "cannot be read"),
    ],
)
def test_what_is_no_picture_is_said_and_goes_nowhere(client, sent, says):
    html = post(client, filled(client, **sent), 422).text
    assert says in html
    assert "alert(1)" not in html and "text/html;" not in html
    assert 'value="Cleo Zając"' in html
    assert Signature.select().count() == Code.select().count() == 0


def test_who_does_not_sign_is_mailed_no_code(cast, as_client, client):
    given = filled(client)
    other = as_client(cast.project, the.contact(cast.project.client, name="Paul"))
    other.get(f"{other.home}agreement")
    post(other, given, 403)
    assert Code.select().count() == 0


def test_the_owner_looking_on_gets_no_code_and_sees_none_in_the_outbox(cast, client, app):
    from tests.web.visitor import Visitor

    post(client, filled(client))
    owner = Visitor(app)
    owner.sign_in(cast.owner.email, the.PASSWORD)
    message = Delivery.get(Delivery.kind == "signing_code")
    page = owner.get(f"/outbox/{message.id}").text
    assert "••••••" in page and digits() not in page
    owner.post(f"/outbox/{message.id}/copy", status=409)
    owner.get("/outbox")
    assert digits() not in owner.get(f"/projects/{cast.project.id}").text

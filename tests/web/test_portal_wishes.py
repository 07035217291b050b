"""Other ways than signing: somebody else, paper, an objection; each told to the owner."""

import pytest

from billing.agreeing import forwarding, paper, wishes
from models import Agreement, AgreementState, Delivery, Wish
from tests import cast as the
from tests.billing.test_paper import signed
from tests.cast import NOW

BEN = {"person": "Ben Boss", "email": "ben@example.com", "forward_note": "He signs here"}


@pytest.fixture
def cast(app):
    return the.offered()


@pytest.fixture
def client(cast, as_client):
    return as_client(cast.project, cast.contact)


def at(client, rest=""):
    return f"{client.home}agreement{rest}"


def test_naming_somebody_else_shows_that_it_waits(client):
    client.get(at(client))
    page = client.follow(client.post(at(client, "/forwarding"), BEN)).text
    assert "Alice Writes LLC is told who signs" in page
    assert "You named Ben Boss (ben@example.com) to sign" in page
    assert "Sign agreement" in page, "the offer stays open"
    assert Delivery.select().where(Delivery.kind == "agreement_forward_asked").count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"person": ""}, "Say who signs."),
        ({"email": "ben"}, "Enter an e-mail address"),
        ({"email": None}, "This is the address that the agreement went to."),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(cast, client, changes, says):
    client.get(at(client))
    given = {name: cast.contact.email if v is None else v for name, v in {**BEN, **changes}.items()}
    page = client.post(at(client, "/forwarding"), given, 422).text
    assert says in page and "He signs here" in page
    assert Wish.select().count() == 0


def test_a_refused_forward_says_who_is_asked_to_sign(cast, client):
    client.get(at(client))
    client.post(at(client, "/forwarding"), BEN)
    forwarding.refuse(Wish.get(), cast.owner, NOW)
    assert "would like Cleo Zając to sign" in client.get(at(client)).text


def test_too_many_wishes_are_refused_in_words(cast, client):
    client.get(at(client))
    for _ in range(wishes.PER_DAY):
        client.post(at(client, "/forwarding"), BEN)
        forwarding.refuse(Wish.get(Wish.answered_at.is_null()), cast.owner, NOW)
    assert "several times today" in client.post(at(client, "/forwarding"), BEN, 422).text


def test_asking_for_paper_leaves_the_offer_open(client):
    client.get(at(client))
    page = client.follow(client.post(at(client, "/paper"), {"paper_note": "By post"})).text
    assert "You asked to sign on paper" in page and "Sign agreement" in page
    assert Agreement.get().state == AgreementState.SENT
    assert "at most 2000" in client.post(at(client, "/paper"), {"paper_note": "x" * 2001}, 422).text


def test_the_client_reads_what_was_recorded_and_may_object(cast, client):
    client.get(at(client))
    client.post(at(client, "/objection"), {"objection": "What?"}, 409)
    paper.record(cast.agreement, signed(), cast.owner, NOW)
    page = client.get(at(client)).text
    assert "Cleo Z. and Alice A. signed it on" in page
    scan = client.get(at(client, "/scan"))
    assert scan.mimetype == "application/pdf" and scan.data.endswith(b"as it was signed")
    assert scan.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in scan.headers["Content-Security-Policy"]
    assert "Say what is not right." in client.post(at(client, "/objection"), {}, 422).text
    done = client.post(at(client, "/objection"), {"objection": "I never signed"})
    page = client.follow(done).text
    assert "You objected" in page and "I never signed" in page
    assert Delivery.select().where(Delivery.kind == "agreement_objected").count() == 1


def test_without_a_scan_there_is_none(client):
    client.get(at(client, "/scan"), 404)


def test_who_does_not_sign_can_ask_for_nothing(cast, as_client):
    other = as_client(cast.project, the.contact(cast.project.client, name="Paul"))
    other.get(at(other))
    other.post(at(other, "/forwarding"), BEN, 403)
    other.post(at(other, "/paper"), {}, 403)
    assert Wish.select().count() == 0

"""The pages of a client's contacts: added, edited, removed with an undo; nobody else's."""

import pytest

from billing.people import contacts
from models import Contact
from tests import cast as the
from tests.cast import NOW

FILLED = {
    "name": "Ana Łukasik",
    "email": "ana@studio.example",
    "title": "Head of Marketing",
    "is_signer": "y",
    "is_approver": "y",
}


@pytest.fixture
def cleo(alice):
    return the.client(alice, name="Cleo GmbH")


@pytest.fixture
def ana(cleo):
    return the.contact(cleo, name="Ana", email="ana@studio.example")


def where(contact, path=""):
    return f"/clients/{contact.client_id}/contacts/{contact.id}{path}"


def test_a_contact_is_added_with_the_roles_that_are_ticked(signed_in, cleo):
    form = signed_in.get(f"/clients/{cleo.id}/contacts/new").text
    for sentence in ("their signature binds", "They accept it or ask", "Invoices and receipts"):
        assert sentence in form
    page = signed_in.follow(signed_in.post(f"/clients/{cleo.id}/contacts/new", FILLED)).text
    for shown in ("Ana Łukasik was added.", "Head of Marketing", "Signs, approves"):
        assert shown in page
    ana = Contact.get(Contact.email == "ana@studio.example")
    assert (ana.is_signer, ana.is_approver, ana.is_payer) == (True, True, False)


def test_an_address_that_is_there_already_is_refused_in_words(signed_in, ana):
    signed_in.get(f"/clients/{ana.client_id}/contacts/new")
    typed = {**FILLED, "email": "ANA@studio.example"}
    page = signed_in.post(f"/clients/{ana.client_id}/contacts/new", typed, status=422).text
    assert "Ana already has this e-mail address at this client." in page
    assert 'value="Ana Łukasik"' in page and 'value="ANA@studio.example"' in page


def test_empty_and_mistyped_fields_are_named(signed_in, cleo):
    signed_in.get(f"/clients/{cleo.id}/contacts/new")
    typed = {"name": " ", "email": "ana at studio", "title": "Boss"}
    page = signed_in.post(f"/clients/{cleo.id}/contacts/new", typed, status=422).text
    assert "Enter the contact's name." in page and "like name@example.com" in page
    assert 'value="Boss"' in page and 'value="ana at studio"' in page


def test_a_contact_is_edited(signed_in, ana):
    assert "links sent to the old address stop working" in signed_in.get(where(ana)).text
    signed_in.post(where(ana), {"name": "Ana Z.", "email": ana.email, "is_payer": "y"})
    saved = Contact.get_by_id(ana.id)
    assert (saved.name, saved.is_signer, saved.is_payer) == ("Ana Z.", False, True)


def test_another_contacts_address_is_refused_when_editing(signed_in, cleo, ana):
    ben = the.contact(cleo, name="Ben", email="ben@studio.example")
    signed_in.get(where(ben))
    page = signed_in.post(where(ben), {**FILLED, "name": "Ben"}, status=422).text
    assert "Ana already has this e-mail address" in page


def test_a_removed_contact_can_be_brought_back(signed_in, ana):
    signed_in.get(where(ana))
    page = signed_in.follow(signed_in.post(where(ana, "/removal"))).text
    assert "Ana was removed." in page and "Bring back" in page
    signed_in.get(where(ana), status=404)
    page = signed_in.follow(signed_in.post(where(ana, "/restoration"))).text
    assert "Ana is back." in page and "Bring back" not in page
    assert Contact.get_by_id(ana.id).removed_at is None


def test_the_signer_of_an_agreement_that_is_out_cannot_be_removed(signed_in, alice):
    cast = the.offered(of=alice)
    signed_in.get(where(cast.contact))
    page = signed_in.post(where(cast.contact, "/removal"), status=409).text
    assert "signs the agreement of “Content strategy”, which is out." in page
    assert cast.contact.email in page
    assert Contact.get_by_id(cast.contact.id).removed_at is None


def test_a_contact_belongs_to_its_client_alone(signed_in, alice, ana):
    other = the.client(alice)
    signed_in.get(f"/clients/{other.id}/contacts/{ana.id}", status=404)
    signed_in.post(f"/clients/{other.id}/contacts/{ana.id}/removal", status=404)


def test_a_stranger_finds_nothing(stranger, ana):
    for path in (where(ana), f"/clients/{ana.client_id}/contacts/new"):
        stranger.get(path, status=404)
        stranger.post(path, FILLED, status=404)
    for path in ("/removal", "/restoration"):
        stranger.post(where(ana, path), status=404)
    assert Contact.get_by_id(ana.id).removed_at is None


def test_nobody_is_sent_to_sign_in(nobody, ana):
    for path in (where(ana), f"/clients/{ana.client_id}/contacts/new"):
        assert "/sign-in" in nobody.get(path, status=303).headers["Location"]


def test_without_a_token_nothing_happens(signed_in, alice, ana):
    gone = the.contact(ana.client)
    contacts.remove(gone, alice, NOW)
    before = list(Contact.select().dicts())
    for path in (
        f"/clients/{ana.client_id}/contacts/new",
        where(ana),
        where(ana, "/removal"),
        where(gone, "/restoration"),
    ):
        signed_in.token = ""
        signed_in.post(path, FILLED, status=400)
    assert list(Contact.select().dicts()) == before


def test_looking_changes_nothing(signed_in, ana):
    before = list(Contact.select().dicts())
    signed_in.get(where(ana))
    signed_in.get(f"/clients/{ana.client_id}/contacts/new")
    for path in ("/removal", "/restoration"):
        signed_in.get(where(ana, path), status=405)
    assert list(Contact.select().dicts()) == before

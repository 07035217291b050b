"""Contacts: one address once, links that follow the address, removal that can be undone."""

import pytest

from billing import events
from billing.agreeing import agreements
from billing.people import contacts, links
from billing.people.contacts import Person
from billing.refusals import ContactExists, ContactRemoved, SignerOfOffer
from models import Agreement, Contact, Delivery, DeliveryState, Link, Project, write
from tests import cast as the
from tests.cast import NOW

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

SECRET = b"a secret for tests"


@pytest.fixture
def client():
    return the.client(the.owner())


def link_of(cast, contact):
    with write(cast.project):
        return links.for_contact(cast.project, contact, NOW)


def opens(link, token):
    return links.opens(Link.get_by_id(link.id), token, SECRET, NOW)


def test_an_address_is_there_once_per_client_in_any_case(client):
    contacts.add(client, Person("Ana", "ana@acme.example"), client.owner, NOW)
    with pytest.raises(ContactExists) as refused:
        contacts.add(client, Person("Anna", "ANA@acme.example "), client.owner, NOW)
    assert refused.value.facts == {"name": "Ana"}
    elsewhere = the.client(client.owner)
    assert contacts.add(elsewhere, Person("Ana", "ana@acme.example"), client.owner, NOW)


def test_a_contact_cannot_take_anothers_address(client):
    ana = contacts.add(client, Person("Ana", "ana@acme.example"), client.owner, NOW)
    ben = contacts.add(client, Person("Ben", "ben@acme.example"), client.owner, NOW)
    with pytest.raises(ContactExists):
        contacts.revise(ben, Person("Ben", "ana@acme.example"), client.owner, NOW)
    contacts.remove(ana, client.owner, NOW)
    with pytest.raises(ContactRemoved):
        contacts.revise(ben, Person("Ben", "ana@acme.example"), client.owner, NOW)


def test_roles_nobody_holds_are_named(client):
    assert contacts.vacant(list(client.contacts)) == []
    signer = Contact(is_signer=True, is_approver=False, is_payer=False)
    assert contacts.vacant([signer]) == ["approver", "payer"]
    assert contacts.vacant([]) == ["signer", "approver", "payer"]


def test_whoever_signs_an_agreement_that_is_out_stays():
    cast = the.offered()
    with pytest.raises(SignerOfOffer) as refused:
        contacts.remove(cast.contact, cast.owner, NOW)
    assert refused.value.facts["project"] == cast.project.title
    assert Contact.get_by_id(cast.contact.id).removed_at is None

    agreements.void(cast.agreement, cast.owner, NOW)
    contacts.remove(cast.contact, cast.owner, NOW)
    assert Contact.get_by_id(cast.contact.id).removed_at == NOW


def test_a_draft_looks_for_another_signer():
    alice = the.owner()
    project = the.project(alice)
    draft = agreements.compose(project, NOW)
    contacts.remove(draft.signer, alice, NOW)
    assert Agreement.get_by_id(draft.id).signer is None


def test_removal_shuts_the_links_and_its_undo_opens_the_same_ones():
    cast = the.active()
    link = link_of(cast, cast.contact)
    token = links.token(link, SECRET)
    assert opens(link, token)

    contacts.remove(cast.contact, cast.owner, NOW)
    contacts.remove(cast.contact, cast.owner, the.later(hours=1))
    assert not opens(link, token)

    contacts.restore(cast.contact, cast.owner, the.later(hours=2))
    assert opens(link, token)
    assert Contact.get_by_id(cast.contact.id).removed_at is None
    told = [event.kind for event in events.history(cast.project)]
    assert told[:2] == ["link.restored", "link.revoked"]
    assert events.broken_link(cast.project) is None


def test_undo_leaves_a_link_shut_that_was_shut_before():
    cast = the.active()
    link = link_of(cast, cast.contact)
    links.revoke(link, cast.owner, NOW)
    contacts.remove(cast.contact, cast.owner, the.later(hours=1))
    contacts.restore(cast.contact, cast.owner, the.later(hours=2))
    assert not opens(link, links.token(link, SECRET))


def test_an_address_added_again_is_the_same_contact_behind_new_links():
    cast = the.active()
    link = link_of(cast, cast.contact)
    token = links.token(link, SECRET)
    contacts.remove(cast.contact, cast.owner, NOW)
    successor = Person("Successor", cast.contact.email, is_signer=False)
    again = contacts.add(cast.project.client, successor, cast.owner, NOW)
    assert (again.id, again.name, again.is_signer) == (cast.contact.id, "Successor", False)
    assert not opens(link, token)
    fresh = Link.get_by_id(link.id)
    assert opens(fresh, links.token(fresh, SECRET))
    assert events.history(cast.project)[0].kind == "link.made"


def test_links_and_waiting_mail_follow_a_new_address():
    cast = the.offered()
    link = link_of(cast, cast.contact)
    token = links.token(link, SECRET)
    person = Person(cast.contact.name, "right@acme.example")
    contacts.revise(cast.contact, person, cast.owner, NOW)

    assert not opens(link, token)
    waiting = Delivery.select().where(
        Delivery.state == DeliveryState.QUEUED, Delivery.contact.is_null(False)
    )
    letters = {row.kind: row.recipient for row in waiting if row.channel == "mail"}
    assert letters["link_reissued"] == letters["agreement_sent"] == "right@acme.example"


def test_the_same_address_keeps_its_links():
    cast = the.offered()
    link = link_of(cast, cast.contact)
    version = Project.get_by_id(cast.project.id).version
    person = Person("Cleo Z.", cast.contact.email.upper(), is_payer=False)
    contacts.revise(cast.contact, person, cast.owner, NOW)
    assert opens(link, links.token(link, SECRET))
    assert Project.get_by_id(cast.project.id).version == version + 1

"""What a payer completes before the first invoice, and what invoices say from then on."""

import pytest

from billing import checking, events
from billing.accepting import reviews
from billing.invoicing import invoice_content
from billing.people import contacts, payers
from billing.people.payers import ADDRESS, TAX_NUMBER, VAT_ID, Details
from billing.refusals import MistypedNumber, NotYours
from models import Business, Client, Contact, Project
from tests import cast as the
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")

FRENCH = Details(
    legal_name="Cleo SAS",
    tax_id="40303265045",
    purchase_order="PO-4711",
    buyer_reference="04011000-1234512345-06",
    billing_street="9 rue de la Paix",
    billing_postcode="75002",
    billing_city="Paris",
    email="Compta@Example.com",
)


def submitted(**client):
    owner = the.owner(country="DE", currency="EUR", tax_id="DE136695976")
    buyer = the.client(owner, **{"country": "FR", "currency": "EUR", **client})
    return the.submitted(of=owner, for_client=buyer)


def test_what_was_completed_is_on_invoices_from_then_on():
    cast = submitted()
    payers.complete(cast.project, FRENCH, cast.contact, NOW)
    cast.project = Project.get_by_id(cast.project.id)
    reviews.accept(cast.milestone, cast.contact, NOW)
    said = invoice_content.said(cast.invoices[0])
    assert said["buyer"]["name"] == "Cleo SAS"
    assert said["buyer"]["vat_id"] == "FR40303265045"
    assert said["buyer"]["address"] == ["9 rue de la Paix", "75002 Paris", "France"]
    assert (said["purchase_order"], said["buyer_reference"]) == (
        "PO-4711",
        "04011000-1234512345-06",
    )
    told = next(row for row in events.history(cast.project) if row.kind == "payer.completed")
    assert (told.party, told.facts["legal_name"]) == ("client", "Cleo SAS")
    assert checking.problems() == []


def test_a_mailbox_pays_and_does_nothing_else():
    cast = submitted()
    for _ in range(2):
        payers.complete(cast.project, FRENCH, cast.contact, NOW)
    [box] = Contact.select().where(Contact.email == "compta@example.com")
    assert (box.is_payer, box.is_signer, box.is_approver) == (True, False, False)


def test_only_who_pays_may_say_how():
    cast = submitted()
    other = the.contact(cast.project.client, is_payer=False)
    with pytest.raises(NotYours):
        payers.complete(cast.project, FRENCH, other, NOW)
    Contact.update(is_payer=False).execute()
    assert payers.may_complete(cast.project.client, other)


def test_a_mistyped_number_changes_nothing():
    cast = submitted()
    wrong = Details(legal_name="Cleo SAS", tax_id="FR40303265046")
    with pytest.raises(MistypedNumber):
        payers.complete(cast.project, wrong, cast.contact, NOW)
    assert Client.get().legal_name == ""
    assert not contacts.present().where(Contact.email == "compta@example.com").exists()


@pytest.mark.parametrize(
    ("seller", "buyer", "wanted"),
    [
        ("DE", {"country": "FR"}, [ADDRESS, VAT_ID]),
        ("DE", {"country": "FR", "street": "1", "city": "Paris"}, [VAT_ID]),
        ("DE", {"country": "FR", "billing_street": "1", "billing_city": "P", "tax_id": "x"}, []),
        ("ES", {"country": "ES", "street": "1", "city": "Madrid"}, [TAX_NUMBER]),
        ("DE", {"country": "DE", "street": "1", "city": "Bonn"}, []),
        ("DE", {"country": "FR", "kind": "consumer", "street": "1", "city": "Paris"}, []),
    ],
)
def test_only_what_the_country_needs_is_missing(seller, buyer, wanted):
    assert payers.missing(Business(country=seller), Client(**buyer)) == wanted

"""Billing details on the client's page: offered, optional, kept as typed, never by a stranger."""

from models import Client, Contact, Project
from tests import cast as the

TYPED = {
    "legal_name": "Cleo Holding Inc.",
    "tax_id": "911144442",
    "purchase_order": "PO-1",
    "billing_street": "5 Side Street",
    "billing_city": "Boston",
    "billing_country": "US",
    "email": "ap@example.com",
}


def test_the_payer_completes_them_and_the_page_stops_asking(as_client, alice):
    cast = the.active(of=alice)
    reader = as_client(cast.project, cast.contact)
    assert "Complete your billing details" in reader.get(reader.home).text
    page = reader.get(f"{reader.home}billing")
    assert "Cleo GmbH" in page.text
    reader.follow(reader.post(f"{reader.home}billing", TYPED))
    client = Client.get_by_id(cast.project.client_id)
    assert (client.legal_name, client.tax_id) == ("Cleo Holding Inc.", "91-1144442")
    assert Project.get_by_id(cast.project.id).purchase_order == "PO-1"
    home = reader.get(reader.home).text
    assert "Complete your billing details" not in home
    assert "The billing details were completed." in home


def test_what_cannot_be_is_said_and_stays_typed(as_client, alice):
    cast = the.active(of=alice)
    reader = as_client(cast.project, cast.contact)
    for field, value, said in (
        ("tax_id", "12", "is no EIN"),
        ("email", "nobody", "Enter an e-mail address"),
    ):
        answer = reader.post(f"{reader.home}billing", {**TYPED, field: value}, 422)
        assert said in answer.text and "5 Side Street" in answer.text
    assert Client.get_by_id(cast.project.client_id).legal_name == ""


def test_who_does_not_pay_only_reads(as_client, alice):
    cast = the.active(of=alice)
    signer = the.contact(cast.project.client, is_payer=False)
    reader = as_client(cast.project, signer)
    assert "Complete your billing details" not in reader.get(reader.home).text
    assert '<fieldset class="form" disabled>' in reader.get(f"{reader.home}billing").text
    reader.post(f"{reader.home}billing", TYPED, 403)
    assert not Contact.select().where(Contact.email == "ap@example.com").exists()


def test_it_is_asked_in_the_clients_language(as_client, alice):
    buyer = the.client(alice, language="de", country="DE")
    cast = the.active(of=alice, for_client=buyer)
    reader = as_client(cast.project, cast.contact)
    assert "Rechnungsangaben" in reader.get(reader.home).text
    assert "Rechnungsanschrift" in reader.get(f"{reader.home}billing").text

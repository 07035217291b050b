"""E-invoices on the owner's and on the client's page, from an acceptance to the download."""

import pytest

from billing.accepting import reviews
from billing.delivery import worker
from billing.delivery.pdf_press import press
from billing.einvoice import stored
from models import EInvoice
from tests import cast as the
from tests import schematron
from tests.cast import NOW

GERMAN = {
    "name": "Müller & Söhne",
    "country": "DE",
    "currency": "EUR",
    "postcode": "10115",
    "city": "Berlin",
    "region": "",
    "email": "post@mueller.example",
    "phone": "+49 30 901820",
    "tax_registered": True,
    "tax_rate": 19_000,
    "tax_label": "VAT",
    "tax_id": "DE136695976",
    "iban": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
}
BUYER = {
    "name": "Stadt Köln",
    "country": "DE",
    "currency": "EUR",
    "postcode": "50667",
    "city": "Köln",
    "tax_id": "DE122790016",
    "buyer_reference": "053150000000-14001-81",
}


@pytest.fixture
def billed(app):
    """A milestone of 5,000.00 net was accepted and the worker has made the documents."""

    def bill(of=GERMAN, to=BUYER):
        owner = the.owner(**of)
        cast = the.submitted(of=owner, for_client=the.client(owner, **to))
        reviews.accept(cast.milestone, cast.contact, NOW)
        while worker.work_once(app.config["INSTALLATION"], NOW):
            pass
        press.close()
        return cast

    return bill


def test_an_acceptance_makes_all_three_files_once_and_both_sides_get_them(
    app, nobody, billed, as_client
):
    cast = billed()
    [invoice] = cast.invoices
    made = stored.of(invoice)
    assert [each.value for each in made] == ["factur-x", "xrechnung", "peppol"]
    for document in made.values():
        assert schematron.broken(bytes(document.file.content)) == []
    nobody.enter(cast.owner)
    page = nobody.get(f"/invoices/{invoice.id}").text
    assert "The PDF is an e-invoice as well" in page and "Why there is no" not in page
    file = nobody.get(f"/invoices/{invoice.id}/xrechnung.xml")
    assert file.data == bytes(made["xrechnung"].file.content)
    assert "INV-0001-xrechnung.xml" in file.headers["Content-Disposition"]
    assert file.headers["Content-Type"].startswith("application/xml")
    nobody.get(f"/invoices/{invoice.id}/zugferd.xml", status=404)
    client = as_client(cast.project, cast.contact)
    home = f"{client.home}invoices/{invoice.id}"
    assert "As an e-invoice, for your books" in client.get(home).text
    assert client.get(f"{home}/peppol.xml").data == bytes(made["peppol"].file.content)
    assert EInvoice.select().count() == 3


def test_what_is_missing_is_said_in_words(nobody, billed):
    cast = billed(to={**BUYER, "buyer_reference": "", "tax_id": ""})
    nobody.enter(cast.owner)
    page = nobody.get(f"/invoices/{cast.invoices[0].id}").text
    assert "Why there is no XRechnung" in page and "Leitweg-ID" in page
    assert "Why there is no Factur-X" not in page
    assert "Mailing the PDF is enough." in page


def test_dinars_are_refused_clearly_and_the_pdf_is_there(nobody, billed):
    cast = billed(to={**BUYER, "currency": "KWD"})
    nobody.enter(cast.owner)
    page = nobody.get(f"/invoices/{cast.invoices[0].id}").text
    assert "E-invoices know two decimals at most, and KWD has three." in page
    assert "The PDF holds no e-invoice." in page and "Download PDF" in page
    assert EInvoice.select().count() == 0


def test_a_seller_elsewhere_hears_nothing_of_it(nobody, billed):
    cast = billed(of={}, to={})
    nobody.enter(cast.owner)
    assert "E-invoice" not in nobody.get(f"/invoices/{cast.invoices[0].id}").text.split("<main")[1]


def test_the_settings_say_that_making_is_not_sending(signed_in):
    page = signed_in.get("/settings/e-invoices").text
    assert "Making the file is not sending it" in page
    for country in ("Germany", "Belgium", "France", "Poland"):
        assert country in page

"""Invoices: what to pay, where to and by when come first; the client's word is kept once."""

from datetime import date, timedelta

import pytest

from billing.accepting import reviews
from billing.files import document
from billing.invoicing import invoices
from billing.paying import payments
from models import Claim, Contact, Project, Rendition
from tests import cast as the

BANK = {"iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "bank_name": "Commerzbank"}


def accepted(**business):
    cast = the.submitted(of=the.owner(**{**BANK, **business}))
    reviews.accept(cast.milestone, cast.contact, the.NOW)
    return cast


@pytest.fixture
def cast(app):
    return accepted()


@pytest.fixture
def client(cast, as_client):
    return as_client(cast.project, cast.contact)


def url(cast, client, part=""):
    return f"{client.home}invoices/{cast.invoices[0].id}{part}"


def order(html, *words):
    places = [html.index(word) for word in words]
    assert places == sorted(places), dict(zip(words, places, strict=True))


def test_amount_due_and_bank_come_first(cast, client):
    html = client.get(url(cast, client)).text
    order(
        html,
        "$5,000.00",
        "Due on Dec 6, 2026",
        "in 14 days",
        "DE89 3704 0044 0532 0130 00",
        "I have paid",
        "What it is for",
        "Strategy document approved",
        "Nov 22, 2026",
        "Total",
    )
    assert 'data-copy="DE89370400440532013000"' in html
    assert 'data-copy="INV-0001"' in html
    assert 'data-copy="5000.00"' in html


def test_an_amount_is_copied_as_the_client_writes_it(app, as_client):
    """A German bank may read 5000.00 as half a million."""
    owner = the.owner(**BANK)
    cast = the.submitted(of=owner, for_client=the.client(owner, language="de"))
    reviews.accept(cast.milestone, cast.contact, the.NOW)
    client = as_client(cast.project, cast.contact)
    assert 'data-copy="5000,00"' in client.get(url(cast, client)).text


def test_tax_is_shown_as_the_document_says_it(app, as_client):
    cast = accepted(tax_registered=True, tax_rate=19_000)
    client = as_client(cast.project, cast.contact)
    html = client.get(url(cast, client)).text
    order(html, "$5,950.00", ">Net<", "VAT 19 %", "$950.00", ">Total<")


def test_no_account_says_whom_to_ask(app, as_client):
    cast = accepted(iban="", bic="", bank_name="")
    client = as_client(cast.project, cast.contact)
    assert "Ask Alice Writes LLC where to send the money." in client.get(url(cast, client)).text


def test_the_file_is_never_a_broken_link(cast, client):
    html = client.get(url(cast, client)).text
    assert "The PDF is being made." in html
    assert "invoice.pdf" not in html
    client.get(url(cast, client, "/invoice.pdf"), status=404)

    made = document(cast.owner, "INV-0001.pdf", b"%PDF invoice", the.NOW)
    Rendition.create(invoice=cast.invoices[0], document=made)
    assert "Download PDF" in client.get(url(cast, client)).text
    file = client.get(url(cast, client, "/invoice.pdf"))
    assert file.data == b"%PDF invoice"
    assert "INV-0001.pdf" in file.headers["Content-Disposition"]


def test_i_have_paid_is_kept_once(cast, client):
    client.get(url(cast, client))
    done = client.post(url(cast, client, "/claim"), {"reference": "TX 77"})
    html = client.follow(done).text
    assert "looks for the money" in html
    assert "Cleo Zając said on" in html
    assert "I have paid" not in html
    again = client.post(url(cast, client, "/claim"), {"reference": "TX 77"})
    assert "You already told us" in client.follow(again).text
    [claim] = Claim.select()
    assert (claim.reference, claim.contact_id) == ("TX 77", cast.contact.id)


def test_too_long_a_reference_is_kept_to_be_shortened(cast, client):
    client.get(url(cast, client))
    html = client.post(url(cast, client, "/claim"), {"reference": "x" * 201}, 422).text
    assert "Use at most 200 characters." in html
    assert "x" * 201 in html
    assert Claim.select().count() == 0


def test_only_payers_say_so(cast, as_client):
    Contact.update(is_payer=True).where(Contact.id == cast.contact.id).execute()
    other = the.contact(cast.project.client, name="Paul Other", is_payer=False)
    client = as_client(cast.project, other)
    html = client.get(url(cast, client)).text
    assert "<bdi>Cleo Zając</bdi> takes care of payments." in html
    assert "I have paid" not in html
    client.post(url(cast, client, "/claim"), status=403)


def test_payments_are_receipts(cast, client):
    payments.record(
        cast.invoices[0], 200_000, date(2026, 12, 1), "a", cast.owner, the.later(days=10)
    )
    html = client.get(url(cast, client)).text
    order(html, "Part-paid", "$3,000.00", "Payments received", "Dec 1, 2026", "Still due")
    payments.record(
        cast.invoices[0], 300_000, date(2026, 12, 2), "b", cast.owner, the.later(days=10)
    )
    html = client.get(url(cast, client)).text
    order(html, "Paid in full. Thank you.", "Payments received")
    assert "DE89" not in html


def test_overdue_says_how_long(cast, client, frozen):
    frozen(the.NOW + timedelta(days=17))
    html = client.get(url(cast, client)).text
    assert "Overdue" in html
    assert "3 days ago" in html


def test_a_draft_is_the_owners_alone(cast, client):
    line = invoices.Line("More work", 100)
    draft = invoices.bill(cast.project, [line], cast.owner, the.NOW, send=False)
    client.get(f"{client.home}invoices/{draft.id}", status=404)
    assert "More work" not in client.get(client.home).text


def test_another_projects_invoice_does_not_exist(cast, client):
    other = accepted()
    for part in ("", "/invoice.pdf"):
        client.get(f"{client.home}invoices/{other.invoices[0].id}{part}", status=404)
    client.post(f"{client.home}invoices/{other.invoices[0].id}/claim", status=404)


def test_without_a_token_nothing_happens(cast, client):
    client.post(url(cast, client, "/claim"), {"csrf_token": ""}, status=400)
    assert Claim.select().count() == 0


def test_nobody_gets_in_without_the_link(cast, client, nobody):
    nobody.get(url(cast, client), status=404)
    nobody.get(url(cast, client, "/invoice.pdf"), status=404)


def test_looking_changes_nothing(cast, client):
    version = Project.get_by_id(cast.project.id).version
    client.get(url(cast, client))
    assert Project.get_by_id(cast.project.id).version == version


def test_a_code_to_scan_is_over_what_is_due_now(app, as_client):
    user = the.owner(**BANK)
    cast = the.submitted(of=user, for_client=the.client(user, currency="EUR"))
    reviews.accept(cast.milestone, cast.contact, the.NOW)
    client = as_client(cast.project, cast.contact)
    html = client.get(url(cast, client)).text
    assert 'alt="QR code for a transfer of €5,000.00 to Alice Writes LLC' in html
    first = client.get(url(cast, client, "/transfer.svg"))
    assert first.mimetype == "image/svg+xml"
    assert first.headers["Cache-Control"] == "no-store"

    payments.record(cast.invoices[0], 100_000, date(2026, 11, 23), "k", cast.owner, the.NOW)
    assert "transfer of €4,000.00" in client.get(url(cast, client)).text
    assert client.get(url(cast, client, "/transfer.svg")).data != first.data

    payments.record(cast.invoices[0], 400_000, date(2026, 11, 23), "l", cast.owner, the.NOW)
    client.get(url(cast, client, "/transfer.svg"), status=204)


def test_no_code_where_no_bank_could_read_it(cast, client):
    assert "transfer.svg" not in client.get(url(cast, client)).text
    client.get(url(cast, client, "/transfer.svg"), status=204)

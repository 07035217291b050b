"""Paying by card in the browser: the settings, the link to the host, its report, the way back."""

from dataclasses import replace

import pytest

from billing.accepting import reviews
from billing.paying import card_accounts, payments
from blueprints.web.config import installation
from models import CardAccount, Payment
from tests import cast as the
from tests import stripe
from tests.web.visitor import BASE_URL, Visitor


@pytest.fixture
def cast(app):
    found = the.submitted()
    reviews.accept(found.milestone, found.contact, the.NOW)
    with app.app_context():
        card_accounts.save(stripe.API_KEY, stripe.WEBHOOK_SECRET, found.owner, installation())
    return found


@pytest.fixture
def client(cast, as_client):
    return as_client(cast.project, cast.contact)


@pytest.fixture
def host(app):
    with stripe.host() as found:
        app.config["INSTALLATION"] = replace(app.config["INSTALLATION"], stripe_api_base=found.url)
        yield found


def here(cast, client, part=""):
    return f"{client.home}invoices/{cast.invoices[0].id}{part}"


def report(nobody, cast, body, **headers):
    key = card_accounts.of(cast.owner).key
    signed = {"Stripe-Signature": stripe.signature(body), **headers}
    return nobody.client.post(
        f"/webhooks/stripe/{key}",
        data=body,
        headers=signed,
        content_type="application/json",
        base_url=BASE_URL,
    )


def test_from_the_button_to_paid(cast, client, host, nobody):
    assert "Pay <bdi>$5,000.00</bdi> by card" in client.get(here(cast, client)).text
    html = client.post(here(cast, client, "/card"), status=200).text
    assert f'href="https://checkout.stripe.test/c/{host.asked[0]["key"]}"' in html
    assert host.asked[0]["form"]["success_url"] == BASE_URL + here(cast, client, "/card")

    assert "Please do not pay again" in client.get(here(cast, client, "/card")).text
    assert not Payment.select().exists()

    body = stripe.report(card_accounts.of(cast.owner), cast.invoices[0])
    assert report(nobody, cast, body).status_code == 200
    assert report(nobody, cast, body).status_code == 200
    assert "Paid in full" in client.get(here(cast, client, "/card")).text
    assert [row.amount for row in Payment.select()] == [500_000]
    html = client.get(here(cast, client)).text
    assert "by card" not in html


def test_what_is_not_signed_is_refused(cast, nobody):
    body = stripe.report(card_accounts.of(cast.owner), cast.invoices[0])
    for headers in ({"Stripe-Signature": "t=1,v1=0"}, {"Stripe-Signature": ""}):
        assert report(nobody, cast, body, **headers).status_code == 400
    assert not Payment.select().exists()


def test_a_host_that_fails_leads_back_to_the_invoice(cast, client, host):
    host.fails = True
    client.get(here(cast, client))
    answer = client.post(here(cast, client, "/card"))
    assert answer.location.endswith(here(cast, client))
    assert "does not answer at the moment" in client.get(here(cast, client)).text


def test_no_button_without_keys(cast, client):
    card_accounts.forget(cast.owner)
    assert "by card" not in client.get(here(cast, client)).text
    assert client.post(here(cast, client, "/card")).location.endswith(here(cast, client))


def test_keys_are_entered_in_two_steps_and_never_shown(signed_in):
    signed_in.get("/settings/cards")
    html = signed_in.post("/settings/cards", {"api_key": "pk_wrong"}, status=422).text
    assert "begins with sk_ or rk_" in html
    signed_in.post("/settings/cards", {"api_key": stripe.API_KEY})
    html = signed_in.get("/settings/cards").text
    assert f"{BASE_URL}/webhooks/stripe/{CardAccount.get().key}" in html
    assert "Clients can pay by card." not in html
    signed_in.post("/settings/cards", {"webhook_secret": stripe.WEBHOOK_SECRET})
    html = signed_in.get("/settings/cards").text
    assert "Clients can pay by card." in html
    assert stripe.API_KEY not in html
    assert stripe.WEBHOOK_SECRET not in html
    signed_in.post("/settings/cards/removal")
    assert "Clients can pay by card." not in signed_in.get("/settings/cards").text


def test_what_came_twice_is_told_and_is_credit_of_the_client(app, cast, nobody):
    [invoice] = cast.invoices
    payments.record(invoice, 200_000, the.NOW.date(), "bank", cast.owner, the.NOW)
    report(nobody, cast, stripe.report(card_accounts.of(cast.owner), invoice))
    owner = Visitor(app)
    owner.enter(cast.owner)
    html = owner.get(f"/invoices/{invoice.id}").text
    assert "Kept as credit" in html and "was kept as credit of" in html
    assert "Record a refund" in owner.get(f"/clients/{invoice.client_id}/credit").text

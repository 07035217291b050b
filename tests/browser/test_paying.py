"""A client pays: scans the code, or goes to the payment host's page by card and comes back."""

import urllib.request
from dataclasses import replace

from playwright.sync_api import expect

import models
from billing.accepting import reviews
from billing.paying import card_accounts
from billing.people import links
from models import Payment
from tests import cast as the
from tests import stripe
from tests.browser.conftest import PHONE, looks_right

SWISS = {"iban": "CH9300762011623852957", "country": "CH", "postcode": "8001", "city": "Zürich"}


def test_a_client_pays_by_card(window, live):
    user = the.owner(**SWISS)
    cast = the.submitted(of=user, for_client=the.client(user, currency="CHF"))
    reviews.accept(cast.milestone, cast.contact, the.NOW)
    installation = live.app.config["INSTALLATION"]
    account = card_accounts.save(stripe.API_KEY, stripe.WEBHOOK_SECRET, user, installation)
    with models.write(cast.project):
        link = links.for_contact(cast.project, cast.contact, the.NOW)
    [invoice] = cast.invoices
    with stripe.host() as host:
        live.app.config["INSTALLATION"] = replace(installation, stripe_api_base=host.url)
        page = window(f"/l/{links.token(link, installation.secret)}", size=PHONE)
        page.goto(f"/p/{link.key}/invoices/{invoice.id}")
        code = page.get_by_role("img", name="QR code for a transfer of CHF")
        expect(code).to_be_visible()
        assert code.evaluate("image => image.complete && image.naturalWidth > 0")
        looks_right(page, "an invoice to pay")

        page.get_by_role("button", name="by card").click()
        away = page.get_by_role("link", name="Go on to Stripe")
        expect(away).to_be_visible()
        assert (
            away.get_attribute("href") == f"https://checkout.stripe.test/c/{host.asked[0]['key']}"
        )
        looks_right(page, "the way to the payment host")

    body = stripe.report(account, invoice)
    at = f"{live.url}/webhooks/stripe/{account.key}"
    headers = {"Stripe-Signature": stripe.signature(body), "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(at, body, headers)) as answer:  # noqa: S310
        assert answer.status == 200
    assert Payment.get().amount == 500_000
    page.goto(f"/p/{link.key}/invoices/{invoice.id}/card")
    expect(page.get_by_text("Paid in full")).to_be_visible()

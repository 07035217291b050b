"""The brand and the e-invoices, as both sides see them."""

import pytest
from playwright.sync_api import expect

from billing.accepting import reviews
from billing.delivery import documents
from billing.delivery.pdf_press import press
from billing.people import links
from models import Delivery, write
from tests import cast as the
from tests.browser.conftest import Live, looks_right
from tests.cast import NOW
from tests.pictures import drawn
from tests.web.test_einvoices import BUYER, GERMAN


@pytest.mark.browser
def test_a_brand_is_chosen_and_worn_on_both_sides(window, live: Live) -> None:
    owner = the.owner(**GERMAN)
    cast = the.submitted(of=owner, for_client=the.client(owner, **BUYER))
    reviews.accept(cast.milestone, cast.contact, NOW)
    delivery = Delivery.get(Delivery.kind == "invoice")
    documents.make(delivery, live.app.config["INSTALLATION"], NOW)
    press.close()
    page = window("/settings/brand", owner)
    page.get_by_label("Use a colour of my own").check()
    page.locator("input[type=color]").fill("#ffcc00")
    page.locator("input[type=file]").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": drawn((900, 300))}
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_alt_text("Your logo")).to_be_visible()
    expect(page.get_by_text("On paper it is #")).to_be_visible()
    looks_right(page, "brand")
    page.goto("/settings/e-invoices")
    looks_right(page, "e-invoices")
    page.goto(f"/invoices/{cast.invoices[0].id}")
    looks_right(page, "invoice")
    with write(cast.project):
        link = links.for_contact(cast.project, cast.contact, NOW)
    token = links.token(link, live.app.config["INSTALLATION"].secret)
    client = window(f"/l/{token}")
    expect(client.locator(".sender__logo")).to_be_visible()
    looks_right(client, "client's page")
    client.goto(f"/p/{link.key}/invoices/{cast.invoices[0].id}")
    expect(client.get_by_text("As an e-invoice, for your books")).to_be_visible()
    looks_right(client, "client's invoice")

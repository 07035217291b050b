"""A draft is edited line by line in place; its settings and the payer's page look right."""

from playwright.sync_api import expect

from billing.invoicing import invoices
from billing.invoicing.lines import Line
from billing.people import links
from models import Invoice, write
from tests import cast as the
from tests.browser.conftest import looks_right


def test_a_draft_gets_a_line_and_a_discount(live, window, alice, tmp_path):
    draft = invoices.bill(the.project(alice), [Line("Copy", 10_000)], alice, the.NOW, send=False)
    page = window(f"/invoices/{draft.id}/edit", of=alice)
    page.get_by_role("button", name="Add a line").click()
    second = page.get_by_role("group", name="Line 2")
    second.get_by_label("What").fill("Workshop")
    second.get_by_label("Quantity").fill("2.5")
    second.get_by_label("Unit", exact=True).select_option("HUR")
    second.get_by_label("Unit price").fill("60")
    page.get_by_label("Discount on everything").fill("10 %")
    page.get_by_role("button", name="Add it up").click()
    page.get_by_text("$225.00").first.wait_for()
    expect(second.get_by_label("What")).to_have_value("Workshop")
    looks_right(page, "the draft")
    page.screenshot(path=tmp_path / "draft.png", full_page=True)
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("The draft is saved.").first.wait_for()
    assert Invoice.get_by_id(draft.id).total == 22_500


def test_settings_and_letters_look_right(window, alice):
    client = the.client(alice)
    page = window("/settings/tax", of=alice)
    for path in ("/settings/tax", "/settings/numbers", f"/clients/{client.id}/statements"):
        page.goto(path)
        looks_right(page, path)


def test_a_payer_completes_billing_details(live, window, alice):
    cast = the.active(of=alice)
    with write(cast.project):
        link = links.for_contact(cast.project, cast.contact, the.NOW)
    page = window(f"/l/{links.token(link, live.app.config['INSTALLATION'].secret)}")
    page.get_by_role("link", name="Complete your billing details").click()
    looks_right(page, "billing details")
    page.get_by_label("Purchase order").fill("PO-77")
    page.get_by_label("Street and number").fill("5 Side Street")
    page.get_by_label("Town").fill("Boston")
    page.get_by_role("button", name="Save billing details").click()
    page.get_by_text("Thank you.").first.wait_for()

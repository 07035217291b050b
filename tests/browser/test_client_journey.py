"""The client's whole way, on a phone, by keyboard alone: with JavaScript, and without."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from billing import clock
from billing.accepting import reviews, submissions
from billing.agreeing import signing
from billing.people import links
from billing.planning.plan import Billing
from models import Agreement, Claim, Project, Signature, write
from tests import cast as the
from tests.browser.conftest import PHONE, looks_right, violations

BANK = {"iban": "DE89370400440532013000", "bic": "COBADEFFXXX"}


def planned():
    return (
        the.terms(billing=Billing(signing_share=0)),
        the.terms(title="Campaign launched", price=300_000),
    )


def address(live, cast, contact=None):
    with write(cast.project):
        link = links.for_contact(cast.project, contact or cast.contact, the.NOW)
    return f"/l/{links.token(link, live.app.config['INSTALLATION'].secret)}"


def tab_to(page, role, name):
    """Press Tab until the control has the focus."""
    control = page.get_by_role(role, name=name, exact=False).first
    focused = page.locator(":focus")
    for _ in range(60):
        page.keyboard.press("Tab")
        if control.and_(focused).count():
            return control
    raise AssertionError(f"the keyboard does not reach {role} {name}")


def press(page, role, name):
    tab_to(page, role, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def reads(page, text):
    page.locator("main").get_by_text(text).first.wait_for()


def refused(window):
    """The browser notes an answer of 422, and nothing else."""
    assert all("status of 422" in each for each in window.errors), window.errors
    window.errors.clear()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
def test_from_the_link_to_i_have_paid(live, window, javascript):
    cast = the.offered(*planned(), of=the.owner(**BANK))
    page = window(address(live, cast), size=PHONE, java_script_enabled=javascript)

    press(page, "link", "Read and sign for $8,000.00")
    page.get_by_role("heading", name="Read and sign").wait_for()
    tab_to(page, "textbox", "Your full name")
    page.keyboard.type("Cleo Zając")
    for box in ("I have read “Content strategy”", "I agree to sign electronically"):
        tab_to(page, "checkbox", box)
        page.keyboard.press("Space")
    press(page, "button", "Sign agreement")
    reads(page, "Thank you. Your signature is on record.")
    page.get_by_role("heading", name="not yet by Alice Writes LLC").wait_for()
    assert Signature.select().count() == 1
    viewed = Agreement.get_by_id(cast.agreement.id)
    signing.countersign(viewed, the.intent(viewed, name="Alice"), cast.owner, the.NOW)
    the.seal(viewed)

    press(page, "link", "Content strategy")
    reads(page, "Nothing needed.")
    milestone = cast.milestone
    submissions.submit(milestone, "Here", [], the.shown(milestone), cast.owner, the.NOW)
    page.reload()

    press(page, "link", "Accept and get invoice for $5,000.00")
    reads(page, "See page 1")
    press(page, "button", "Accept and get invoice for $5,000.00")
    reads(page, "“Strategy document approved” is accepted.")
    reads(page, "1 of 2 accepted")

    press(page, "link", "Pay $5,000.00")
    reads(page, "DE89 3704 0044 0532 0130 00")
    tab_to(page, "textbox", "Reference of your transfer")
    page.keyboard.type("TX 77")
    press(page, "button", "I have paid $5,000.00")
    reads(page, "looks for the money")
    assert Claim.get().reference == "TX 77"

    press(page, "link", "Content strategy")
    reads(page, "Nothing needed.")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
def test_asking_for_changes(live, window, javascript):
    cast = the.submitted()
    page = window(address(live, cast), size=PHONE, java_script_enabled=javascript)
    press(page, "link", "Ask for changes")
    page.locator("fieldset.verdict").first.get_by_label("Not met").focus()
    page.keyboard.press("Space")
    tab_to(page, "textbox", "Remark")
    page.keyboard.type("The third audience is missing.")
    if not javascript:
        press(page, "button", "See what follows")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Ask for changes").wait_for()
    press(page, "button", "Ask for changes")
    reads(page, "is told what to change")
    reads(page, "The third audience is missing.")
    assert cast.milestone.state == "changes_requested"


def test_reading_is_seen_when_somebody_reads(live, window):
    cast = the.offered()
    page = window(address(live, cast), size=PHONE)
    page.get_by_role("link", name="Read and sign for").click()
    page.wait_for_load_state("networkidle")
    assert Agreement.get_by_id(cast.agreement.id).state == "sent"
    with page.expect_response("**/agreement/viewing"):
        page.keyboard.press("PageDown")
    assert Agreement.get_by_id(cast.agreement.id).state == "viewed"


def test_errors_take_the_focus_and_keep_what_was_typed(live, window):
    cast = the.offered()
    page = window(address(live, cast), size=PHONE)
    page.goto(f"{page.url}agreement")
    page.get_by_label("Your full name").fill("Cleo Zając")
    page.get_by_role("button", name="Sign agreement").click()
    summary = page.get_by_role("alert")
    summary.wait_for()
    refused(window)
    expect(summary).to_be_focused()
    expect(page.get_by_label("Your full name")).to_have_value("Cleo Zając")
    assert violations(page) == []
    summary.get_by_role("link").first.click()
    expect(page.get_by_role("checkbox").first).to_be_focused()


def test_copying_the_account(live, window):
    cast = the.submitted(of=the.owner(**BANK))
    reviews.accept(cast.milestone, cast.contact, the.NOW)
    page = window(address(live, cast), permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Pay $5,000.00").click()
    page.get_by_role("button", name="Copy IBAN").click()
    page.get_by_role("status").get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == BANK["iban"]


def states():
    """Engagements in every state that a client can meet, each with what to open."""
    offered = the.offered(*planned(), of=the.owner(**BANK))
    yield offered, ["", "agreement"]
    signed = the.offered(*planned())
    signing.sign(signed.agreement, the.intent(signed.agreement), signed.contact, the.NOW)
    yield signed, ["", "agreement"]
    waiting = the.submitted(*planned())
    paths = ["acceptance", "review"]
    yield waiting, ["", *(f"milestones/{waiting.milestone.id}/{path}" for path in paths)]
    invoiced = the.submitted(*planned(), of=the.owner(**BANK))
    reviews.accept(invoiced.milestone, invoiced.contact, the.NOW)
    yield invoiced, ["", f"invoices/{invoiced.invoices[0].id}"]


def test_nothing_stands_in_anyones_way(live, window):
    page = window("/sign-in")
    for cast, paths in states():
        page.goto(address(live, cast))
        home = page.url
        for path in paths:
            page.goto(home + path)
            looks_right(page, path)


def test_late_money_stands_first(live, window, monkeypatch):
    cast = the.submitted(*planned(), of=the.owner(**BANK))
    reviews.accept(cast.milestone, cast.contact, the.NOW)
    monkeypatch.setattr(clock, "now", lambda: the.NOW + timedelta(days=20))
    page = window(address(live, cast), size=PHONE)
    page.get_by_role("region", name="Pay invoice").get_by_text("Overdue").wait_for()
    assert violations(page) == []
    page.get_by_role("link", name="Pay $5,000.00").click()
    reads(page, "6 days ago")
    assert violations(page) == []
    assert Project.get_by_id(cast.project.id).state == "active"

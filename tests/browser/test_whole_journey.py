"""From signing up to the last payment, by two people in browsers of their own, and by mail."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Page, expect

from billing.delivery import worker
from billing.installation import Installation
from models import Agreement, Invoice, Milestone, Project
from tests import cast as the
from tests.browser.conftest import DESK, PHONE, Live
from tests.postbox import Postbox, postbox

Window = Callable[..., Page]
CLEO = "cleo@example.com"
OUTCOME = "Strategy document approved"


@dataclass
class Post:
    """The worker, and what it has brought to people."""

    box: Postbox
    installation: Installation

    def to(self, address: str) -> str:
        """Do all that is due; answers the newest letter to somebody."""
        while worker.work_once(self.installation, the.NOW):
            pass
        letters = [each for each in self.box.received if address in each["To"]]
        assert letters, f"no letter to {address}"
        return str(letters[-1].get_body(("plain",)).get_content())


@pytest.fixture
def post(live: Live) -> Iterator[Post]:
    with postbox() as box:
        installation = replace(live.app.config["INSTALLATION"], smtp_url=box.url)
        live.app.config["INSTALLATION"] = installation
        yield Post(box, installation)


def _go(page: Page, role: str, name: str) -> None:
    """Press what leads to another page."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).first.click()


def _reads(page: Page, text: str) -> None:
    expect(page.locator("main").get_by_text(text).first).to_be_visible()


def _sign_up_and_start(ana: Page) -> None:
    """From nothing to a project, in the fields that the first run asks for."""
    ana.get_by_label("E-mail").fill("ana@example.com")
    ana.get_by_label("Password").fill(the.PASSWORD)
    _go(ana, "button", "Create account")
    ana.get_by_label("Your name or your business's").fill("Ana Writes")
    ana.get_by_label("Your country").select_option("US")
    ana.get_by_label("Client", exact=True).fill("Cleo GmbH")
    ana.get_by_label("Client's e-mail").fill(CLEO)
    ana.get_by_role("textbox", name="Outcome").fill(OUTCOME)
    ana.get_by_role("textbox", name="Done when").fill("Covers three audiences")
    ana.get_by_role("textbox", name="Price").fill("5000")
    _go(ana, "button", "Start the project")


def _offer(ana: Page) -> None:
    _go(ana, "link", "Compose the agreement")
    _go(ana, "button", "Review and send")
    _go(ana, "button", "Send to ")


def _sign(cleo: Page, post: Post) -> None:
    """Read, type the name, agree, and prove it with the code that comes by mail."""
    _go(cleo, "link", "Read and sign for $5,000.00")
    cleo.get_by_label("Your full name").fill("Cleo Zając")
    for box in ("I have read", "I agree to sign electronically"):
        cleo.get_by_role("checkbox", name=box).check()
    _go(cleo, "button", "Sign agreement")
    code = re.search(r"\b\d{6}\b", post.to(CLEO))
    assert code
    cleo.get_by_label("Code").fill(code[0])
    _go(cleo, "button", "Sign agreement")
    _reads(cleo, "Your signature is on record.")


def _counter_sign(ana: Page) -> None:
    ana.get_by_label("Your full name").fill("Ana Writes")
    for box in ana.locator("#signing").get_by_role("checkbox").all():
        box.check()
    ana.get_by_label("Your password").fill(the.PASSWORD)
    _go(ana, "button", "Sign agreement")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
def test_from_signing_up_to_being_paid(live: Live, window: Window, post: Post, javascript: bool):
    ana = window("/sign-up", size=DESK, java_script_enabled=javascript)
    _sign_up_and_start(ana)
    home = ana.url
    _offer(ana)

    letter = post.to(CLEO)
    link = re.search(rf"{re.escape(live.url)}/l/\S+", letter)
    assert link and OUTCOME in letter
    cleo = window(link[0], size=PHONE, java_script_enabled=javascript)
    _sign(cleo, post)

    ana.goto(home)
    _go(ana, "link", "Counter-sign")
    _counter_sign(ana)
    assert Agreement.get().state == "countersigned"
    assert "in force" in post.to(CLEO)
    assert Agreement.get().state == "active"

    ana.goto(home)
    work = ana.locator(f"#milestone_{Milestone.get().id}")
    work.get_by_label("Covers three audiences").fill("See pages 2 to 8")
    _go(ana, "button", "Submit for acceptance")
    assert OUTCOME in post.to(CLEO)

    cleo.goto(link[0])
    _reads(cleo, "See pages 2 to 8")
    _go(cleo, "link", "Accept and get invoice for $5,000.00")
    _go(cleo, "button", "Accept and get invoice for $5,000.00")
    _reads(cleo, f"“{OUTCOME}” is accepted.")
    _go(cleo, "link", "Pay $5,000.00")
    _go(cleo, "button", "I have paid $5,000.00")
    assert "says" in post.to("ana@example.com")

    ana.goto(home)
    _go(ana, "link", "Confirm payment")
    _go(ana, "button", "Yes, $5,000.00 came")
    assert "$5,000.00" in post.to(CLEO)
    cleo.goto(link[0])
    _reads(cleo, "All done.")
    ana.goto(home)
    _reads(ana, "Nothing is left to do here.")
    assert Project.get().state == "closed"
    [invoice] = Invoice.with_paid()
    assert (invoice.total, invoice.paid) == (500_000, 500_000)

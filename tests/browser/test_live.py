"""The owner submits; the client's open page shows it while the client types in a form of it."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from billing.accepting import submissions
from billing.people import links
from models import write
from tests import cast as the
from tests.browser.editor import eventually

TYPED = """() => {
  const form = document.createElement("form");
  form.action = "/typed";
  form.innerHTML = '<label>Note <input name=note></label>';
  document.querySelector("#history").append(form);
}"""


@pytest.fixture
def cast():
    return the.active()


def test_a_change_shows_while_somebody_types(live, window, cast):
    with write(cast.project):
        link = links.for_contact(cast.project, cast.contact, the.NOW)
    page = window(f"/l/{links.token(link, live.app.config['INSTALLATION'].secret)}")
    # A form that the new page does not have either: nothing that is typed may go.
    page.evaluate(TYPED)
    page.get_by_label("Note").press_sequentially("half a wo")
    milestone = cast.milestone
    submissions.submit(milestone, "", [], the.shown(milestone), cast.owner, the.NOW)
    page.get_by_role("link", name="Ask for changes").first.wait_for()
    page.keyboard.type("rd")
    expect(page.get_by_label("Note")).to_have_value("half a word")
    assert page.evaluate("document.activeElement.name") == "note"
    expect(page.locator("#live")).to_contain_text("Updated: ")


def test_a_page_without_a_stream_asks_now_and_then(live, window, cast):
    with write(cast.project):
        link = links.for_contact(cast.project, cast.contact, the.NOW)
    token = links.token(link, live.app.config["INSTALLATION"].secret)
    page = window(f"/l/{token}")
    page.route("**/live", lambda route: _asked_alone(route))
    page.clock.install()
    page.goto(f"{live.url}/p/{link.key}/")
    milestone = cast.milestone
    submissions.submit(milestone, "", [], the.shown(milestone), cast.owner, the.NOW)
    shown = page.get_by_role("link", name="Ask for changes").first

    def is_asked() -> bool:
        page.clock.fast_forward(timedelta(seconds=6).seconds * 1000)
        return shown.is_visible()

    eventually(page, is_asked, True)


def _asked_alone(route):
    if "event-stream" in route.request.headers.get("accept", ""):
        route.fulfill(status=204)
    else:
        route.continue_()


def test_each_side_sees_what_the_other_does_while_it_types(live, window):
    """Two browsers: the client's acceptance on the owner's page, the owner's round on the
    client's; what is being typed stays, and so does the focus."""
    cast = the.submitted(the.terms(title="Plan"), the.terms(title="Campaign"))
    with write(cast.project):
        link = links.for_contact(cast.project, cast.contact, the.NOW)
    token = links.token(link, live.app.config["INSTALLATION"].secret)
    owner = window(f"/projects/{cast.project.id}", of=cast.owner)
    client = window(f"/l/{token}")
    second = cast.milestones[1]
    note = owner.locator(f"#milestone_{second.id} textarea[name=note]")
    if not note.is_visible():
        owner.locator(f"#submission_{second.id} > summary").click()
    note.press_sequentially("half a wo")

    client.get_by_role("link", name="Accept and get invoice").first.click()
    client.get_by_role("button", name="Accept and get invoice").click()
    client.get_by_text("is accepted.").first.wait_for()
    first = owner.locator(f"#milestone_{cast.milestone.id}")
    first.get_by_text("Accepted on").wait_for()
    owner.keyboard.type("rd")
    assert note.input_value() == "half a word"
    assert owner.evaluate("document.activeElement.name") == "note"

    client.evaluate(TYPED)
    client.get_by_label("Note").press_sequentially("half a wo")
    submissions.submit(second, "", [], the.shown(second), cast.owner, the.NOW)
    client.get_by_role("link", name="Ask for changes").first.wait_for()
    client.keyboard.type("rd")
    assert client.get_by_label("Note").input_value() == "half a word"


def test_a_link_that_was_asked_for_stays_while_the_page_renews_itself(live, window, cast):
    """That it was shown is news already, which renews the page it is shown on."""
    with write(cast.project):
        links.for_contact(cast.project, cast.contact, the.NOW)
    page = window(f"/projects/{cast.project.id}", of=cast.owner)
    page.get_by_role("button", name="Show the link").click()
    address = page.locator("#address_text")
    expect(address).to_have_value(re.compile("/l/"))
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), cast.owner, the.NOW)
    page.get_by_text("Awaiting acceptance").first.wait_for()
    expect(address).to_have_value(re.compile("/l/"))

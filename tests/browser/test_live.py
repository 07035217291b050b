"""The owner submits; the client's open page shows it while the client types in a form of it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from billing.accepting import submissions
from billing.people import links
from models import write
from tests import cast as the

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
    page.get_by_role("link", name="Ask for changes").first.wait_for(timeout=4000)
    page.keyboard.type("rd")
    assert page.get_by_label("Note").input_value() == "half a word"
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
    for _ in range(12):
        page.clock.fast_forward(timedelta(seconds=6).seconds * 1000)
        page.wait_for_timeout(100)
    page.get_by_role("link", name="Ask for changes").first.wait_for(timeout=4000)


def _asked_alone(route):
    if "event-stream" in route.request.headers.get("accept", ""):
        route.fulfill(status=204)
    else:
        route.continue_()

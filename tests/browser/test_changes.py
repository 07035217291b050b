"""Change orders in a browser: no violation, nothing too wide, the sum live, without scripts too."""

from dataclasses import replace

import pytest

from billing.changes import drafts, requests
from billing.people import links
from billing.planning.plan import Billing
from billing.planning.terms import terms_of
from models import write
from tests import cast as the
from tests import changes
from tests.browser.conftest import looks_right


@pytest.fixture
def cast(alice):
    cast = the.active(
        the.terms(billing=Billing(signing_share=3000)), the.terms(title="Campaign launched"),
        of=alice,
    )  # fmt: skip
    first, second = cast.milestones
    terms = replace(terms_of(first), price=620_000, criteria=("Covers five audiences", "A summary"))
    drafts.alter(first, terms, None, the.NOW)
    drafts.swap(second, the.terms(title="A film instead"), the.NOW)
    drafts.favour(cast.project, "A second logo", "For the good start", 40_000, the.NOW)
    requests.propose(cast.project, "A third language", None, "k", cast.contact, the.NOW)
    return cast


def test_the_pages_of_a_change_look_right(window, live, cast):
    home = f"/projects/{cast.project.id}/changes"
    page = window(home, of=cast.owner)
    first = cast.milestone.id
    for path in ("", f"/milestones/{first}", "/addition", "/favour", "/sending"):
        page.goto(home + path)
        looks_right(page, path)
    changes.sent(cast)
    with write(cast.project):
        link = links.for_contact(cast.project, cast.contact, the.NOW)
    token = links.token(link, live.app.config["INSTALLATION"].secret)
    page = window(f"/l/{token}")
    for path in ("", "agreement", "changes"):
        page.goto(f"/p/{link.key}/{path}")
        looks_right(page, path)


def test_the_sum_follows_what_is_typed_and_the_form_needs_no_script(window, cast):
    path = f"/projects/{cast.project.id}/changes/milestones/{cast.milestone.id}"
    page = window(path, of=cast.owner)
    page.get_by_label("Price").fill("7,000.00")
    page.locator("#sum").get_by_text("$12,000.00").wait_for()

    plain = window(path, of=cast.owner, java_script_enabled=False)
    plain.get_by_label("Price").fill("6,500.00")
    plain.get_by_role("button", name="Save").click()
    plain.locator("#steps").get_by_text("$6,500.00").first.wait_for()

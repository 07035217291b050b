"""Choosing what is met and accepting that, in both sizes and lights, without JavaScript too."""

import pytest

from billing.people import links
from models import write
from tests import cast as the
from tests.browser.conftest import violations

SIZES = ({"width": 360, "height": 740}, {"width": 1280, "height": 900})


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_part_is_chosen_and_accepted(live, window, size, scheme, tmp_path):
    cast = the.submitted(the.terms(criteria=("Every audience is covered", "Dates are named")))
    with write(cast.project):
        link = links.for_contact(cast.project, cast.contact, the.NOW)
    token = links.token(link, live.app.config["INSTALLATION"].secret)
    plain = scheme == "light"
    page = window(f"/l/{token}", size=size, color_scheme=scheme, java_script_enabled=plain)
    page.goto(f"{live.url}/p/{link.key}/milestones/{cast.milestone.id}/review")
    page.screenshot(path=tmp_path / "choose.png", full_page=True)
    first, last = page.locator("fieldset.verdict").all()
    last.get_by_label("Met", exact=True).check()
    first.get_by_label("Not met").check()
    first.get_by_label("Remark").fill("Two are missing")
    if not plain:
        page.get_by_role("button", name="See what follows").click()
    accept = page.get_by_role("button", name="Accept these and get invoice")
    accept.wait_for()
    page.screenshot(path=tmp_path / "told.png", full_page=True)
    if plain:
        assert violations(page) == []
    accept.click()
    page.get_by_text("That part of").first.wait_for()
    page.screenshot(path=tmp_path / "after.png", full_page=True)
    assert cast.milestone.state == "partly_accepted"

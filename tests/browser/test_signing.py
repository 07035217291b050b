"""Signing on a phone: drawn with a finger, proved with a code; with a script and without."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from billing.agreeing import codes, drawings, signing
from billing.people import links
from models import Agreement, Code, Project, Signature, write
from tests import cast as the
from tests.browser.conftest import PHONE, looks_right, violations
from tests.pictures import drawn

TOUCH = {"size": PHONE, "has_touch": True, "is_mobile": True, "device_scale_factor": 3}


@pytest.fixture
def mailed(live):
    """Mail is set up; nobody carries it."""
    config = live.app.config
    config["INSTALLATION"] = replace(config["INSTALLATION"], smtp_url="smtp://127.0.0.1:1")
    return config["INSTALLATION"].secret


@pytest.fixture
def cast(live):
    return the.offered()


def agreement_page(live, cast, window, **options):
    with write(cast.project):
        link = links.for_contact(cast.project, cast.contact, the.NOW)
    secret = live.app.config["INSTALLATION"].secret
    page = window(f"/l/{links.token(link, secret)}", **options)
    page.goto(f"{page.url}agreement")
    return page


def fill(page):
    page.get_by_label("Your full name").fill("Cleo Zając")
    page.get_by_label("I have read “Content strategy”").check()
    page.get_by_label("I agree to sign electronically").check()


def finger(page, points):
    """One stroke over the pad, in parts of its size, by touch events of the browser itself."""
    box = page.locator("[data-pad-ink]").bounding_box()
    session = page.context.new_cdp_session(page)

    def touch(kind, at=None):
        where = [{"x": box["x"] + at[0] * box["width"], "y": box["y"] + at[1] * box["height"]}]
        given = {"type": kind, "touchPoints": where if kind != "touchEnd" else []}
        session.send("Input.dispatchTouchEvent", given)

    touch("touchStart", points[0])
    for point in points[1:]:
        touch("touchMove", point)
    touch("touchEnd", points[-1])


def open_pad(page):
    page.get_by_text("Draw your signature too").click()
    page.locator("[data-pad-ink]").scroll_into_view_if_needed()


def posted(page):
    return page.locator("[data-pad-value]").input_value()


def ink(page):
    """How many pixels of the pad are dark."""
    return page.evaluate(
        """() => {
          const canvas = document.querySelector("[data-pad-ink]");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let dark = 0;
          for (let at = 3; at < data.length; at += 4) dark += data[at] > 128;
          return dark;
        }"""
    )


def until(page, holds):
    """The page's policy forbids waiting inside of it."""
    for _ in range(200):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it has not come to be")


def digits(secret):
    return codes.digits(Code.get(Code.ended_at.is_null()), secret)


WAVE = [(0.1, 0.6), (0.25, 0.2), (0.35, 0.8), (0.5, 0.3), (0.65, 0.8), (0.9, 0.4)]


def test_a_phone_draws_and_types_the_code(live, window, cast, mailed):
    page = agreement_page(live, cast, window, **TOUCH)
    page.get_by_role("link", name="Go to sign").tap()
    fill(page)
    open_pad(page)
    assert posted(page) == ""
    top = page.evaluate("scrollY")
    finger(page, WAVE)
    assert page.evaluate("scrollY") == top, "drawing does not scroll the page"
    until(page, lambda: posted(page).startswith("data:image/png;base64,"))
    page.get_by_role("button", name="Sign agreement").tap()
    page.get_by_role("heading", name="Your code, and it is signed").wait_for()
    page.get_by_alt_text("Your signature as drawn").wait_for()
    assert violations(page) == []
    code = page.get_by_label("Code from the mail")
    expect(code).to_be_focused()
    code.fill(digits(mailed))
    page.keyboard.press("Enter")
    page.get_by_text("Thank you. Your signature is on record.").first.wait_for()
    [signature] = Signature.select()
    assert (signature.kind, signature.proof) == ("drawn", "code")
    with Image.open(BytesIO(drawings.of(signature))) as kept:
        assert kept.width > 300 and 40 < kept.height < kept.width
    page.get_by_alt_text("Signature of Cleo Zając as drawn").wait_for()


def test_turning_the_phone_keeps_what_was_drawn_and_clear_takes_it_away(live, window, cast):
    page = agreement_page(live, cast, window, **TOUCH)
    open_pad(page)
    finger(page, WAVE)
    finger(page, [(0.5, 0.9)])
    until(page, lambda: ink(page) > 500)
    upright = ink(page)
    page.set_viewport_size({"width": 780, "height": 360})
    until(page, lambda: ink(page) > upright)
    page.get_by_role("button", name="Clear").tap()
    until(page, lambda: (ink(page), posted(page)) == (0, ""))


def test_a_second_finger_draws_nothing_and_a_mouse_does(live, window, cast):
    page = agreement_page(live, cast, window)
    open_pad(page)
    box = page.locator("[data-pad-ink]").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 90, steps=8)
    page.mouse.up()
    until(page, lambda: ink(page) > 100)
    until(page, lambda: posted(page) != "")


def test_what_was_drawn_comes_back_when_the_form_does(live, window, cast):
    page = agreement_page(live, cast, window, **TOUCH)
    open_pad(page)
    finger(page, WAVE)
    page.get_by_role("button", name="Sign agreement").tap()
    page.get_by_role("alert").wait_for()
    until(page, lambda: ink(page) > 500)
    window.errors.clear()
    fill(page)
    page.get_by_role("button", name="Sign agreement").tap()
    page.get_by_text("Thank you. Your signature is on record.").first.wait_for()
    assert Signature.get().kind == "drawn"


def test_without_a_script_a_picture_and_the_code_do(live, window, cast, mailed):
    page = agreement_page(live, cast, window, size=PHONE, java_script_enabled=False)
    assert not page.locator("[data-pad-ink]").is_visible()
    fill(page)
    page.get_by_text("Draw your signature too").click()
    file = {"name": "me.png", "mimeType": "image/png", "buffer": drawn()}
    page.get_by_label("A picture of your signature").set_input_files(file)
    page.get_by_role("button", name="Sign agreement").click()
    page.get_by_role("button", name="Send a new code").click()
    page.get_by_text("A new code is on its way").wait_for()
    page.get_by_label("Code from the mail").fill(digits(mailed))
    page.get_by_role("button", name="Sign agreement").click()
    page.get_by_text("Thank you. Your signature is on record.").first.wait_for()
    assert (Signature.get().kind, Signature.get().proof) == ("drawn", "code")


def test_every_state_of_the_page_is_for_everybody(live, window, cast, mailed):
    page = agreement_page(live, cast, window, size=PHONE)
    for summary in page.locator("#sign details > summary").all():
        summary.click()
    looks_right(page)
    fill(page)
    page.get_by_role("button", name="Sign agreement").click()
    page.get_by_label("Code from the mail").fill("1")
    page.get_by_role("button", name="Sign agreement").click()
    page.get_by_role("alert").wait_for()
    looks_right(page)
    window.errors.clear()


def test_the_owner_counter_signs_with_the_password(live, window, alice):
    cast = the.offered(of=alice)
    kept = drawings.cleaned(drawn())
    intent = the.intent(cast.agreement, drawing=kept)
    signing.sign(cast.agreement, intent, cast.contact, the.NOW)
    page = window(f"/projects/{cast.project.id}/agreement", of=alice, size=PHONE)
    page.get_by_alt_text("Signature of Cleo Zając as drawn").wait_for()
    assert violations(page) == []
    page.get_by_label("Your full name").fill("Alice Doe")
    page.get_by_label("I have read").check()
    page.get_by_label("I agree to sign electronically").check()
    page.get_by_label("Your password").fill("wrong password")
    page.get_by_role("button", name="Sign agreement").click()
    page.get_by_role("alert").get_by_text("not your present password").wait_for()
    window.errors.clear()
    expect(page.get_by_label("Your full name")).to_have_value("Alice Doe")
    expect(page.get_by_label("Your password")).to_have_value("")
    page.get_by_label("Your password").fill(the.PASSWORD)
    page.get_by_role("button", name="Sign agreement").click()
    page.get_by_text("Counter-signed by Alice Doe").wait_for()
    assert Signature.get(Signature.party == "owner").proof == "password"
    assert Project.get().state == "offered" and Agreement.get().state == "countersigned"
